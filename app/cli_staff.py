"""The operator's commands for staff and for the record of what staff did."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.domain.roles import Role
from app.onboarding.staff.team import Standing, TeamError, Wanted
from app.operations.tables import migrate_database
from app.web.addresses import STAFF_PREFIX
from app.wiring import services

LOCAL = "http://127.0.0.1:8000"


@click.group("staff")
def staff_group() -> None:
    """Who may work in the console (docs/staff.md)."""


@staff_group.command("create")
@click.argument("email")
@click.option("--name", default="", help="Name as colleagues see it; asked for where it is missing.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="admin", show_default=True)
@click.option("--integration", "integrations", multiple=True, help="Whose applications; repeat for more. Default: all.")
@click.option("--language", type=click.Choice(["en", "es", "pt_BR"]), default="en", show_default=True)
@click.option("--link", is_flag=True, help="Print a link to choose the password, instead of asking for it here.")
@with_appcontext
def create(email: str, name: str, role: str, integrations: tuple[str, ...], language: str, link: bool) -> None:
    """Make a member of staff, such as the first admin."""
    _require_passwords()
    migrate_database()
    name = name or click.prompt("Name")
    password = "" if link else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    wanted = Wanted(name=name, email=email, role=role, integrations=frozenset(integrations) or None, language=language)
    try:
        member, token = services().staff.team.create(wanted, by=None, password=password)
    except TeamError as error:
        raise _sentence(error) from None
    click.echo(f"{member.name} <{member.email}> is {member.role}. Sign in at {_address()}/", err=link)
    if token:
        _print_link(token)


@staff_group.command("list")
@with_appcontext
def list_members() -> None:
    """List members of staff, with how they sign in."""
    migrate_database()
    for each in services().staff.team.overseen(None):
        member = each.member
        whose = "all" if member.integrations is None else ",".join(sorted(member.integrations))
        state = "disabled" if each.disabled_at else "active"
        seen = each.signed_in_at.isoformat(timespec="minutes") if each.signed_in_at else "never signed in"
        click.echo(f"{member.email}  {member.name}  {member.role}  {whose}  {state}  {_ways(each)}  {seen}")


@staff_group.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """Shut a member out at once."""
    try:
        services().staff.team.disable(_member(email).member, by=None)
    except TeamError as error:
        raise _sentence(error) from None
    click.echo(f"{email} is disabled and signed out everywhere.")


@staff_group.command("enable")
@click.argument("email")
@with_appcontext
def enable(email: str) -> None:
    """Let a disabled member in again."""
    services().staff.team.enable(_member(email).member, by=None)
    click.echo(f"{email} may sign in again.")


@staff_group.command("reset")
@click.argument("email")
@click.option("--second-step", is_flag=True, help="Forget the authenticator and recovery codes too.")
@with_appcontext
def reset(email: str, second_step: bool) -> None:
    """Forget a member's password and print a link, good once, to choose a new one."""
    _require_passwords()
    team, member = services().staff.team, _member(email).member
    if second_step:
        team.reset_second_step(member, by=None)
    _print_link(team.reset_password(member, by=None))


@click.group("audit")
def audit_group() -> None:
    """The record of what staff did."""


@audit_group.command("verify")
@click.option("--at", "noted", default="", help="NUMBER:HASH as an earlier run printed it: it must still be there.")
@with_appcontext
def verify(noted: str) -> None:
    """Check that no row of the record was changed or taken away; exit code 1 names the first that was."""
    audit = services().staff.audit
    found = audit.verify()
    if found.fault:
        raise click.ClickException(f"Row {found.first_bad} {found.fault}. {found.rows} rows before it are whole.")
    if noted:
        number, _, expected = noted.partition(":")
        if not number.isdecimal() or audit.hash_of(int(number)) != expected:
            raise click.ClickException(f"Row {number} is not the one that was noted: the record was replaced.")
    click.echo(f"{found.rows} rows are whole. To compare with later: --at {found.rows}:{found.head}")


def _require_passwords() -> None:
    if not services().settings.staff_passwords:
        raise click.ClickException("ALTA_STAFF_PASSWORDS is off: staff come in through the OpenID provider only.")


def _member(email: str) -> Standing:
    migrate_database()
    found = services().staff.team.find_by_email(email)
    if found is None:
        raise click.ClickException(f"There is no member of staff {email}.")
    return found


def _ways(each: Standing) -> str:
    ways = [
        name
        for name, has in (
            ("password", each.has_password),
            ("second step", each.has_second_step),
            ("provider", each.has_provider),
        )
        if has
    ]
    return " + ".join(ways) or "no way to sign in yet"


def _print_link(token: str) -> None:
    hours = services().settings.staff_link_hours
    click.echo(f"This link works once, within {hours} hours:", err=True)
    click.echo(f"{_address()}/join/{token}")


def _address() -> str:
    """The console's address, as far as the settings say it."""
    settings = services().settings
    if settings.staff_host:
        scheme = "https" if settings.mode == "production" else "http"
        return f"{scheme}://{settings.staff_host}{STAFF_PREFIX}"
    return (settings.public_url or LOCAL).rstrip("/") + STAFF_PREFIX


def _sentence(error: TeamError) -> click.ClickException:
    return click.ClickException(" ".join(f"{fault.message % fault.parameters}." for _field, fault in error.faults))

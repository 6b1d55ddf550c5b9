"""Members of staff for tests: made in a moment, with a client or a browser that is signed in as one."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import Signer

from app.domain.roles import Role
from app.onboarding.staff.members import StaffMember
from app.store.db import write
from tests.support.journey import Applicant

PASSWORD = "correct horse battery staple"
COOKIE = "alta_staff"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_member(
    app: Flask,
    role: Role | str = Role.AGENT,
    *,
    name: str = "",
    email: str = "",
    integrations: Iterable[str] | None = None,
    language: str = "en",
    password: str = "",
    totp: str = "",
) -> StaffMember:
    """A member with a role; with `password` and `totp` (a secret) they may sign in by themselves."""
    own = app.extensions["alta"].staff
    email = email or f"{role}-{secrets.token_hex(4)}@staff.example"
    with app.app_context():
        hashed = own.passwords.hash(password) if password else None
        with write() as connection:
            member = own.members.add(
                connection,
                name=name or f"{str(role).capitalize()} Example",
                email=email,
                role=Role(role),
                integrations=integrations,
                language=language,
                password_hash=hashed,
            )
            if totp:
                own.second_step.take_into_use(connection, member.id, totp)
    return member


def new_session(app: Flask, member: StaffMember) -> str:
    """The cookie's value of a fresh session, as signing in would give it."""
    own = app.extensions["alta"].staff
    with app.app_context(), write() as connection:
        token = own.sessions.begin(connection, member.id, browser="Mozilla/5.0 (X11; Linux) Firefox/140.0")
    signer: Signer = app.session_interface._staff.signer  # type: ignore[attr-defined]
    return signer.sign(f"s.{token}").decode()


def signed_in(app: Flask, member: StaffMember | Role | str = Role.AGENT, **of: Any) -> FlaskClient:
    """A client that is signed in as a member, or as a fresh one of a role: `signed_in(app, "reviewer")`."""
    member = member if isinstance(member, StaffMember) else make_member(app, member, **of)
    client = app.test_client()
    client.set_cookie(COOKIE, new_session(app, member), path="/staff")
    return client


def staff_browser(app: Flask, member: StaffMember | Role | str = Role.AGENT, **of: Any) -> Applicant:
    """The same as somebody who reads pages and fills in forms: `.get(path)`, `.send(fields)`."""
    person = Applicant(app)
    person.browser = signed_in(app, member, **of)
    return person


def csrf_of(client: FlaskClient, path: str = "/staff/me") -> str:
    """The token that the client's posts carry."""
    found = _TOKEN.search(client.get(path).text)
    assert found is not None, path
    return found[1]


def post(client: FlaskClient, path: str, **fields: Any) -> Any:
    """Post a form with its token."""
    return client.post(path, data={"csrf_token": csrf_of(client), **fields})


def code_of(secret: str, steps: int = 0) -> str:
    """What an authenticator with `secret` shows now, or `steps` times half a minute later."""
    return pyotp.TOTP(secret).generate_otp(int(time.time()) // 30 + steps)


def enter(context: Any, address: str, app: Flask, member: StaffMember | Role | str, **of: Any) -> StaffMember:
    """Sign a browser of Playwright in to the Alta at `address`, whose database `app` has too; who it now is."""
    member = member if isinstance(member, StaffMember) else make_member(app, member, **of)
    cookie = {"name": COOKIE, "value": new_session(app, member), "url": f"{address}/staff/", "sameSite": "Strict"}
    context.add_cookies([cookie])
    return member

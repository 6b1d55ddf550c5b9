"""The services of the staff console, built from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from app.apis.values import Clock
from app.config import Settings
from app.onboarding.audit import Audit
from app.onboarding.staff.members import Members
from app.onboarding.staff.own_access import OwnAccess
from app.onboarding.staff.passwords import Passwords
from app.onboarding.staff.provider import Provider
from app.onboarding.staff.provider_sign_in import ProviderSignIn
from app.onboarding.staff.record import Record
from app.onboarding.staff.second_step import SecondStep
from app.onboarding.staff.sessions import Sessions
from app.onboarding.staff.sign_in import SignIn
from app.onboarding.staff.team import Team
from app.onboarding.staff.tries import Tries
from app.onboarding.stages import Stages
from app.store.crypto import Keyring


@dataclass(frozen=True, kw_only=True)
class StaffServices:
    """Everything that only the console uses."""

    audit: Audit
    members: Members
    sessions: Sessions
    sign_in: SignIn
    provider: ProviderSignIn
    second_step: SecondStep
    own_access: OwnAccess
    passwords: Passwords
    team: Team
    record: Record


def wire_staff(settings: Settings, keyring: Keyring, stages: Stages, clock: Clock) -> StaffServices:
    """Build the services of the console."""
    audit = Audit(keyring=keyring, clock=clock)
    members = Members(settings=settings, keyring=keyring, audit=audit, clock=clock)
    sessions = Sessions(settings=settings, members=members, audit=audit, clock=clock)
    passwords, second_step = Passwords(), SecondStep(members=members, clock=clock)
    tries = Tries(keyring=keyring, clock=clock)
    sign_in = SignIn(
        members=members,
        sessions=sessions,
        passwords=passwords,
        second_step=second_step,
        tries=tries,
        audit=audit,
        clock=clock,
    )
    return StaffServices(
        audit=audit,
        members=members,
        sessions=sessions,
        sign_in=sign_in,
        provider=ProviderSignIn(
            settings=settings,
            provider=Provider(settings),
            members=members,
            sign_in=sign_in,
            audit=audit,
            clock=clock,
        ),
        second_step=second_step,
        own_access=OwnAccess(passwords=passwords, second_step=second_step, tries=tries, audit=audit),
        passwords=passwords,
        team=Team(members=members, passwords=passwords, stages=stages, audit=audit, clock=clock),
        record=Record(members=members, audit=audit),
    )

"""One object of each kind that an address of the console can name, for the walk through all routes and roles.

An argument of a route is found here by its name. A maker gets the application, the member of staff whose object it is
to be and an integration of theirs, and returns the value for the address.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Flask
from sqlalchemy import update

from app.onboarding.staff.members import StaffMember
from app.store.db import write
from app.store.models.applications import Application
from tests.support.rows import one
from tests.support.staff import make_member, new_session

Maker = Callable[[Flask, StaffMember, str], str]
# Parts of an address that name no object: any value will do, and who it belongs to means nothing.
FIXED = {"token": "x"}


def application(app: Flask, integration: str) -> str:
    """A draft of an integration; its id."""
    services = app.extensions["alta"]
    with app.test_request_context("/apply/start"):
        token = services.drafts.begin("AR", "en", [])
        draft = services.drafts.load(token)
        with write() as connection:
            connection.execute(update(Application).where(Application.id == draft.id).values(integration=integration))
    return str(draft.id)


def _session(app: Flask, owner: StaffMember, _integration: str) -> str:
    new_session(app, owner)
    latest = "SELECT id FROM staff_sessions WHERE member_id = :owner ORDER BY created_at DESC LIMIT 1"
    return str(one(app, latest, owner=owner.id))


def _member(app: Flask, _owner: StaffMember, integration: str) -> str:
    return make_member(app, "agent", integrations=[integration]).id


MAKERS: dict[str, Maker] = {
    "session_id": _session,
    "member_id": _member,
    "application_id": lambda app, _owner, integration: application(app, integration),
}
# What an address names where there is no such object, if it is no UUID.
MISSING: dict[str, str] = {}


def missing(argument: str) -> str:
    """The name of an object that does not exist."""
    return MISSING.get(argument) or str(uuid.uuid4())

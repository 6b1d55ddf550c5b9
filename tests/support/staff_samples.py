"""One object of each kind that an address of the console can name, for the walk through all routes and roles.

An argument of a route is found here by its name. A maker gets the application, the member of staff whose object it is
to be and an integration of theirs, and returns the value for the address.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

from flask import Flask
from PIL import Image
from sqlalchemy import insert, update

from app.onboarding import integrations
from app.onboarding.cases.filters import Filters
from app.onboarding.embedding.looks import WantedLook
from app.onboarding.staff.members import StaffMember
from app.store.db import read, utc_now, write
from app.store.models.applications import Application
from app.store.models.submissions import FAILED, Delivery, Submission
from tests.support.cases import keep
from tests.support.journey import photo_for
from tests.support.rows import alter, one
from tests.support.staff import make_member, new_session

Maker = Callable[[Flask, StaffMember, str], str]
# Parts of an address that name no object: any value will do, and who it belongs to means nothing.
FIXED = {
    "token": "x",
    "look": "thumbnail",
    "key": "personal",
    "slot": "front_document",
    "variant": "thumbnail",
    "photo_step": "document",
}


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


def _photo(app: Flask, _owner: StaffMember, integration: str) -> str:
    services, application_id = app.extensions["alta"], application(app, integration)
    with app.app_context():
        with read() as connection:
            draft = services.drafts.load_by_id(connection, application_id)
        return str(services.photos.store(draft, "front_document", io.BytesIO(photo_for("front_document"))).id)


def _delivery(app: Flask, _owner: StaffMember, integration: str) -> str:
    """One that failed."""
    application_id, now = application(app, integration), utc_now()
    submission_id, delivery_id = str(uuid.uuid4()), str(uuid.uuid4())
    times = {"created_at": now, "updated_at": now}
    with app.app_context(), write() as connection:
        sent = {"id": submission_id, "application_id": application_id, "number": 1, "snapshot": b"", "created_at": now}
        connection.execute(insert(Submission), sent)
        row = {"id": delivery_id, "submission_id": submission_id, "api": "kyc", "state": FAILED, **times}
        connection.execute(insert(Delivery), {**row, "idempotency_key": delivery_id})
    return delivery_id


def _view(app: Flask, owner: StaffMember, _integration: str) -> str:
    views = app.extensions["alta"].cases.views
    with app.app_context():
        views.keep(owner, "Mine", Filters(state="to_review"))
        return str(views.of(owner)[-1].id)


def _assistance(app: Flask, owner: StaffMember, integration: str) -> str:
    """Help of the owner's in a branch, with a person who has agreed; the one that lasts, if there is one."""
    query = "SELECT max(id) FROM assistances WHERE member_id = :owner AND ended_at IS NULL"
    found = one(app, query, owner=owner.id)
    if found:
        return str(found)
    where = {"country": "AR", "language": "en", "way": "branch", "integration": integration, "address": ""}
    with app.app_context():
        assistance = app.extensions["alta"].helping.assistances.begin(owner, **where)
        application_id = _helped(app, assistance)
        for place in ("personal", "identity:AR", "address:AR", "phone", "income:AR"):
            keep(app, application_id, place, {})
    alter(app, "UPDATE applications SET awaits_consent = false WHERE id = :id", id=application_id)
    return str(assistance)


def _helped(app: Flask, assistance: str) -> str:
    return str(one(app, "SELECT application_id FROM assistances WHERE id = :id", id=assistance))


def _picture(app: Flask, owner: StaffMember, integration: str) -> str:
    """A photo of somebody whom the owner helps."""
    application_id = _helped(app, _assistance(app, owner, integration))
    services = app.extensions["alta"]
    with app.app_context():
        with read() as connection:
            draft = services.drafts.load_by_id(connection, application_id)
        return str(services.photos.store(draft, "front_document", io.BytesIO(photo_for("front_document"))).id)


def _integration(app: Flask, _owner: StaffMember, integration: str) -> str:
    """The integration itself, with a logo and a webhook where nobody listens, not revoked."""
    with app.app_context():
        found = next((each for each in integrations.list_all() if each.name == integration), None)
        one_of = found or integrations.create(integration)[0]
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "PNG")
        looks = app.extensions["alta"].embedding.looks
        values = looks.checked(WantedLook(), out.getvalue())
        with write() as connection:
            looks.keep(connection, one_of.id, values)
        app.extensions["alta"].embedding.webhooks.set_url(one_of, "http://localhost:9/", by=None)
    alter(app, "UPDATE integrations SET revoked_at = NULL WHERE id = :id", id=one_of.id)
    return str(one_of.id)


def _message(app: Flask, owner: StaffMember, integration: str) -> str:
    """A message of the integration's webhook."""
    webhooks = app.extensions["alta"].embedding.webhooks
    number = int(_integration(app, owner, integration))
    with app.app_context():
        return str(webhooks.test(webhooks.owner(None, number), by=None).id)


MAKERS: dict[str, Maker] = {
    "session_id": _session,
    "member_id": _member,
    "photo_id": _photo,
    "delivery_id": _delivery,
    "view_id": _view,
    "assistance": _assistance,
    "picture": _picture,
    "integration_id": _integration,
    "message_id": _message,
    "application_id": lambda app, _owner, integration: application(app, integration),
}
# What an address names where there is no such object, if it is no UUID.
MISSING: dict[str, str] = {"integration_id": "999999"}


def missing(argument: str) -> str:
    """The name of an object that does not exist."""
    return MISSING.get(argument) or str(uuid.uuid4())

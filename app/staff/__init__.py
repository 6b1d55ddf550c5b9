"""The staff console: its pages, and what stands before them."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from app.web.addresses import STAFF_PREFIX
from app.web.errors import ErrorPages, give_errors

AREAS = (
    "account",
    "assist",
    "assist_link",
    "assist_pages",
    "audit",
    "case",
    "case_photos",
    "cases",
    "deciding",
    "figures",
    "home",
    "integrations",
    "provider",
    "sign_in",
    "team",
    "webhooks",
)


def register_staff(app: Flask) -> None:
    """Give the application the console; each area is a module that registers its views on the blueprint."""
    from app.staff import errors, guard
    from app.staff.blueprint import staff
    from app.staff.times import init_times

    for area in AREAS:
        import_module(f"app.staff.{area}")
    app.register_blueprint(staff)
    guard.stand_before(app)
    init_times(app)
    give_errors(app, STAFF_PREFIX, ErrorPages(template="staff/error.html", words=errors.WORDS, csrf=errors.no_token))

"""The applicants' pages."""

from functools import cache
from typing import Any

from flask import Flask
from jinja2.runtime import Macro

# Of what they are given, a few words of the templates' own, these make the same for everybody.
CONSTANT = ("icon", "language_buttons")


def register_pages(app: Flask) -> None:
    """Give the application every applicant's page."""
    from app.web import comeback, handoff, health, helped, hooks, pages, phone, photos, review, start, status, wizard

    assert all((comeback, handoff, helped, pages, photos, review, status))
    app.register_blueprint(start.root)
    app.register_blueprint(wizard.wizard)
    app.register_blueprint(phone.phone)
    hooks.register_hooks(app)
    app.register_blueprint(health.health)
    _share_parts(app)


def _share_parts(app: Flask) -> None:
    """Give every template the macros of these parts: importing them anew for each page is a twentieth of its cost."""
    for part in ("icons", "fields", "pieces"):
        macros = vars(app.jinja_env.get_template(f"parts/{part}.html").module)
        app.jinja_env.globals.update({name: macro for name, macro in macros.items() if isinstance(macro, Macro)})
    for name in CONSTANT:
        made: Any = app.jinja_env.globals[name]
        app.jinja_env.globals[name] = cache(made)

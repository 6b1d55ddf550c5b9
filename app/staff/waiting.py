"""How long somebody is to wait, in words."""

from __future__ import annotations

from app.words import gettext as _


def when_to_try(seconds: int) -> str:
    """When the next try is looked at."""
    if seconds > 90:
        return _("Too many tries failed. Try again in %(minutes)s min.", minutes=-(-seconds // 60))
    return _("Too many tries failed. Try again in %(seconds)s seconds.", seconds=seconds)

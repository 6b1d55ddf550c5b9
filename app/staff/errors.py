"""What the console says of what went wrong."""

from __future__ import annotations

from typing import Any

from app.staff import guard
from app.web.errors import error_page
from app.web.wizard import go
from app.words import lazy_gettext as _l

WORDS = {
    403: (
        _l("This is not for your role"),
        _l("Your role does not include what is on this page."),
        _l("Ask an admin of your team if you need it."),
    ),
    404: (
        _l("There is no such page"),
        _l("The address is wrong, or what it showed is gone or not yours to see."),
        _l("Check the address, or go on from the menu."),
    ),
    413: (
        _l("That is too big"),
        _l("What was sent is larger than it can be."),
        _l("Go back and send less."),
    ),
}


def no_token() -> Any:
    """A post without its token: most often the session ended, or somebody else signed in meanwhile."""
    return go(guard.sign_in_address()) if guard.find_session() is None else error_page(400)

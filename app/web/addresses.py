"""Every address of the wizard is made here, so that the same journey can be served under another path."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import request

from app.present import the_notes

PREFIX = "/apply"
QUERY_CHARACTERS = "%!$&'()*+,;=:@/?[]-._~"
PHONE = "phone"
PHONE_PREFIX = "/phone"
STAFF_PREFIX = "/staff"
FRAME_PREFIX = "/frame"
# Before a token in the path, where a browser keeps no cookie.
FLOW_MARK = "~"


class Addresses:
    """The wizard's addresses under one prefix; `asks_country` unless it was said by whoever sent the person there."""

    asks_country = True

    def __init__(self, prefix: str = PREFIX) -> None:
        self.prefix = prefix

    def _address(self, path: str, query: dict[str, str] | None = None) -> str:
        return f"{self.prefix}{path}" + (f"?{urlencode(query)}" if query else "")

    def home(self) -> str:
        """Leads to the first open step."""
        return self.prefix

    def start(self, **query: str) -> str:
        """The start page."""
        return self._address("/start", query)

    def step(self, key: str, **query: str) -> str:
        """A step's page, or review's."""
        return self._address(f"/{quote(key, safe='')}", query)

    def review(self, **query: str) -> str:
        """The review page."""
        return self._address("/review", query)

    def status(self) -> str:
        """The page that follows the application once it was sent."""
        return self._address("/status")

    def save(self) -> str:
        """Where a personal link is made and shown."""
        return self._address("/save")

    def resume(self, token: str) -> str:
        """A personal link."""
        return self._address(f"/resume/{quote(token, safe='')}")

    def confirm(self, **query: str) -> str:
        """Where the birth date is asked again."""
        return self._address("/confirm", query)

    def upload(self, slot: str) -> str:
        """Where one photo is sent on its own."""
        return self._address(f"/photos/{quote(slot, safe='')}")

    def photo(self, photo_id: str, variant: str) -> str:
        """A stored photo: `stored` or `thumbnail`."""
        return self._address(f"/photos/{quote(photo_id, safe='')}/{variant}")

    def help(self) -> str:
        """Where the person lets somebody of staff help, and sees who does."""
        return self._address("/help")

    def end_help(self) -> str:
        """Where the person does without that help from then on."""
        return self._address("/help/end")

    def part(self, token: str) -> str:
        """A link that takes a person to their part of what an agent fills in."""
        return self._address(f"/yours/{quote(token, safe='')}")

    def take_all(self) -> str:
        """Where the person takes the rest into their own hands too."""
        return self._address("/yours")

    def agree(self) -> str:
        """Where consents are given to an application that an agent began."""
        return self._address("/agree")

    def handoff(self, key: str) -> str:
        """Where a step's photos are handed to a phone, and where the step's page asks what has become of it."""
        return self._address(f"/handoff/{quote(key, safe='')}")

    def link(self, token: str) -> str:
        """The link that a phone opens."""
        return self._address(f"/{quote(token, safe='')}")

    def news(self) -> str:
        """Where a phone's page asks what has become of its photos."""
        return self._address("/news")

    def end(self) -> str:
        """Where a phone says that it is done."""
        return self._address("/end")

    def legal(self, kind: str) -> str:
        """A legal text on a page of its own."""
        return self._address(f"/legal/{quote(kind, safe='')}")

    def language(self) -> str:
        """Where the language is changed on pages without a form."""
        return self._address("/language")


def addresses() -> Addresses:
    """The addresses of the journey that this request belongs to."""
    notes = the_notes()
    found: Addresses | None = notes.get("addresses")
    if found is None:
        found = notes.addresses = Addresses(PHONE_PREFIX) if request.blueprint == PHONE else Addresses()
    return found


def with_query(address: str) -> str:
    """`address` with the query string of this request, as it came; raw bytes are escaped, which says the same."""
    query = quote(request.query_string, safe=QUERY_CHARACTERS)
    return f"{address}?{query}" if query else address


def local(address: str, otherwise: str) -> str:
    """`address` if it is a page of this site, else `otherwise`."""
    harmless = address.isprintable() and not any(piece in address for piece in ("//", "\\", ":"))
    return address if address.startswith("/") and harmless else otherwise


def inside(address: str, otherwise: str) -> str:
    """`address` if it is one of the wizard's own, else `otherwise`: a posted address never leads elsewhere."""
    prefix = addresses().prefix
    mine = address == prefix or address.startswith(f"{prefix}/")
    return local(address, otherwise) if mine else otherwise

"""The session cookie: a signed, opaque token; what it opens is in the database under the token's hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any, cast

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import Signer

VISITOR, APPLICANT = "v", "a"
TOKEN_BYTES = 32
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
MAXIMUM_AGE_SECONDS = 40 * 24 * 3600


def is_local(host: str) -> bool:
    """Whether a request's Host is this computer, where browsers need no HTTPS to keep a cookie."""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name in LOCAL_HOSTS or name.endswith(".localhost")


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


class BrowserCookie(dict[str, Any], SessionMixin):
    """A visitor's or an applicant's token. Flask-WTF finds its CSRF secret here, derived from the token."""

    def __init__(self, kind: str, token: str, csrf_secret: str, *, new: bool) -> None:
        super().__init__(csrf_token=csrf_secret)
        self.kind, self.token, self.new, self.modified, self.accessed = kind, token, new, False, False

    def __getitem__(self, key: str) -> Any:
        self.accessed = True
        return super().__getitem__(key)

    @property
    def is_applicant(self) -> bool:
        """Whether the token was given for an application."""
        return self.kind == APPLICANT


class CookieSessions(SessionInterface):
    """Reads and writes the cookie; a cookie that was tampered with counts as none."""

    def __init__(self, secret_key: str, *, production: bool) -> None:
        self._signer = Signer(secret_key, salt="alta.session", digest_method=hashlib.sha256)
        self._csrf_key = hashlib.sha256(f"alta.csrf:{secret_key}".encode()).digest()
        self.name = "__Host-alta" if production else "alta"

    def open_session(self, app: Flask, request: Request) -> BrowserCookie:
        """The cookie's token, or a fresh visitor's."""
        value, _dot, signature = request.cookies.get(self.name, "").rpartition(".")
        kind, _dot, token = value.partition(".")
        # Compared as text: the last character of base64 has spare bits, so that several spell the same signature.
        right = hmac.compare_digest(self._signer.get_signature(_bytes(value)), _bytes(signature))
        if right and kind in (VISITOR, APPLICANT) and token:
            return self._cookie(kind, token, new=False)
        return self._cookie(VISITOR, secrets.token_urlsafe(TOKEN_BYTES), new=True)

    def give(self, cookie: BrowserCookie, token: str) -> None:
        """Make the browser an applicant's: the token changes, so that a fixed or leaked one is worth nothing."""
        cookie.kind, cookie.token, cookie.modified = APPLICANT, token, True
        cookie["csrf_token"] = self._csrf(token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie when it changed, or when a new visitor's page carries a form."""
        cookie = cast(BrowserCookie, session)
        if not cookie.modified and not (cookie.new and cookie.accessed):
            return
        response.set_cookie(
            self.name,
            self._signer.sign(f"{cookie.kind}.{cookie.token}").decode(),
            max_age=MAXIMUM_AGE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=not is_local(current_request.host),
            path="/",
        )

    def _cookie(self, kind: str, token: str, *, new: bool) -> BrowserCookie:
        return BrowserCookie(kind, token, self._csrf(token), new=new)

    def _csrf(self, token: str) -> str:
        return hmac.digest(self._csrf_key, token.encode(), "sha256").hex()

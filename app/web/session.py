"""The session cookie: a signed, opaque token; what it opens is in the database under the token's hash.

A phone that takes photos for another device has a cookie of its own, and so have staff; each is worth nothing on the
pages of the others, and one browser may hold them all.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from typing import Any, cast

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import Signer

from app.web.addresses import FLOW_MARK, FRAME_PREFIX, PHONE_PREFIX, STAFF_PREFIX

VISITOR, APPLICANT, PHOTOGRAPHER, STAFF, FRAMED = "v", "a", "p", "s", "f"
TOKEN_BYTES = 32
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
MAXIMUM_AGE_SECONDS = 40 * 24 * 3600
PHONE_AGE_SECONDS = FRAME_AGE_SECONDS = 24 * 3600
SESSION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_local(host: str) -> bool:
    """Whether a request's Host is this computer, where browsers need no HTTPS to keep a cookie."""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name in LOCAL_HOSTS or name.endswith(".localhost")


@dataclass(frozen=True, kw_only=True)
class Jar:
    """Where a kind of session keeps its cookie; `kind` marks the tokens that were given, not made for a visitor."""

    name: str
    path: str
    kind: str
    age_seconds: int | None
    signer: Signer
    same_site: str = "Lax"


def _flow(request: Request) -> str:
    """Which frame's pages a request is for: a session's id, or a mark and a token; "" outside of frames."""
    if not request.path.startswith(f"{FRAME_PREFIX}/"):
        return ""
    return request.path.split("/", 3)[2]


def _signer(secret_key: str, salt: str) -> Signer:
    """A signer whose key is derived now, and not again for each cookie."""
    key = Signer(secret_key, salt=salt, digest_method=hashlib.sha256).derive_key()
    return Signer(key, key_derivation="none", digest_method=hashlib.sha256)


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


class BrowserCookie(dict[str, Any], SessionMixin):
    """A visitor's, an applicant's or a phone's token. Flask-WTF finds its CSRF secret here, derived from the token."""

    def __init__(self, kind: str, token: str, csrf_secret: str, *, new: bool) -> None:
        super().__init__(csrf_token=csrf_secret)
        self.kind, self.token, self.new, self.modified, self.accessed = kind, token, new, False, False
        # Set where an answer must leave the browser's cookies as they are.
        self.held_back = False

    def __getitem__(self, key: str) -> Any:
        self.accessed = True
        return super().__getitem__(key)

    @property
    def is_applicant(self) -> bool:
        """Whether the token was given for an application."""
        return self.kind == APPLICANT

    @property
    def is_photographer(self) -> bool:
        """Whether the token was given for taking an application's photos."""
        return self.kind == PHOTOGRAPHER

    @property
    def is_staff(self) -> bool:
        """Whether the token was given to a member of staff, signed in or on the way there."""
        return self.kind == STAFF

    @property
    def is_framed(self) -> bool:
        """Whether the token was given to a frame."""
        return self.kind == FRAMED

    @property
    def is_given(self) -> bool:
        """Whether the token was given for anything."""
        return self.kind != VISITOR


class CookieSessions(SessionInterface):
    """Reads and writes the cookie; a cookie that was tampered with counts as none."""

    def __init__(self, secret_key: str, *, production: bool) -> None:
        self._csrf_key = hashlib.sha256(f"alta.csrf:{secret_key}".encode()).digest()
        self._wizard = Jar(
            name="__Host-alta" if production else "alta",
            path="/",
            kind=APPLICANT,
            age_seconds=MAXIMUM_AGE_SECONDS,
            signer=_signer(secret_key, "alta.session"),
        )
        self._phone = Jar(
            name="__Secure-alta_phone" if production else "alta_phone",
            path=PHONE_PREFIX,
            kind=PHOTOGRAPHER,
            age_seconds=PHONE_AGE_SECONDS,
            signer=_signer(secret_key, "alta.phone"),
        )

        self._staff = Jar(
            name="__Host-alta_staff" if production else "alta_staff",
            path="/" if production else STAFF_PREFIX,
            kind=STAFF,
            # Until the browser is closed; the row ends before that.
            age_seconds=None,
            signer=Signer(secret_key, salt="alta.staff", digest_method=hashlib.sha256),
            same_site="Strict",
        )
        self._frame = Jar(
            name="",
            path="/",
            kind=FRAMED,
            age_seconds=FRAME_AGE_SECONDS,
            signer=Signer(secret_key, salt="alta.frame", digest_method=hashlib.sha256),
        )

    def open_session(self, app: Flask, request: Request) -> BrowserCookie:
        """The cookie's token, or a fresh visitor's."""
        flow = _flow(request)
        if flow.startswith(FLOW_MARK) and len(flow) > len(FLOW_MARK):
            return self._cookie(FRAMED, flow.removeprefix(FLOW_MARK), new=False)
        jar = self._jar(request)
        value, _dot, signature = request.cookies.get(jar.name, "").rpartition(".")
        kind, _dot, token = value.partition(".")
        # Compared as text: the last character of base64 has spare bits, so that several spell the same signature.
        right = hmac.compare_digest(jar.signer.get_signature(_bytes(value)), _bytes(signature))
        if right and kind in (VISITOR, jar.kind) and token:
            return self._cookie(kind, token, new=False)
        return self._cookie(VISITOR, secrets.token_urlsafe(TOKEN_BYTES), new=True)

    def framed_token(self, request: Request, session_id: str) -> str:
        """What the cookie of a session's frame holds; "" where none came back."""
        jar = self._frame_jar(session_id)
        value, _dot, signature = request.cookies.get(jar.name, "").rpartition(".")
        right = hmac.compare_digest(jar.signer.get_signature(_bytes(value)), _bytes(signature))
        kind, _dot, token = value.partition(".")
        return token if right and kind == FRAMED else ""

    def keep_frame(self, response: Response, session_id: str, token: str) -> None:
        """Have the browser keep a frame's token, apart for each site that embeds us."""
        jar = self._frame_jar(session_id)
        response.set_cookie(
            jar.name,
            jar.signer.sign(f"{FRAMED}.{token}").decode(),
            max_age=jar.age_seconds,
            httponly=True,
            samesite="None",
            secure=True,
            partitioned=True,
            path=jar.path,
        )

    def give(self, cookie: BrowserCookie, token: str) -> None:
        """Admit an applicant or a phone: the token changes, so that a fixed or leaked one is worth nothing."""
        cookie.kind, cookie.token, cookie.modified = self._jar(current_request).kind, token, True
        cookie["csrf_token"] = self._csrf(token)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie when it changed, or when a new visitor's page carries a form."""
        cookie = cast(BrowserCookie, session)
        if cookie.held_back or not (cookie.modified or (cookie.new and cookie.accessed)):
            return
        if _flow(current_request):
            return
        jar = self._jar(current_request)
        response.set_cookie(
            jar.name,
            jar.signer.sign(f"{cookie.kind}.{cookie.token}").decode(),
            max_age=jar.age_seconds,
            httponly=True,
            samesite=jar.same_site,
            secure=not is_local(current_request.host),
            path=jar.path,
        )

    def take_back(self, cookie: BrowserCookie) -> None:
        """Make a visitor of whoever had the cookie."""
        fresh = secrets.token_urlsafe(TOKEN_BYTES)
        cookie.kind, cookie.token, cookie.modified = VISITOR, fresh, True
        cookie["csrf_token"] = self._csrf(fresh)

    def _jar(self, request: Request) -> Jar:
        if flow := _flow(request):
            return self._frame_jar(flow)
        path = f"{request.path}/"
        if path.startswith(f"{STAFF_PREFIX}/"):
            return self._staff
        return self._phone if path.startswith(f"{PHONE_PREFIX}/") else self._wizard

    def _frame_jar(self, session_id: str) -> Jar:
        # Of its own for each session: two frames on one page share all their cookies.
        known = session_id if SESSION_ID.fullmatch(session_id) else "none"
        return replace(self._frame, name=f"__Host-alta-{known}")

    def _cookie(self, kind: str, token: str, *, new: bool) -> BrowserCookie:
        return BrowserCookie(kind, token, self._csrf(token), new=new)

    def _csrf(self, token: str) -> str:
        return hmac.digest(self._csrf_key, token.encode(), "sha256").hex()

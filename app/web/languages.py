"""Which language a page is in: chosen, the application's, or the browser's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import Babel, force_locale, get_translations, refresh
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from app.present import Notes, the_notes, the_request
from app.web.session import MAXIMUM_AGE_SECONDS, is_local
from app.words import catalogue

LANGUAGES = (("es", "es", "Español"), ("pt_BR", "pt-BR", "Português"), ("en", "en", "English"))
CODES = tuple(code for code, _html, _name in LANGUAGES)
HTML_CODES = {code: html for code, html, _name in LANGUAGES}
COOKIE = "alta_language"
BY_COUNTRY = {"AR": "es", "BR": "pt_BR"}


def known(code: str | None) -> str | None:
    """The catalogue of a language code such as `pt`, `pt-BR` or `es_AR`, if there is one."""
    if not code:
        return None
    short = code.replace("-", "_").split("_")[0].lower()
    return next((each for each in CODES if each.split("_")[0] == short), None)


def current() -> str:
    """The catalogue of this request."""
    notes = the_notes()
    chosen: str | None = notes.get("language")
    if chosen is None:
        chosen = _choose()
        _speak(notes, chosen)
    return chosen


def _speak(notes: Notes, code: str) -> None:
    notes.language, notes.catalogue = code, _catalogue_of(code)


@cache
def _catalogue_of(code: str) -> Any:
    with force_locale(code):
        return get_translations()


def _choose() -> str:
    request = the_request()
    for code in (request.cookies.get(COOKIE), request.args.get("language")):
        if code and known(code):
            return known(code) or "en"
    wanted = _wanted(request.headers.get("Accept-Language", ""))
    return wanted or BY_COUNTRY.get(request.args.get("country", "").upper(), "en")


@lru_cache(maxsize=256)
def _wanted(accepted: str) -> str | None:
    """The first of ours that a browser's Accept-Language names; read once a value, as browsers send but a few."""
    tags = parse_accept_header(accepted, LanguageAccept)
    return next((code for tag, quality in tags if quality > 0 and (code := known(tag))), None)


def init_languages(app: Flask) -> None:
    """Have every word of the application looked up in the request's language."""
    Babel(app, locale_selector=current, default_timezone="UTC")
    app.jinja_env.globals["_"] = _word
    app.after_request(remember)


def _word(message: str, **parts: Any) -> Markup:
    text = _marked(catalogue(), message)
    return text % parts if parts else text


# Templates ask for no words but their own, each page for the same.
@lru_cache(maxsize=8192)
def _marked(words: Any, message: str) -> Markup:
    return Markup(words.gettext(message))  # noqa: S704 - catalogues are ours


def choose(code: str) -> None:
    """Use `code` from here on in this request, and remember it in the browser."""
    use(code)
    g.remember_language = code


def use(code: str) -> None:
    """Use `code` in this request whatever the browser has chosen."""
    _speak(the_notes(), code)
    refresh()


@contextmanager
def within(code: str) -> Iterator[None]:
    """Speak another language for as long as this lasts: the person's, on an agent's page."""
    before = current()
    use(code)
    try:
        yield
    finally:
        use(before)


def prefer(code: str) -> None:
    """Use `code` in this request if the browser has not chosen a language."""
    if not known(request.cookies.get(COOKIE)) and not g.get("remember_language"):
        use(code)


def remember(response: Response) -> Response:
    """Set the language cookie if the language was chosen in this request."""
    code = the_notes().get("remember_language")
    if code:
        response.set_cookie(
            COOKIE,
            code,
            max_age=MAXIMUM_AGE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=not is_local(request.host),
            path="/",
        )
    return response


def html_language(language: str, country: str | None) -> str:
    """The page's `lang`: Argentine Spanish where the application is Argentine."""
    return "es-AR" if language == "es" and country in (None, "AR") else HTML_CODES[language]

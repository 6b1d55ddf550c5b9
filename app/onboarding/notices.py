"""Owns the legal texts shown to a person: where each comes from, how it is filled, rendered and hashed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.domain.errors import AltaError

KINDS = ("privacy", "biometric", "pep-ar", "pep-br")
LANGUAGES = ("es", "pt_BR", "en")
SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "legal"

_ENTRIES = ("title", "version")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|[{}]")
_MARKDOWN_PUNCTUATION = re.compile(r"([\\`*_\[\]<>#+!|~&()])")
_BLOCK_START = re.compile(r"^(\d*)([-.=])")


class NoticeError(AltaError, ValueError):
    """A legal text cannot be used; the message is a sentence for the operator that names the file."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One legal text as shown: `html` is the body from h2 downwards, `text_hash` 64 lower-case hex digits."""

    kind: str
    language: str
    title: str
    version: str
    html: Markup
    text_hash: str


class Notices:
    """The current legal texts, one for each of KINDS in each of LANGUAGES.

    `directory` is the operator's (ALTA_LEGAL_TEXTS): a file in it replaces the shipped one of the same name.
    `controller` and `contact` are plain text and fill the placeholders of those names. All texts are read,
    checked and rendered here, once, so that a faulty one stops the start instead of a person's page; an
    instance never changes and may be shared by threads. Raises NoticeError.
    """

    def __init__(self, directory: Path | None, *, controller: str, contact: str) -> None:
        _check_directory(directory)
        values = {"controller": _literal(controller), "contact": _literal(contact)}
        self._notices: dict[tuple[str, str], Notice] = {}
        self._by_hash: dict[tuple[str, str], Notice] = {}
        for kind in KINDS:
            for language in LANGUAGES:
                notice = _load(_path(directory, kind, language), kind, language, values)
                self._notices[kind, language] = notice
                self._by_hash.setdefault((kind, notice.text_hash), notice)
        self._hashes = {kind: frozenset(self._notices[kind, each].text_hash for each in LANGUAGES) for kind in KINDS}

    def get(self, kind: str, language: str) -> Notice:
        """The current text of `kind` (one of KINDS) in `language` (one of LANGUAGES). Raises NoticeError."""
        try:
            return self._notices[kind, language]
        except KeyError:
            raise NoticeError(f"There is no legal text {kind}.{language}.md.") from None

    def current_hashes(self, kind: str) -> frozenset[str]:
        """The hashes of the current text of `kind` in every language."""
        return self._hashes[kind]

    def by_hash(self, kind: str, text_hash: str) -> Notice | None:
        """The current text of `kind`, in any language, that has `text_hash`; None if it is not current."""
        return self._by_hash.get((kind, text_hash))


def _name(kind: str, language: str) -> str:
    return f"{kind}.{language}.md"


def _path(directory: Path | None, kind: str, language: str) -> Path:
    own = directory / _name(kind, language) if directory else None
    return own if own and own.exists() else SHIPPED / _name(kind, language)


def _check_directory(directory: Path | None) -> None:
    """A misspelt file would leave the shipped text in use without a word, so it stops the start."""
    if directory is None:
        return
    if not directory.is_dir():
        raise NoticeError(f"{directory} is not a folder: ALTA_LEGAL_TEXTS must name one, or be left out.")
    known = {_name(kind, language) for kind in KINDS for language in LANGUAGES}
    for path in sorted(directory.glob("*.*.md")):
        if path.name not in known:
            names = ", ".join(sorted(known))
            raise NoticeError(f"{path} is not the name of a legal text; the names are {names}.")


def _load(path: Path, kind: str, language: str, values: Mapping[str, str]) -> Notice:
    try:
        # utf-8-sig and universal newlines: an editor's BOM or CRLF must not change the hash.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise NoticeError(f"{path} is not UTF-8 text: save it in that encoding.") from None
    except OSError as error:
        raise NoticeError(f"{path} cannot be read: {error.strerror}.") from error
    entries, body = _split(path, text)
    markdown = _fill(path, body.strip(), values) + "\n"
    return Notice(
        kind=kind,
        language=language,
        title=entries["title"],
        version=entries["version"],
        html=_render(markdown),
        text_hash=hashlib.sha256(markdown.encode()).hexdigest(),
    )


def _split(path: Path, text: str) -> tuple[dict[str, str], str]:
    """The front matter's entries and the Markdown after it."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---" or "---" not in (line.rstrip() for line in lines[1:]):
        raise NoticeError(f"{path} has no front matter: begin it with title and version between --- lines.")
    end = next(number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---")
    entries: dict[str, str] = {}
    for line in filter(str.strip, lines[1:end]):
        key, _, value = (part.strip() for part in line.partition(":"))
        if key not in _ENTRIES:
            raise NoticeError(f"{path} has an unknown line in its front matter: {line.strip()!r}.")
        entries[key] = value
    for key in _ENTRIES:
        if not entries.get(key):
            raise NoticeError(f"{path} has no {key} in its front matter.")
    body = "\n".join(lines[end + 1 :])
    if not body.strip():
        raise NoticeError(f"{path} has no text after its front matter.")
    return entries, body


def _fill(path: Path, body: str, values: Mapping[str, str]) -> str:
    # One pass: braces inside an operator's own name are text, never a second placeholder.
    def value(match: re.Match[str]) -> str:
        name = match.group().strip("{}")
        if match.group() != f"{{{name}}}" or name not in values:
            known = " and ".join(f"{{{name}}}" for name in values)
            raise NoticeError(f"{path} has unknown placeholder {match.group()!r}; only {known} are filled.")
        return values[name]

    return _PLACEHOLDER.sub(value, body)


def _literal(value: str) -> str:
    """`value` as Markdown that shows exactly its characters on one line."""
    inline = _MARKDOWN_PUNCTUATION.sub(r"\\\1", " ".join(value.split()))
    return _BLOCK_START.sub(r"\1\\\2", inline)


def _render(markdown: str) -> Markup:
    # Pictures are off: the hash covers text only, so nothing outside that text may be part of what was shown.
    renderer = MarkdownIt("commonmark", {"html": False}).disable("image")
    tokens = renderer.parse(markdown)
    _nest_headings(tokens)
    # markdown-it escapes everything that is not its own markup, which is what makes this Markup safe.
    return Markup(renderer.renderer.render(tokens, renderer.options, {}))  # noqa: S704


def _nest_headings(tokens: list[Token]) -> None:
    """Shift all headings together so that the highest is h2, below the page's own h1."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    shift = max((2 - int(token.tag[1]) for token in headings), default=0)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + max(0, shift))}"

"""The catalogues against the words of code and templates: `python -m tests.support.words` checks, `… update` merges."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from app.domain.countries import COUNTRIES
from app.pictures import errors, kinds
from app.web.languages import CODES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "app" / "translations"
SOURCE = "en"
LANGUAGES = tuple(code for code in CODES if code != SOURCE)
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
FOLDERS = {"app", "templates"}
PROPER_NAMES = {"CUIL", "CUIT", "DNI", "CPF", "CEP"}
# Spelt alike in both languages; everything else that equals its source was forgotten.
ALIKE = {
    "es": {"Argentina", "Esc", "Error %(code)s", "Error:", "No", "Selfie %(number)s", "Selfies", "Web"},
    "pt_BR": {"Argentina", "Enter", "Esc", "Link", "Selfie %(number)s", "Selfies", "Web"},
}
PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])")
MARKUP = re.compile(r"[<>&\"]")
ENDINGS = (".", "?", ":", "…")


def path_of(language: str) -> Path:
    """Where a language's catalogue is."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Every message that code and templates mark now, as a template without translations."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    template = Catalog(charset="utf-8")
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, directory_filter=_holds_words)
    for _file, _line, message, _comments, context in found:
        template.add(message, context=context)
    return template


def _holds_words(folder: str) -> bool:
    return Path(folder).relative_to(ROOT).parts[0] in FOLDERS


def catalogue(language: str) -> Catalog:
    """A language's catalogue as it is kept."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def named(message: Message) -> str:
    """A message as a person would look for it."""
    return repr(message.id if isinstance(message.id, str) else message.id[0])


def forms(message: Message) -> tuple[str, ...]:
    """A message's translations, one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def faults(language: str, template: Catalog, kept: Catalog) -> Iterator[str]:
    """A sentence for everything wrong with `kept`, the catalogue of `language`."""
    for source in template:
        if not source.id:
            continue
        message = kept.get(source.id, source.context)
        if message is None:
            yield f"{language}: {named(source)} is missing"
        elif message.fuzzy or not all(forms(message)):
            yield f"{language}: {named(source)} is not translated"
        else:
            yield from (f"{language}: {named(source)} {fault}" for fault in message_faults(language, message, kept))
    unused = [message for message in kept if message.id and message.id not in template]
    for message in (*unused, *kept.obsolete.values()):
        yield f"{language}: {named(message)} is no longer used"


def message_faults(language: str, message: Message, kept: Catalog) -> Iterator[str]:
    """What is wrong with one translated message."""
    sources = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    translations = forms(message)
    if len(sources) > 1 and len(translations) != kept.num_plurals:
        yield f"has {len(translations)} plural forms instead of {kept.num_plurals}"
    for translation in translations:
        if set(PLACEHOLDER.findall(translation)) != set(PLACEHOLDER.findall(sources[-1])):
            yield "has other placeholders"
        # Templates put translations into attributes as they are.
        if set(MARKUP.findall(translation)) - set(MARKUP.findall(sources[-1])):
            yield "has a character that means something in HTML"
        if _ending(translation) != _ending(sources[-1]):
            yield "ends otherwise than its source"
        if translation != translation.strip() or "  " in translation:
            yield "has stray spaces"
        if translation in sources and translation not in ALIKE[language]:
            yield "is still English"


def _ending(sentence: str) -> str:
    return next((ending for ending in ENDINGS if sentence.endswith(ending)), "")


def said_through_variables() -> set[str]:
    """Sentences and labels that pages translate by way of a variable: the domain's, and the pictures'."""
    words = {*errors.SENTENCES.values(), kinds.HEIC, kinds.PDF, kinds.VIDEO}
    for country in COUNTRIES.values():
        words |= {country.name}
        words |= {word for kind in country.document_types for word in (kind.label, kind.hint)}
        words |= {choice.label for choice in country.document_kinds}
        words |= {word for box in country.address_fields for word in (box.label, box.hint, box.say)}
    return words - PROPER_NAMES - {""}


def all_faults() -> list[str]:
    """Everything that is wrong with the words in any language."""
    template = extracted()
    found = [f"{word!r} is shown but not marked with N_" for word in said_through_variables() if word not in template]
    found += [f"{word!r} is a proper name, not for translating" for word in PROPER_NAMES if word in template]
    for language in LANGUAGES:
        found += faults(language, template, catalogue(language))
    return sorted(found)


def merged(language: str, template: Catalog, kept: Catalog) -> Catalog:
    """`template` with the translations of `kept`; what is no longer used goes, what is new is empty."""
    result = Catalog(locale=language, charset="utf-8")
    for source in template:
        if source.id:
            known = kept.get(source.id, source.context)
            result.add(source.id, known.string if known else "", context=source.context)
    return result


def written(catalog: Catalog) -> bytes:
    """A catalogue as its file; the header holds only what reading needs: no dates, people or tools."""
    entries = {
        "Content-Type": "text/plain; charset=utf-8",
        "Language": str(catalog.locale),
        "Plural-Forms": catalog.plural_forms,
    }
    target = io.BytesIO()
    target.write(b'msgid ""\nmsgstr ""\n')
    target.writelines(f'"{name}: {value}\\n"\n'.encode() for name, value in entries.items())
    target.write(b"\n")
    write_po(target, catalog, width=118, no_location=True, omit_header=True, sort_output=True)
    return target.getvalue()


def update(language: str) -> None:
    """Merge the messages marked now into a language's catalogue."""
    path_of(language).write_bytes(written(merged(language, extracted(), catalogue(language))))


def main() -> int:
    """Check, or with `update` merge first; what is wrong goes to stderr."""
    if sys.argv[1:] == ["update"]:
        for language in LANGUAGES:
            update(language)
    found = all_faults()
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

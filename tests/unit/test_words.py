"""Every word that people see is there in every language, and says the same."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.support import words

PYTHON = sorted((words.ROOT / "app").rglob("*.py"))
# The page about the APIs is for developers, in English only.
TEMPLATES = sorted(path for path in (words.ROOT / "templates").rglob("*.html") if "docs" not in path.parts)
ERRORS = {"InvalidError", "DateError", "PictureError", "ValidationError", "Notice"}
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# An attribute outside a tag is a block that a page puts into one.
TAG = re.compile(r"<[^>]*>|\s[a-z]+=\"[^\"]*\"", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(
    r'\s(?:aria-label|alt|title|placeholder|data-(?!poll|news|photos|part|when|do|deed|pose)[a-z]+)="([^"]*)"'
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
TU_OR_USTED = re.compile(
    r"\b(tú|usted|ustedes|vosotros|elige|escoge|ingrese|ingresa|revisa|revise|escribe|escriba|introduce|introduzca|"
    r"eres|tienes|puedes|quieres|vives|necesitas|confirma|cierra|mira|gira|agrega|añade)\b",
    re.IGNORECASE,
)
NOT_BRAZILIAN = re.compile(
    r"\b(ecrã|telemóvel|ficheiro|utilizador|morada|apelido|tu|teu|tua|estás|guardar|partilhe|registo)\b", re.IGNORECASE
)


def compiled(language: str) -> gettext.GNUTranslations:
    """A language's catalogue as the page reads it, made in memory."""
    target = io.BytesIO()
    write_mo(target, words.catalogue(language))
    target.seek(0)
    return gettext.GNUTranslations(target)


def template_of(*sources: str | tuple[str, str]) -> Catalog:
    """What code with these messages would give."""
    template = Catalog()
    for source in sources:
        template.add(source)
    return template


def kept_of(language: str, *entries: tuple[str | tuple[str, str], str | tuple[str, ...]]) -> Catalog:
    """A catalogue with these entries."""
    kept = Catalog(locale=language)
    for source, translation in entries:
        kept.add(source, translation)
    return kept


def calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a plain name in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def test_every_word_is_there_in_every_language() -> None:
    assert words.all_faults() == []


def test_words_of_code_templates_and_domain_are_collected() -> None:
    template = words.extracted()
    assert len(template) > 300
    assert "Continue" in template
    assert "Front side" in template
    assert "The CUIL's last digit does not match: check the number" in template
    assert words.said_through_variables() <= {message.id for message in template}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_catalogue_compiles(language: str) -> None:
    translations = compiled(language)
    assert translations.gettext("Continue") == "Continuar"
    assert translations.gettext("CUIL") == "CUIL"


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("es", ["Te quedan 0 intentos.", "Te queda 1 intento.", "Te quedan 2 intentos."]),
        ("pt_BR", ["Resta 0 tentativa.", "Resta 1 tentativa.", "Restam 2 tentativas."]),
    ],
)
def test_plural_follows_the_language(language: str, spoken: list[str]) -> None:
    translations = compiled(language)
    forms = [translations.ngettext("%(num)s try is left.", "%(num)s tries are left.", number) for number in range(3)]
    assert [form % {"num": number} for number, form in enumerate(forms)] == spoken


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_catalogue_names_no_person_tool_or_day(language: str) -> None:
    header = words.path_of(language).read_text(encoding="utf-8").split("\n\n")[0]
    entries = re.findall(r'^"([\w-]+):', header, re.MULTILINE)
    assert entries == ["Content-Type", "Language", "Plural-Forms"]
    assert "charset=utf-8" in header and "#" not in header


@pytest.mark.parametrize(
    ("source", "entry", "fault"),
    [
        ("Hello", None, "is missing"),
        ("Hello", "", "is not translated"),
        ("Hello", "Hello", "is still English"),
        ("Hello", "Hola ", "has stray spaces"),
        ("Hello", 'Ho"la', "has a character that means something in HTML"),
        ("Hello.", "Hola", "ends otherwise than its source"),
        ("Hi %(name)s", "Hola", "has other placeholders"),
        ("Hi %(name)s", "Hola %(nombre)s", "has other placeholders"),
        ("Hi %(count)d", "Hola %(count)s", "has other placeholders"),
        (("%(num)s day", "%(num)s days"), ("%(num)s día", ""), "is not translated"),
        (("%(num)s day", "%(num)s days"), ("%(num)s día", "días"), "has other placeholders"),
    ],
)
def test_fault_is_named(source: str | tuple[str, str], entry: str | tuple[str, ...] | None, fault: str) -> None:
    kept = kept_of("es") if entry is None else kept_of("es", (source, entry))
    name = source if isinstance(source, str) else source[0]
    assert list(words.faults("es", template_of(source), kept)) == [f"es: {name!r} {fault}"]


def test_fuzzy_translation_is_named() -> None:
    kept = kept_of("es")
    kept.add("Hello", "Hola", flags=["fuzzy"])
    assert list(words.faults("es", template_of("Hello"), kept)) == ["es: 'Hello' is not translated"]


def test_leftover_translation_is_named() -> None:
    kept = kept_of("es", ("Hello", "Hola"), ("Bye", "Chau"))
    assert list(words.faults("es", template_of("Hello"), kept)) == ["es: 'Bye' is no longer used"]
    kept = kept_of("es", ("Hello", "Hola"))
    kept.obsolete["Hello"] = words.Message("Hello", "Buenas")
    assert list(words.faults("es", template_of("Hello"), kept)) == ["es: 'Hello' is no longer used"]


def test_right_translation_has_no_fault() -> None:
    kept = kept_of(
        "es", ("Hi %(name)s", "Hola %(name)s"), (("%(num)s day", "%(num)s days"), ("un día", "%(num)s días"))
    )
    faults = list(words.faults("es", template_of("Hi %(name)s"), kept))
    assert faults == ["es: '%(num)s day' is no longer used"]


def test_merging_keeps_translations_drops_the_unused_and_adds_the_new(tmp_path: Path) -> None:
    template = template_of("Hi %(name)s", "New", ("%(num)s day", "%(num)s days"), ("%(num)s hour", "%(num)s hours"))
    kept = kept_of(
        "es",
        ("Hi %(name)s", "Hola %(name)s"),
        ("Old", "Viejo"),
        (("%(num)s day", "%(num)s days"), ("%(num)s día", "%(num)s días")),
    )
    path = tmp_path / "messages.po"
    path.write_bytes(words.written(words.merged("es", template, kept)))
    with path.open("rb") as file:
        merged = words.read_po(file, locale="es", abort_invalid=True)
    assert {message.id: words.forms(message) for message in merged if message.id} == {
        "Hi %(name)s": ("Hola %(name)s",),
        "New": ("",),
        ("%(num)s day", "%(num)s days"): ("%(num)s día", "%(num)s días"),
        ("%(num)s hour", "%(num)s hours"): ("", ""),
    }
    assert list(words.faults("es", template, merged)) == [
        "es: 'New' is not translated",
        "es: '%(num)s hour' is not translated",
    ]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_catalogue_is_kept_as_merging_writes_it(language: str) -> None:
    merged = words.merged(language, words.extracted(), words.catalogue(language))
    assert words.written(merged) == words.path_of(language).read_bytes()


def test_spanish_says_vos() -> None:
    spoken = [form for message in words.catalogue("es") if message.id for form in words.forms(message)]
    assert [form for form in spoken if TU_OR_USTED.search(form)] == []


def test_portuguese_is_brazilian() -> None:
    spoken = [form for message in words.catalogue("pt_BR") if message.id for form in words.forms(message)]
    assert [form for form in spoken if NOT_BRAZILIAN.search(form)] == []


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(words.ROOT)))
def test_no_error_speaks_without_being_marked(path: Path) -> None:
    for name, call in calls_in(path):
        if name in ERRORS:
            given = [*call.args[:2], *(keyword.value for keyword in call.keywords if keyword.arg == "message")]
            said = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            assert [sentence for sentence in said if sentence] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(words.ROOT)))
def test_template_holds_no_words_of_its_own(path: Path) -> None:
    markup = JINJA.sub("", path.read_text(encoding="utf-8"))
    spoken = [TAG.sub("", markup), *SPOKEN_ATTRIBUTE.findall(markup)]
    assert [found for text in spoken for found in LETTERS.findall(text)] == []

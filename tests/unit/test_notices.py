"""Checks the shipped legal texts and the loader that fills, renders and fingerprints them."""

import hashlib
import re
from dataclasses import FrozenInstanceError
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.onboarding.notices import KINDS, LANGUAGES, SHIPPED, Notice, NoticeError, Notices

CONTROLLER = "Banco de Prueba S.A."
CONTACT = "datos@banco.example"
ALL = [(kind, language) for kind in KINDS for language in LANGUAGES]


class Outline(HTMLParser):
    """The tags and the words of a rendered text."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(str(notice.html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def notices(directory: Path | None = None, *, controller: str = CONTROLLER) -> Notices:
    return Notices(directory, controller=controller, contact=CONTACT)


@pytest.fixture(scope="module")
def shipped() -> Notices:
    return notices()


def replace(directory: Path, body: str, *, name: str = "privacy.en.md", head: str | None = None) -> Path:
    path = directory / name
    path.write_bytes(((head or "---\ntitle: Ours\nversion: 7\n---\n") + body).encode())
    return path


def test_shipped_folder_holds_exactly_the_twelve_texts() -> None:
    assert {path.name for path in SHIPPED.iterdir()} == {f"{kind}.{language}.md" for kind, language in ALL}


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_shipped_text_is_complete(shipped: Notices, kind: str, language: str) -> None:
    notice = shipped.get(kind, language)
    outline = Outline(notice)
    assert (notice.kind, notice.language, notice.version) == (kind, language, "2026-11-01")
    assert notice.title
    assert 250 <= len(outline.text.split()) <= 950
    assert not re.search(r"[{}]", notice.title + notice.html)
    assert CONTACT in outline.text and CONTROLLER in outline.text
    assert {"h2", "li", "p"} <= set(outline.tags) and set(outline.tags) <= {"h2", "ul", "li", "p"}
    assert re.fullmatch(r"[0-9a-f]{64}", notice.text_hash)


@pytest.mark.parametrize("kind", KINDS)
def test_languages_of_a_text_differ_but_share_one_structure(shipped: Notices, kind: str) -> None:
    texts = [shipped.get(kind, language) for language in LANGUAGES]
    assert len({text.title for text in texts}) == len({text.text_hash for text in texts}) == len(LANGUAGES)
    structures = [[tag for tag in Outline(text).tags if tag in ("h2", "ul", "li")] for text in texts]
    assert structures[0] == structures[1] == structures[2]


@pytest.mark.parametrize("kind", KINDS)
def test_laws_and_articles_cited_are_the_same_in_every_language(shipped: Notices, kind: str) -> None:
    texts = [Outline(shipped.get(kind, language)).text for language in LANGUAGES]
    numbers = [sorted(re.findall(r"\d[\d.]*(?:/\d+)?", text)) for text in texts]
    assert numbers[0] == numbers[1] == numbers[2]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("privacy", ["25.326", "AAIP", "13.709/2018", "ANPD", "25.246", "9.613/1998", "3.978/2020", "30"]),
        ("biometric", ["art. 11, I", "25.326", "30", "AAIP", "ANPD"]),
        ("pep-ar", ["35/2023", "192/2024", "25.246", "persona expuesta políticamente"]),
        ("pep-br", ["3.978/2020", "9.613/1998", "27", "19"]),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_cites_the_law_it_rests_on(shipped: Notices, kind: str, words: list[str], language: str) -> None:
    text = Outline(shipped.get(kind, language)).text
    assert [word for word in words if word not in text] == []


def test_unknown_kind_or_language_is_an_error_that_names_the_text(shipped: Notices) -> None:
    with pytest.raises(NoticeError, match=r"privacy\.fr\.md"):
        shipped.get("privacy", "fr")
    with pytest.raises(ValueError, match=r"terms\.en\.md"):
        shipped.get("terms", "en")


def test_notice_cannot_be_changed(shipped: Notices) -> None:
    with pytest.raises(FrozenInstanceError):
        shipped.get("privacy", "en").title = "Another"  # type: ignore[misc]


def test_text_is_rendered_once(shipped: Notices) -> None:
    assert shipped.get("pep-ar", "es") is shipped.get("pep-ar", "es")


def test_hash_is_that_of_the_filled_markdown(tmp_path: Path) -> None:
    replace(tmp_path, "\n## One\n\nAsk {controller}: {contact}\n\n")
    shown = f"## One\n\nAsk Casa: {CONTACT}\n"
    expected = hashlib.sha256(shown.encode()).hexdigest()
    assert notices(tmp_path, controller="Casa").get("privacy", "en").text_hash == expected


def test_hash_is_stable_between_processes_and_changes_with_text_and_settings(tmp_path: Path) -> None:
    replace(tmp_path, "Ask {controller}.")
    first = notices(tmp_path).get("privacy", "en").text_hash
    assert notices(tmp_path).get("privacy", "en").text_hash == first
    assert notices(tmp_path, controller="Otro").get("privacy", "en").text_hash != first
    replace(tmp_path, "Ask {controller}!")
    assert notices(tmp_path).get("privacy", "en").text_hash != first


def test_byte_order_mark_and_windows_line_ends_do_not_change_the_hash(tmp_path: Path) -> None:
    path = replace(tmp_path, "## One\n\nTwo\n")
    plain = notices(tmp_path).get("privacy", "en")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert notices(tmp_path).get("privacy", "en") == plain


def test_posted_hash_is_known_in_any_language_of_its_own_kind_only(shipped: Notices) -> None:
    for language in LANGUAGES:
        notice = shipped.get("biometric", language)
        assert shipped.by_hash("biometric", notice.text_hash) is notice
        assert shipped.by_hash("privacy", notice.text_hash) is None
    assert shipped.by_hash("biometric", "0" * 64) is None
    assert shipped.by_hash("biometric", "") is None


def test_hash_of_a_replaced_text_is_no_longer_current(shipped: Notices, tmp_path: Path) -> None:
    replace(tmp_path, "New words.")
    assert notices(tmp_path).by_hash("privacy", shipped.get("privacy", "en").text_hash) is None


def test_operators_file_replaces_one_text_and_leaves_the_others(shipped: Notices, tmp_path: Path) -> None:
    replace(tmp_path, "## Ours\n\nOur own words for {contact}.")
    (tmp_path / "README.md").write_text("Counsel approved these on 2 November.")
    own = notices(tmp_path)
    assert (own.get("privacy", "en").title, own.get("privacy", "en").version) == ("Ours", "7")
    assert f"Our own words for {CONTACT}." in own.get("privacy", "en").html
    for kind, language in ALL:
        if (kind, language) != ("privacy", "en"):
            assert own.get(kind, language) == shipped.get(kind, language)


def test_html_in_a_text_is_shown_as_text(tmp_path: Path) -> None:
    replace(
        tmp_path, "<script>alert(1)</script>\n\nA <b>bold</b> word, [link](javascript:alert(2)), ![p](https://x/y.png)"
    )
    assert set(Outline(notices(tmp_path).get("privacy", "en")).tags) <= {"p", "a"}
    html = notices(tmp_path).get("privacy", "en").html
    assert "&lt;script&gt;" in html and "&lt;b&gt;" in html
    assert "<img" not in html and 'href="javascript' not in html


@pytest.mark.parametrize(
    "value",
    ["<i>A & B</i>", "*A* _B_ [C](d)", "# A", "- A", "2. A", "7) A", "A {contact} {x}", "a_b@d.org", r"A\*B"],
)
def test_settings_are_shown_exactly_as_written(tmp_path: Path, value: str) -> None:
    replace(tmp_path, "{controller} by {controller}.")
    outline = Outline(notices(tmp_path, controller=value).get("privacy", "en"))
    assert outline.text.strip() == f"{value} by {value}."
    assert outline.tags == ["p"]


def test_headings_nest_below_the_pages_own(tmp_path: Path) -> None:
    replace(tmp_path, "# One\n\n## Two\n\n###### Six\n")
    assert Outline(notices(tmp_path).get("privacy", "en")).tags == ["h2", "h3", "h6"]
    replace(tmp_path, "### Three\n\n#### Four\n")
    assert Outline(notices(tmp_path).get("privacy", "en")).tags == ["h3", "h4"]


@pytest.mark.parametrize(
    ("head", "body", "fault"),
    [
        ("## No head\n", "Text", "has no front matter"),
        ("---\ntitle: A\nversion: 1\n", "Text", "has no front matter"),
        ("---\ntitle: A\n---\n", "Text", "has no version"),
        ("---\ntitle:\nversion: 1\n---\n", "Text", "has no title"),
        ("---\ntitle: A\nversion: 1\nauthor: B\n---\n", "Text", "unknown line .*author"),
        (None, "  \n", "has no text"),
        (None, "Write to {phone}.", r"unknown placeholder '\{phone\}'"),
        (None, "Write to { contact }.", "unknown placeholder"),
        (None, "Write to {contact.", "unknown placeholder"),
        (None, "Write to {{contact}}.", "unknown placeholder"),
    ],
)
def test_faulty_file_stops_the_start_and_is_named(tmp_path: Path, head: str | None, body: str, fault: str) -> None:
    path = replace(tmp_path, body, head=head)
    with pytest.raises(NoticeError, match=re.escape(str(path)) + ".*" + fault):
        notices(tmp_path)


def test_file_that_is_not_utf8_stops_the_start_and_is_named(tmp_path: Path) -> None:
    path = replace(tmp_path, "Text")
    path.write_bytes(path.read_bytes() + "información".encode("latin-1"))
    with pytest.raises(NoticeError, match=re.escape(str(path)) + " is not UTF-8"):
        notices(tmp_path)


def test_misspelt_file_name_stops_the_start_instead_of_being_ignored(tmp_path: Path) -> None:
    replace(tmp_path, "Text", name="privacy.pt-BR.md")
    with pytest.raises(NoticeError, match=r"privacy\.pt-BR\.md is not the name of a legal text"):
        notices(tmp_path)


def test_missing_folder_stops_the_start_and_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoticeError, match=r"nowhere.*ALTA_LEGAL_TEXTS"):
        notices(tmp_path / "nowhere")

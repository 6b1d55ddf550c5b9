"""The configuration page says what the code says."""

from tests.support.configuration import PAGE, written


def test_configuration_page_lists_every_setting_with_its_default_and_meaning() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run `python -m tests.support.configuration`"

"""The page on photos says what the code says."""

from tests.support.thresholds import PAGE, written


def test_photos_page_lists_every_threshold_with_its_reason_and_source() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run `python -m tests.support.thresholds`"

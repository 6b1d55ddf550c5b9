"""Owns what makes an answer good: the rule of each field type, and the faults of a whole body at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import phonenumbers

from app.apis.kyc.addresses import check_address
from app.apis.kyc.contract import BLANK, INVALID, FieldType, IncomeContext, KycRejectedError, Reason
from app.apis.values import is_printable_text, real_date

ANSWERS_MAXIMUM = 100
SELFIES_MAXIMUM = 10
URL_MAXIMUM = 2048


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the checks' values are held against: the day, the document types, and which photo URLs are admitted."""

    today: date
    document_types: Collection[str]
    photo_hosts: Collection[str]
    own_photos: Collection[str]

    def admits(self, url: object) -> bool:
        """Whether a photo may be named by this URL: one of our own storage, or of an allowed host."""
        if not isinstance(url, str):
            return False
        return url in self.own_photos or (is_clean_url(url) and self._allowed_host(url))

    def _allowed_host(self, url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.netloc.lower() in self.photo_hosts


@dataclass(frozen=True, kw_only=True)
class WantedCheck:
    """A check as far as its answer is concerned."""

    id: str
    field_type: FieldType
    context: IncomeContext | None


@dataclass(frozen=True)
class CheckedAnswer:
    """An answer that may be stored, its value normalised."""

    check_id: str
    value: Any


Checked = tuple[Any, list[Reason]]
Rule = Callable[[Any, WantedCheck, Rules], Checked]


def is_clean_url(url: str) -> bool:
    """Whether the text is a URL that every parser reads alike: short, no spaces, controls, backslashes or user."""
    if len(url) > URL_MAXIMUM or not url.isascii() or not is_printable_text(url) or re.search(r"[\s\\@]", url):
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def items_of(body: object) -> list[Any]:
    """The answers of a body, unchecked; raises KycRejectedError if there is no list of them."""
    if not isinstance(body, dict):
        raise KycRejectedError([Reason(INVALID, ())])
    items = body.get("answers")
    if items is None or items == []:
        raise KycRejectedError([Reason(BLANK, ("answers",))])
    if not isinstance(items, list) or len(items) > ANSWERS_MAXIMUM:
        raise KycRejectedError([Reason(INVALID, ("answers",))])
    return items


def photo_urls_in(items: Sequence[Any]) -> set[str]:
    """Every text of the body that could be a photo's URL, to be looked up in the storage at once."""
    found: set[str] = set()
    for item in items:
        value = item.get("value") if isinstance(item, dict) else None
        texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        found.update(text for text in texts if isinstance(text, str) and len(text) <= URL_MAXIMUM)
    return found


def check_answers(items: Sequence[Any], checks: Mapping[str, WantedCheck], rules: Rules) -> list[CheckedAnswer]:
    """The answers, normalised; raises KycRejectedError with every fault of the body."""
    answers: list[CheckedAnswer] = []
    reasons: list[Reason] = []
    fields: list[str] = []
    seen: set[str] = set()
    for index, item in enumerate(items):
        path = ("answers", index)
        check, faults = _check_of(item, checks, seen)
        if check is not None:
            seen.add(check.id)
        if isinstance(item, dict) and item.get("value") in (None, ""):
            faults.append(Reason(BLANK, ("value",)))
        elif check is not None and not faults:
            value, found = RULES[check.field_type](item["value"], check, rules)
            faults += [Reason(fault.error, ("value", *fault.path)) for fault in found]
            answers.append(CheckedAnswer(check.id, value))
        reasons += [Reason(fault.error, (*path, *fault.path)) for fault in faults]
        fields += [check.field_type if check else "answers"] * len(faults)
    if reasons:
        raise KycRejectedError(reasons, fields)
    return answers


def _check_of(
    item: Any, checks: Mapping[str, WantedCheck], seen: Collection[str]
) -> tuple[WantedCheck | None, list[Reason]]:
    if not isinstance(item, dict):
        return None, [Reason(INVALID, ())]
    check_id = item.get("check_id")
    if check_id is None or check_id == "":
        return None, [Reason(BLANK, ("check_id",))]
    check = checks.get(check_id) if isinstance(check_id, str) else None
    if check is None or check.id in seen:
        return None, [Reason(INVALID, ("check_id",))]
    return check, []


def _birthdate(value: Any, _check: WantedCheck, rules: Rules) -> Checked:
    day = real_date(value) if isinstance(value, str) else None
    return value, [] if day is not None and day <= rules.today else [Reason(INVALID, ())]


def _phone_number(value: Any, _check: WantedCheck, _rules: Rules) -> Checked:
    good = isinstance(value, str) and (_is_brazilian(value) or _is_foreign(value))
    return value, [] if good else [Reason(INVALID, ())]


def _is_brazilian(text: str) -> bool:
    if not re.fullmatch(r"[1-9]{2}9[0-9]{8}", text):
        return False
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+55{text}"))


def _is_foreign(text: str) -> bool:
    if not re.fullmatch(r"\+(?!55)[1-9][0-9]{6,14}", text):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def _address(value: Any, _check: WantedCheck, _rules: Rules) -> Checked:
    if not isinstance(value, dict):
        return value, [Reason(INVALID, ())]
    address, faults = check_address(value)
    return address, [Reason(error, (name,)) for name, error in faults.items()]


def _document_photo(value: Any, _check: WantedCheck, rules: Rules) -> Checked:
    if not isinstance(value, dict):
        return value, [Reason(INVALID, ())]
    good = {
        "type": isinstance(value.get("type"), str) and value.get("type") in rules.document_types,
        "front": rules.admits(value.get("front")),
        "back": rules.admits(value.get("back")),
    }
    faults = [
        Reason(BLANK if value.get(name) in (None, "") else INVALID, (name,)) for name, fine in good.items() if not fine
    ]
    return {name: value.get(name) for name in good}, faults


def _document_selfies(value: Any, _check: WantedCheck, rules: Rules) -> Checked:
    if value == []:
        return value, [Reason(BLANK, ())]
    if not isinstance(value, list):
        return value, [Reason(INVALID, ())]
    if len(value) > SELFIES_MAXIMUM:
        return value, [Reason(f"should be at most {SELFIES_MAXIMUM} items", ())]
    return value, [Reason(INVALID, (index,)) for index, url in enumerate(value) if not rules.admits(url)]


def _total_income_range(value: Any, check: WantedCheck, _rules: Rules) -> Checked:
    if not isinstance(value, dict):
        return value, [Reason(INVALID, ())]
    if "upper_bounds" not in value:
        return value, [Reason(BLANK, ("upper_bounds",))]
    ranges = check.context.income_ranges if check.context else ()
    upper = value["upper_bounds"]
    chosen = next((choice.range for choice in ranges if _same_bound(choice.range.upper_bounds, upper)), None)
    if chosen is None:
        return value, [Reason(INVALID, ("upper_bounds",))]
    if "lower_bounds" in value and not _same_bound(chosen.lower_bounds, value["lower_bounds"]):
        return value, [Reason(INVALID, ("lower_bounds",))]
    return chosen.model_dump(), []


def _same_bound(bound: int | None, given: Any) -> bool:
    # JSON true and 500000.0 equal 1 and 500000 in Python, yet are no amounts of centavos.
    return given is None if bound is None else type(given) is int and given == bound


RULES: dict[FieldType, Rule] = {
    "birthdate": _birthdate,
    "phone_number": _phone_number,
    "address": _address,
    "document_photo": _document_photo,
    "document_selfies": _document_selfies,
    "total_income_range": _total_income_range,
}

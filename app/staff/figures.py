"""How it goes: the funnel, its days, steps, messages and photos, and what waits or fails; on a page and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, render_template, request, url_for

from app.domain.countries import COUNTRIES
from app.domain.figures import CLASSES, GROWTH, Figure
from app.domain.roles import Permission
from app.domain.stage import Channel
from app.onboarding.funnel.report import NO_INTEGRATION, Passed, Report, Scope
from app.onboarding.funnel.waiting import Asked, Queue
from app.staff import figures_words as words
from app.staff.blueprint import staff
from app.staff.charts import bars, columns
from app.staff.guard import allow, me, source
from app.staff.sheets import KINDS, download
from app.staff.times import zone
from app.steps import STEPS
from app.web.wizard import go
from app.wiring import services
from app.words import gettext as _

ASKED = ("first", "last", "country", "channel", "integration")
PERIODS = (7, 30, 90)
USUAL_PERIOD, LONGEST_PERIOD = 30, 1100
# Up to so many days a chart has a column for each, then for each week.
MOST_DAYS, WEEK = 62, 7
COLUMNS = ("day", "country", "channel", "integration", "figure", "subject", "seconds_up_to", "good", "number")


@staff.get("/figures")
@allow(Permission.SEE_FIGURES)
def figures() -> Any:
    """The page."""
    asked = {name: request.args.get(name, "").strip() for name in ASKED}
    scope, faults = _scope(asked)
    report = services().reports.of(me(), scope)
    of_rows = Asked(country=scope.country, channel=scope.channel, integrations=_integrations(scope))
    queues = services().waiting.queues(me(), of_rows)
    page = render_template(
        "staff/figures.html",
        scope=scope,
        asked=asked | {name: _shown_day(asked[name], getattr(scope, name)) for name in ("first", "last")},
        given={name: value for name, value in asked.items() if value},
        faults=faults,
        fault_of=dict(faults),
        report=report,
        periods=[(days, url_for("staff.figures", **_last_days(days, asked))) for days in PERIODS],
        countries=[(code, words.country_name(code)) for code in COUNTRIES],
        channels=[(each.value, words.channel_name(each)) for each in Channel],
        integrations=[(each or NO_INTEGRATION, each or _("None")) for each in services().reports.integrations(me())],
        words=words,
        funnel=_funnel(report),
        periods_of_days=(spans := _spans(report, scope)),
        days=columns([[getattr(each, name) for _day, each in spans] for name in ("started", "submitted", "approved")]),
        groups=_groups(report),
        steps=_steps(report),
        messages=_messages(report),
        photos=_photos(report),
        queues=[(each, _ages(each)) for each in queues],
        failing=services().waiting.failing(me(), of_rows),
    )
    return page, 422 if faults else 200


@staff.post("/figures/export")
@allow(Permission.SEE_FIGURES)
def export_figures() -> Any:
    """Every counter that the page's filters leave, as a file; noted in the record."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        abort(422)
    asked = {name: request.form.get(name, "").strip() for name in ASKED}
    scope, faults = _scope(asked)
    if faults:
        query: dict[str, Any] = {name: value for name, value in asked.items() if value}
        return go(url_for("staff.figures", **query))
    rows = services().reports.export(me(), scope, kind=kind, address=source())
    return download(kind, f"alta-figures-{scope.first}-{scope.last}", COLUMNS, _cells(rows))


def _cells(rows: Iterator[Any]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        is_time, is_photo = row.figure == Figure.LASTED, row.figure == Figure.PHOTO
        upper = round(GROWTH**row.grade, 1) if row.grade < CLASSES else ""
        yield {
            **{
                name: getattr(row, name)
                for name in ("country", "channel", "integration", "figure", "subject", "number")
            },
            "day": row.day.isoformat(),
            "seconds_up_to": upper if is_time else "",
            "good": row.grade if is_photo else "",
        }


def _today() -> date:
    return datetime.now(zone()).date()


def _last_days(days: int, asked: Mapping[str, str]) -> dict[str, Any]:
    """The query of the last so many days, with the other filters as they are."""
    kept = {name: value for name, value in asked.items() if value and name not in ("first", "last")}
    return {"first": (_today() - timedelta(days=days - 1)).isoformat(), "last": _today().isoformat(), **kept}


def _scope(asked: Mapping[str, str]) -> tuple[Scope, list[tuple[str, str]]]:
    """What was asked for, and what cannot be understood of it, by field; then the usual period stands in."""
    faults, given = [], {}
    for name in ("first", "last"):
        try:
            given[name] = date.fromisoformat(asked[name]) if asked[name] else None
        except ValueError:
            faults.append((name, _("Give the day as in 2026-11-27")))
    last = given.get("last") or _today()
    first = given.get("first") or last - timedelta(days=USUAL_PERIOD - 1) if last.year > 1 else last
    if not faults and first > last:
        faults.append(("last", _("The last day is before the first one")))
    if not faults and (last - first).days >= LONGEST_PERIOD:
        faults.append(("first", _("Look at %(number)s days at the most", number=LONGEST_PERIOD)))
    if faults:
        first, last = _today() - timedelta(days=USUAL_PERIOD - 1), _today()
    scope = Scope(
        first=first,
        last=last,
        country=asked["country"] if asked["country"] in COUNTRIES else "",
        channel=asked["channel"] if asked["channel"] in list(Channel) else "",
        integration=asked["integration"] if asked["integration"].isprintable() else "",
    )
    return scope, faults


def _shown_day(given: str, usual: date) -> str:
    """A day as its field holds it: the one given, nothing where that is no day, the usual one where none was."""
    try:
        return date.fromisoformat(given).isoformat() if given else usual.isoformat()
    except ValueError:
        return ""


def _integrations(scope: Scope) -> frozenset[str] | None:
    if not scope.integration:
        return None
    return frozenset(("" if scope.integration == NO_INTEGRATION else scope.integration,))


def _funnel(report: Report) -> dict[str, Any]:
    """From started to approved: label, number, share of those that started, and those lost since the row before."""
    whole = report.whole
    passed = [(_("Started"), whole.started)]
    passed += [
        (words.step_name(step.key), report.steps[step.key].answered) for step in STEPS if step.key in report.steps
    ]
    passed += [(_("Sent"), whole.submitted), (_("Approved"), whole.approved)]
    rows, before = [], whole.started
    for label, number in passed:
        rows.append((label, number, words.ratio(number, whole.started), max(0, before - number)))
        before = number
    most = max((number for _label, number in passed), default=0)
    return {"rows": rows, "bars": bars([(label, words.number(n), n / most if most else 0) for label, n in passed])}


def _spans(report: Report, scope: Scope) -> list[tuple[date, Passed]]:
    """What passed by day, or by week where there are many days, each with its first day; none is left out."""
    length = 1 if (scope.last - scope.first).days < MOST_DAYS else WEEK
    count = -(-((scope.last - scope.first).days + 1) // length)
    spans = [[Passed()] for _place in range(count)]
    for day, passed in report.days.items():
        spans[(day - scope.first).days // length].append(passed)
    return [(scope.first + timedelta(days=length * place), _sum(each)) for place, each in enumerate(spans)]


def _sum(passed: list[Passed]) -> Passed:
    names = ("started", "submitted", "approved", "rejected")
    return Passed(**{name: sum(getattr(each, name) for each in passed) for name in names})


def _groups(report: Report) -> list[tuple[str, list[tuple[str, Passed]]]]:
    """What passed by country, channel and integration, as far as there is more than nothing to compare."""
    named: list[tuple[str, Mapping[str, Passed], Callable[[str], str]]] = [
        (_("Country"), report.countries, words.country_name),
        (_("Channel"), report.channels, words.channel_name),
        (_("Integration"), report.integrations, lambda name: name or _("None")),
    ]
    return [
        (heading, [(name(key), passed) for key, passed in sorted(found.items(), key=lambda item: -item[1].started)])
        for heading, found, name in named
        if found
    ]


def _steps(report: Report) -> dict[str, Any]:
    keys = [step.key for step in STEPS if step.key in report.steps]
    keys += [key for key in sorted(report.steps) if key not in keys]
    rows = [(words.step_name(key), report.steps[key]) for key in keys]
    longest = max((each.median_seconds or 0 for _label, each in rows), default=0)
    timed = [
        (label, words.duration(each.median_seconds), (each.median_seconds or 0) / longest if longest else 0)
        for label, each in rows
        if each.median_seconds is not None
    ]
    wrong = [(label, words.share(each.error_share), each.error_share or 0.0) for label, each in rows]
    return {"rows": rows, "times": bars(timed), "errors": bars(wrong)}


def _messages(report: Report) -> list[tuple[str, str, int]]:
    return [(words.message_text(each.message), words.step_name(each.step), each.number) for each in report.messages]


def _photos(report: Report) -> dict[str, Any]:
    order = {"front_document": 0, "back_document": 1, "dni_selfie": 3}
    slots = sorted(report.photos, key=lambda slot: (order.get(slot, 2), slot))
    rows = [(words.slot_name(slot), report.photos[slot]) for slot in slots]
    tried, good = sum(each.tried for _slot, each in rows), sum(each.good for _slot, each in rows)
    drawn = bars([(label, words.share(each.good_share), each.good_share or 0.0) for label, each in rows])
    return {"rows": rows, "bars": drawn, "tried": tried, "whole": words.ratio(good, tried)}


def _ages(queue: Queue) -> Any:
    most = max(queue.by_age)
    rows = zip(words.AGES, queue.by_age, strict=True)
    return bars([(str(label), words.number(number), number / most if most else 0) for label, number in rows])

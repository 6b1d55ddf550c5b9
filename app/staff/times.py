"""Times as the console shows them: in its zone, in the member's language."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask
from markupsafe import Markup

from app.web import languages
from app.wiring import services


def zone() -> ZoneInfo:
    """The zone of the console's clock."""
    return ZoneInfo(services().settings.staff_time_zone)


def moment(at: datetime) -> Markup:
    """A time as an element that says it to people and machines; the seconds are for those who look closely."""
    here = at.astimezone(zone())
    shown = format_datetime(here, "short", locale=languages.current())
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), here.isoformat(" ", timespec="seconds"), shown
    )


def day(of: date) -> Markup:
    """A day likewise."""
    shown = format_date(of, "medium", locale=languages.current())
    return Markup('<time datetime="{}">{}</time>').format(of.isoformat(), shown)


def ago(at: datetime) -> Markup:
    """How long ago a time was; the time itself for machines and whoever points at it."""
    passed = services().drafts.clock() - at
    shown = format_timedelta(passed, granularity="minute", format="short", locale=languages.current())
    here = at.astimezone(zone())
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), here.isoformat(" ", timespec="seconds"), shown
    )


def number(of: int) -> str:
    """A whole number with the separators of the member's language."""
    return str(format_decimal(of, locale=languages.current()))


def percent(of: float) -> str:
    """A share likewise."""
    return str(format_percent(of, locale=languages.current()))


def init_times(app: Flask) -> None:
    """Give templates these as filters."""
    app.jinja_env.filters.update(moment=moment, day=day, ago=ago, number=number, percent=percent)

"""Owns taking deliveries further as the worker does, step by step, without a worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.store.db import read
from app.store.models.submissions import Delivery, Submission


def at_once(_name: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Make a step's call without making it durable."""
    return work(*arguments)


def rows(app: Flask, number: int | None = None) -> list[Any]:
    """The deliveries of the submissions of that number, or of all."""
    with app.app_context(), read() as connection:
        statement = (
            select(Delivery.__table__, Submission.number)
            .join(Submission, Submission.id == Delivery.submission_id)
            .order_by(Submission.number, Delivery.api.desc())
        )
        found = connection.execute(statement).all()
    return [row for row in found if number in (None, row.number)]


def advance(app: Flask, api: str | None = None, number: int | None = None, state: str | None = None) -> dict[str, str]:
    """Take the deliveries (of one API, of one submission, in one state) one run further; their states then, by API."""
    deliveries = app.extensions["alta"].deliveries
    chosen = [row for row in rows(app, number) if api in (None, row.api) and state in (None, row.state)]
    with app.app_context():
        for row in chosen:
            deliveries.advance(row.id, row.run, at_once, at_once)
    known = {row.id for row in chosen}
    return {row.api: row.state for row in rows(app, number) if row.id in known}


def deliver(app: Flask, number: int = 1) -> dict[str, str]:
    """Attempt what waits of a submission, as the worker does; the state of each delivery by API."""
    return advance(app, number=number, state="waiting")

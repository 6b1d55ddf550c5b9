"""The yardstick: the same questions in bare Flask, its forms, checks and SQL written by hand."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, abort, redirect, render_template, request, session

from app.domain.errors import InvalidError
from tests.bench.questions import PAGES, STEPS, Page, settle

TABLE = "CREATE TABLE IF NOT EXISTS kept (owner TEXT, step TEXT, value TEXT, PRIMARY KEY (owner, step))"
READ = "SELECT value FROM kept WHERE owner = {0} AND step = {0}"
WRITE = "INSERT INTO kept VALUES ({0}, {0}, {0}) ON CONFLICT (owner, step) DO UPDATE SET value = excluded.value"
DATABASE = os.environ["BENCH_DATABASE"]
IS_POSTGRESQL = DATABASE.startswith("postgresql:")
MARK = "%s" if IS_POSTGRESQL else "?"

app = Flask(__name__, template_folder="templates")
app.secret_key = "not a secret: a measurement's"
app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
_kept = threading.local()


def connection() -> Any:
    """This thread's connection."""
    if not hasattr(_kept, "connection"):
        if IS_POSTGRESQL:
            _kept.connection = psycopg.connect(DATABASE, autocommit=True)
        else:
            _kept.connection = sqlite3.connect(DATABASE, isolation_level=None, timeout=10)
            _kept.connection.execute("PRAGMA journal_mode=WAL")
            _kept.connection.execute("PRAGMA synchronous=FULL")
        _kept.connection.execute(TABLE)
    return _kept.connection


def faults_of(page: Page, posted: dict[str, str]) -> list[str]:
    """What is wrong, in sentences."""
    faults = []
    for question in page.questions:
        text = posted[question.name]
        try:
            if question.required and not text:
                faults.append(f"{question.label} is missing")
            elif text and question.kind in ("radio", "select") and text not in dict(question.choices):
                faults.append(f"{question.label}: choose one")
            elif text and question.check:
                question.check(text)
        except InvalidError as error:
            faults.append(error.message)
    if not faults:
        try:
            page.together(posted)
        except InvalidError as error:
            faults.append(error.message)
    return faults


@app.route("/<step>", methods=["GET", "POST"])
def show(step: str) -> Any:
    """Show a step, or take it."""
    page = PAGES.get(step) or abort(404)
    if "owner" not in session:
        session["owner"], session["csrf"] = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    if request.method == "GET":
        row = connection().execute(READ.format(MARK), (session["owner"], step)).fetchone()
        return render_template("flask.html", page=page, values=json.loads(row[0]) if row else {}, faults=())
    if not secrets.compare_digest(request.form.get("csrf_token", ""), session["csrf"]):
        abort(400)
    posted = {question.name: request.form.get(question.name, "").strip() for question in page.questions}
    faults = faults_of(page, posted)
    if faults:
        return render_template("flask.html", page=page, values=posted, faults=faults), 422
    connection().execute(WRITE.format(MARK), (session["owner"], step, json.dumps(posted)))
    following = [*STEPS, "document"][STEPS.index(step) + 1]
    return redirect(f"/{following}", 303)


settle()

"""Owns the tests of the record: one chain however many write, tampering that shows, and what supervisors read of it."""

from __future__ import annotations

import csv
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.onboarding.deeds import DEEDS, AuditAction
from app.onboarding.staff.members import StaffMember
from app.store.db import db, write
from app.store.models.audit import AuditRow
from tests.support.databases import record_unguarded
from tests.support.rows import alter, count, one, rows
from tests.support.staff import csrf_of, make_member, post, signed_in
from tests.support.staff_samples import application


def do(app: Flask, who: StaffMember | None, times: int = 1, **what: Any) -> None:
    """Record a deed."""
    audit = app.extensions["alta"].staff.audit
    with app.app_context(), write() as connection:
        for _ in range(times):
            audit.record(connection, **{"who": who, "action": AuditAction.SIGNED_IN, **what})


def verify(app: Flask, *options: str) -> tuple[int, str]:
    """What `flask audit verify` says."""
    result = app.test_cli_runner().invoke(args=["audit", "verify", *options])
    return result.exit_code, result.output.strip()


def tamper(app: Flask, statement: str) -> None:
    """Change the record as somebody does who owns the database."""
    with app.app_context(), db.engine.begin() as connection, record_unguarded(connection):
        connection.exec_driver_sql(statement)


def test_every_deed_has_a_name() -> None:
    assert set(DEEDS) == set(AuditAction)
    assert all(len(action.value) <= AuditRow.__table__.c.action.type.length for action in AuditAction)


def test_untouched_record_is_whole(app: Flask) -> None:
    member = make_member(app, "admin")
    do(app, member, 3, reason="because", address="192.0.2.1")
    code, said = verify(app)
    assert code == 0
    assert said.startswith("4 rows are whole. To compare with later: --at 4:")
    noted = said.rpartition(" ")[2]
    do(app, member)
    assert verify(app, "--at", noted)[0] == 0
    assert verify(app, "--at", f"3:{noted.partition(':')[2]}")[0] == 1


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_rows SET who = '' WHERE number = 3", "Row 3 was changed"),
        ("UPDATE audit_rows SET reason = 'other' WHERE number = 3", "Row 3 was changed"),
        ("UPDATE audit_rows SET at = '2020-01-01 00:00:00.000000' WHERE number = 3", "Row 3 was changed"),
        ("UPDATE audit_rows SET hash = '0' WHERE number = 3", "Row 3 was changed"),
        ("DELETE FROM audit_rows WHERE number = 3", "Row 3 is missing"),
        ("DELETE FROM audit_rows WHERE number >= 4", "Row 4 is missing"),
        ("DELETE FROM audit_rows", "Row 1 is missing"),
        ("UPDATE audit_head SET count = 4", "Row 6 cannot be told: the head was changed"),
        ("UPDATE audit_head SET hash = '0'", "Row 6 cannot be told: the head was changed"),
        ("DELETE FROM audit_head", "Row 6 cannot be told: the head of the record is gone"),
        ("UPDATE audit_rows SET number = 99 WHERE number = 5", "Row 5 is missing"),
    ],
)
def test_row_that_was_changed_or_taken_away_is_named(app: Flask, statement: str, said: str) -> None:
    member = make_member(app, "admin")
    do(app, member, 4, subject="x")
    tamper(app, statement)
    code, told = verify(app)
    assert code == 1
    assert said in told


def test_whole_record_that_is_gone_with_its_head_is_noticed(app: Flask) -> None:
    make_member(app, "admin")
    tamper(app, "DELETE FROM audit_rows")
    tamper(app, "DELETE FROM audit_head")
    assert verify(app)[0] == 1


def test_row_that_was_forged_with_a_hash_of_its_own_is_named(app: Flask) -> None:
    """A hash without the key is none, and a row of another place neither."""
    do(app, make_member(app, "admin"), 4)
    columns = "at, who, action, application_id, reference, integration, subject, reason, address, hash"
    tamper(app, "UPDATE audit_rows SET number = 7 WHERE number = 4")
    tamper(app, f"INSERT INTO audit_rows (number, {columns}) SELECT 4, {columns} FROM audit_rows WHERE number = 5")
    assert "Row 4 was changed" in verify(app)[1]


@pytest.mark.parametrize("number", [0, -7, 5])
def test_row_that_was_added_at_either_end_is_named(app: Flask, number: int) -> None:
    """The record is read from its first row, and what stands before that one or behind the last is none of it."""
    do(app, make_member(app, "admin"), 3)
    columns = "at, who, action, application_id, reference, integration, subject, reason, address, hash"
    alter(
        app, f"INSERT INTO audit_rows (number, {columns}) SELECT {number}, {columns} FROM audit_rows WHERE number = 4"
    )
    code, told = verify(app)
    assert code == 1 and f"Row {number} was " in told


@pytest.mark.parametrize("statement", ["UPDATE audit_rows SET who = 'x'", "DELETE FROM audit_rows"])
def test_database_itself_refuses_to_change_the_record(app: Flask, statement: str) -> None:
    make_member(app, "admin")
    with pytest.raises(DBAPIError, match="only appended to"):
        alter(app, statement)
    assert verify(app)[0] == 0


def test_many_who_write_at_once_keep_one_chain(app: Flask) -> None:
    member = make_member(app, "admin")
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _n: do(app, member), range(48)))
    assert one(app, "SELECT count(*) FROM audit_rows") == 49
    assert verify(app)[1].startswith("49 rows are whole")


def test_deed_that_fails_leaves_no_row(app: Flask) -> None:
    audit, member = app.extensions["alta"].staff.audit, make_member(app, "admin")
    with pytest.raises(ZeroDivisionError), app.app_context(), write() as connection:
        audit.record(connection, who=member, action=AuditAction.SIGNED_OUT)
        raise ZeroDivisionError
    assert count(app, "audit_rows") == 1
    do(app, member)
    assert verify(app)[0] == 0


def test_purged_application_leaves_its_rows(app: Flask) -> None:
    application_id = application(app, "north")
    reference = one(app, "SELECT reference FROM applications")
    do(app, make_member(app, "admin"), application_id=application_id)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=60)), app.app_context():
        assert app.extensions["alta"].purge.run() == 1
    assert rows(app, "SELECT reference, integration FROM audit_rows WHERE application_id <> ''") == [
        (reference, "north")
    ]
    assert verify(app)[0] == 0


def shown(browser: Any, **query: str) -> list[int]:
    """The numbers of the rows on a page of the record."""
    text = browser.get("/staff/audit", query_string=query).text
    return [int(number) for number in re.findall(r'class="number">(\d+)</td>', text)]


def test_supervisor_filters_by_who_what_case_and_day(app: Flask) -> None:
    day = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)  # the evening before, in Buenos Aires
    with time_machine.travel(day, tick=False):
        supervisor, agent = make_member(app, "supervisor"), make_member(app, "agent", name="Ana")
        application_id = application(app, "north")
        do(app, agent, application_id=application_id)
    reference = one(app, "SELECT reference FROM applications")
    with time_machine.travel(day + timedelta(minutes=30), tick=False):
        do(app, agent, action=AuditAction.SIGNED_OUT)
        browser = signed_in(app, supervisor)
        assert shown(browser) == [4, 3, 2, 1]
        assert shown(browser, who=agent.id) == [4, 3]
        assert shown(browser, what="signed_out") == [4]
        assert shown(browser, reference=reference.lower().replace("-", " ")) == [3]
        assert shown(browser, day="2026-03-09") == [3, 2, 1]
        assert shown(browser, day="2026-03-10", who=agent.id) == [4]
        assert shown(browser, who="nobody", day="2026-03-11") == []
        for wrong in ({"reference": "AL-1"}, {"day": "yesterday"}, {"day": "9999-12-31"}):
            assert browser.get("/staff/audit", query_string=wrong).status_code in (200, 422)
        assert browser.get("/staff/audit?day=0001-01-01&below=x&what=nothing").status_code in (200, 422)


def test_pages_go_on_where_the_last_one_ended_though_rows_are_added(app: Flask) -> None:
    supervisor = make_member(app, "supervisor")
    do(app, supervisor, 119)
    browser, seen, address = signed_in(app, supervisor), [], "/staff/audit?who=" + supervisor.id
    while address:
        text = browser.get(address).text
        seen += [int(number) for number in re.findall(r'class="number">(\d+)</td>', text)]
        do(app, supervisor)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == list(range(120, 1, -1))


def test_limited_supervisor_reads_own_integrations_and_own_deeds(app: Flask) -> None:
    supervisor = make_member(app, "supervisor", integrations=["north"])
    admin = make_member(app, "admin")
    do(app, admin, application_id=application(app, "north"))
    do(app, admin, application_id=application(app, "south"))
    do(app, admin)
    do(app, supervisor)
    browser = signed_in(app, supervisor)
    assert shown(browser) == [6, 3]
    foreign = one(app, "SELECT reference FROM audit_rows WHERE integration = 'south'")
    assert shown(browser, reference=foreign) == []
    exported = post(browser, "/staff/audit/export", kind="jsonl").text.splitlines()
    assert [json.loads(line)["number"] for line in exported] == [3, 6, 7]


def test_export_is_whole_streamed_harmless_and_a_row_itself(app: Flask) -> None:
    admin = make_member(app, "admin", name='=HYPERLINK("x")')
    do(app, admin, 601, reason="+1", subject="@x")
    browser = signed_in(app, admin)
    answer = post(browser, "/staff/audit/export", kind="csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="alta-record-[\d-]+\.csv"', answer.headers["Content-Disposition"])
    table = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [int(row["number"]) for row in table] == list(range(1, 604))
    assert {row["reason"] for row in table[1:-1]} == {"'+1"}
    assert {row["subject"] for row in table[1:-1]} == {"'@x"}
    assert table[5]["name"] == '\'=HYPERLINK("x")'
    assert (table[-1]["action"], table[-1]["subject"], table[-1]["reason"]) == ("audit_exported", "csv", "everything")
    lines = post(browser, "/staff/audit/export", kind="jsonl", what="audit_exported").text.splitlines()
    assert [json.loads(line)["reason"] for line in lines] == ["everything", "what=audit_exported"]
    assert verify(app)[0] == 0
    assert post(browser, "/staff/audit/export", kind="exe").status_code == 422


def test_failed_export_of_a_stranger_leaves_no_row(app: Flask) -> None:
    agent = signed_in(app, "agent")
    before = count(app, "audit_rows")
    assert post(agent, "/staff/audit/export", kind="csv").status_code == 403
    assert agent.post("/staff/audit/export", data={"kind": "csv"}).status_code == 400
    assert csrf_of(agent)
    assert count(app, "audit_rows") == before


def test_sign_ins_are_in_the_record(app: Flask) -> None:
    browser = app.test_client()
    token = csrf_of(browser, "/staff/sign-in")
    browser.post("/staff/sign-in", data={"csrf_token": token, "email": "x@y.example", "password": "x"})
    assert rows(app, "SELECT who, action, subject, address FROM audit_rows") == [
        ("", "sign_in_failed", "unknown", "127.0.0.1")
    ]

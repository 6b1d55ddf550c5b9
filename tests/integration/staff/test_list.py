"""Owns the tests of the list of applications: filters in the address, pages by key, tiles, views, whose a case is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.onboarding.cases.lists import PAGE
from app.onboarding.stages import Flag
from app.store.db import write
from tests.support.cases import age, all_pages, begin, change, following, ids, listed, tiles
from tests.support.embedding import Team
from tests.support.rows import one, rows
from tests.support.staff import csrf_of, make_member, post, signed_in


@pytest.fixture
def agent(app: Flask) -> FlaskClient:
    """Somebody who sees everything."""
    return signed_in(app, "agent", name="Ana")


def test_newest_come_first_and_those_that_wait_longest_when_asked(app: Flask, agent: FlaskClient) -> None:
    old, new = begin(app), begin(app)
    age(app, old, 5)
    assert listed(agent) == [new, old]
    assert listed(agent, order="oldest") == [old, new]


def test_each_filter_and_all_together(app: Flask, agent: FlaskClient) -> None:
    member = make_member(app, "agent")
    plain = begin(app)
    wanted = begin(app, country="BR", integration="bank", channel="branch", assigned_to=member.id)
    change(app, wanted, state="submitted")
    with app.app_context(), write() as connection:
        app.extensions["alta"].stages.set_flags(connection, wanted, {Flag.DUPLICATE: True})
    age(app, wanted, 30)
    filters = {
        "state": "delivering",
        "country": "BR",
        "channel": "branch",
        "integration": "bank",
        "assigned": member.id,
        "waiting": "1d",
        "flag": "duplicate",
    }
    for name, value in filters.items():
        assert listed(agent, **{name: value}) == [wanted], name
        assert listed(agent, **{**filters, "order": "oldest"}) == [wanted]
    others = {"state": "in_progress", "country": "AR", "channel": "web", "assigned": "nobody"}
    for name, value in others.items():
        assert listed(agent, **{name: value}) == [plain], name
        assert listed(agent, **{**filters, name: value}) == [], name
    assert listed(agent, flag="exposed") == []
    assert listed(agent, waiting="3d") == []


def test_odd_filters_are_left_out(app: Flask, agent: FlaskClient) -> None:
    begun = begin(app)
    odd = {"state": "nowhere", "country": "ZZ", "waiting": "1 week", "flag": "' OR 1", "before": "1", "order": "up"}
    assert listed(agent, **odd, after="x.y") == [begun]
    for place in (f"1.{'9' * 19}", f"1.-{'9' * 19}"):
        assert listed(agent, after=place) == listed(agent, before=place) == [begun]
    assert listed(agent, integration="x" * 5000) == []
    assert listed(agent, after="99999999999999999999.1") == [begun]


def test_text_that_no_database_keeps_names_nothing(app: Flask) -> None:
    """Neither in an address nor in what is sent."""
    admin, begun, bank = signed_in(app, "admin"), begin(app), Team(app).integration.id
    for path in ("cases/%00", "photos/%00/thumbnail", "team/%00", "assist/%00"):
        assert admin.get(f"/staff/{path}").status_code == 404, path
    for path in ("audit?who=%00", f"integrations/{bank}/webhook?before=%00", "cases?assigned=%00&search=%00"):
        assert admin.get(f"/staff/{path}").status_code == 200, path
    assert post(admin, "/staff/cases/views/%00/forget").status_code == 404
    assert post(admin, f"/staff/cases/{begun}/assign", to="me", seen="\0").status_code == 303
    assert post(admin, "/staff/audit/export", kind="csv", who="\0").status_code == 200


def test_pages_stay_as_they_are_when_others_come_in(app: Flask, agent: FlaskClient) -> None:
    expected = [begin(app, country=country) for country in ("AR", "BR", "AR") for _ in range(PAGE // 2)][::-1]
    first = agent.get("/staff/cases").text
    assert ids(first) == expected[:PAGE]
    assert following(first, "prev") is None
    begin(app)
    second = agent.get(following(first, "next") or "").text
    assert ids(second) == expected[PAGE:]
    assert following(second, "next") is None
    assert ids(agent.get(following(second, "prev") or "").text) == expected[:PAGE]
    assert [each for page in all_pages(agent, "/staff/cases?order=oldest") for each in page][:75] == expected[::-1]
    assert [len(page) for page in all_pages(agent, "/staff/cases?country=AR")] == [PAGE, 1]


def test_member_sees_own_integrations_only(app: Flask) -> None:
    mine, foreign, nobodys = begin(app, integration="bank"), begin(app, integration="other"), begin(app)
    own = signed_in(app, "agent", integrations=["bank"])
    assert listed(own) == [mine]
    assert listed(own, integration="other") == listed(own, integration="nothing of the kind") == []
    assert '<option value="other" selected>other</option>' in own.get("/staff/cases?integration=other").text
    assert tiles(own)[0] == "1"
    assert foreign not in own.get("/staff/cases").text and nobodys not in own.get("/staff/cases").text
    for there in (foreign, nobodys, "nobody"):
        assert own.get(f"/staff/cases/{there}").status_code == 404


def test_tiles_tell_what_there_is(app: Flask, agent: FlaskClient) -> None:
    assert tiles(agent) == ["0", "0", "0", "0", "–"]
    begin(app)
    sent = begin(app)
    change(app, sent, state="submitted", submitted_at=app.extensions["alta"].drafts.clock())
    assert tiles(agent) == ["1", "0", "0", "1", "50%"]
    change(app, sent, state="reopened")
    assert tiles(agent) == ["1", "0", "0", "1", "50%"]
    assert len(listed(agent, state="in_progress")) == 1


def test_views_keep_filters_for_their_owner(app: Flask, agent: FlaskClient) -> None:
    path = "/staff/cases/views?state=to_review&order=oldest&search=0001"
    assert post(agent, path, name="Mine ").location == "/staff/cases?state=to_review&order=oldest&search=0001"
    ((name, kept),) = rows(app, "SELECT name, filters FROM saved_views")
    assert (name, kept) == ("Mine", "state=to_review&order=oldest")
    page = agent.get("/staff/cases").text
    assert 'href="/staff/cases?order=oldest&amp;state=to_review"' in page or "state=to_review&amp;order=oldest" in page
    view = one(app, "SELECT id FROM saved_views")
    stranger = signed_in(app, "agent")
    assert ">Mine</a>" not in stranger.get("/staff/cases").text
    assert post(stranger, f"/staff/cases/views/{view}/forget").status_code == 404
    assert post(agent, path, name="  ").status_code == 422
    assert post(agent, f"/staff/cases/views/{view}/forget").status_code == 303
    assert rows(app, "SELECT id FROM saved_views") == []


def test_taking_a_case_is_recorded_and_the_second_is_told(app: Flask, agent: FlaskClient) -> None:
    begun = begin(app)
    other = signed_in(app, "agent", name="Bruno")
    taken = post(agent, f"/staff/cases/{begun}/assign?country=AR", to="me", back="list")
    assert taken.location == "/staff/cases?country=AR"
    late = post(other, f"/staff/cases/{begun}/assign", to="me")
    assert late.status_code == 409
    assert "It is Ana&#39;s now" in late.text
    assert listed(agent, assigned="me") == [begun]
    assert listed(other, assigned="me") == []
    assert ">Ana</option>" in other.get("/staff/cases").text
    ana = one(app, "SELECT assigned_to FROM applications")
    assert post(other, f"/staff/cases/{begun}/assign", to="me", seen=ana).status_code == 303
    assert listed(other, assigned="me") == [begun]
    bruno = one(app, "SELECT assigned_to FROM applications")
    assert post(other, f"/staff/cases/{begun}/assign", to="", seen=bruno).status_code == 303
    assert listed(other, assigned="nobody") == [begun]
    deeds = rows(app, "SELECT subject FROM audit_rows WHERE action = 'case_assigned' ORDER BY number")
    assert [subject for (subject,) in deeds] == [ana, bruno, ""]
    assert csrf_of(agent)

"""Four eyes: approving and rejecting by two different reviewers, and two who decide at the very same moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask

from app.onboarding.deciding.errors import MayNotError, OvertakenError, Why
from tests.support.deciding import Desk, application_id, to_review
from tests.support.rows import alter, one, rows
from tests.support.staff import make_member


@pytest.fixture
def ana(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A reviewer at work on a case that is ready, where two are needed."""
    to_review(app)
    desk = Desk(app, make_member(app, "reviewer", name="Ana"))
    monkeypatch.setattr(desk.decisions, "four_eyes", True)
    return desk


@pytest.fixture
def bruno(app: Flask, ana: Desk) -> Desk:
    """Another one on the same case."""
    return Desk(app, make_member(app, "reviewer", name="Bruno"))


def standing(app: Flask) -> tuple[str, str]:
    """The record's state and the application's stage."""
    return one(app, "SELECT state FROM personal_informations"), one(app, "SELECT stage FROM applications")


def flags(app: Flask) -> list[str]:
    """What singles the case out in the list."""
    return str(one(app, "SELECT flags FROM listings")).split()


def deeds(app: Flask) -> list[str]:
    """What the record says was done to the case."""
    found = rows(app, "SELECT action FROM audit_rows WHERE application_id != '' ORDER BY number")
    return [row.action for row in found]


def test_first_approval_waits_for_a_second_by_somebody_else(app: Flask, ana: Desk, bruno: Desk) -> None:
    assert ana.approve() == "waiting"
    assert standing(app) == ("checking", "to_review")
    assert "We will tell you the outcome here." in to_review(app).get("/apply/status").html
    with pytest.raises(MayNotError, match="awaits_another"):
        ana.approve()
    assert bruno.options.proposal.who == "Ana"
    assert flags(app) == ["second"]
    with app.app_context():
        app.extensions["alta"].cases.flags.refresh(application_id(app))
    assert flags(app) == ["second"]
    assert bruno.approve() == "final"
    assert standing(app) == ("approved", "approved")
    assert [(each.state, each.who) for each in ana.case.history] == [("confirmed", "Ana"), ("final", "Bruno")]
    assert deeds(app) == ["approval_proposed", "case_approved"]
    assert flags(app) == []


def test_rejecting_takes_two_as_well(app: Flask, ana: Desk, bruno: Desk) -> None:
    assert ana.reject("risk", sentence="First.") == "waiting"
    assert standing(app) == ("checking", "to_review")
    with pytest.raises(MayNotError, match="awaits_another"):
        ana.reject("risk")
    assert bruno.reject("risk", sentence="Second.") == "final"
    assert standing(app) == ("rejected", "rejected")
    assert "Second." in to_review(app).get("/apply/status").html


def test_second_who_sees_it_otherwise_begins_anew(app: Flask, ana: Desk, bruno: Desk) -> None:
    """What was proposed is replaced, and the first may agree with it."""
    ana.approve()
    assert bruno.reject("risk") == "waiting"
    assert standing(app) == ("checking", "to_review")
    assert ana.reject("risk") == "final"
    assert [each.state for each in ana.case.history] == ["replaced", "confirmed", "final"]


def test_asking_again_takes_one_and_replaces_what_waits(app: Flask, ana: Desk, bruno: Desk) -> None:
    ana.approve()
    assert bruno.ask({"phone": "asked_again"}) == "final"
    assert standing(app) == ("pending", "asked_again")
    assert [each.state for each in ana.case.history] == ["replaced", "final"]
    assert bruno.options.proposal is None


def test_first_takes_it_back(app: Flask, ana: Desk, bruno: Desk) -> None:
    ana.approve()
    with pytest.raises(MayNotError, match="nothing_of_yours"):
        bruno.withdraw()
    ana.withdraw()
    assert flags(app) == []
    assert ana.options.proposal is None
    assert ana.options.approve is None
    assert bruno.approve() == "waiting"
    assert deeds(app) == ["approval_proposed", "decision_withdrawn", "approval_proposed"]


def test_who_assisted_is_no_second_pair_of_eyes(app: Flask, ana: Desk, bruno: Desk) -> None:
    ana.approve()
    alter(app, "UPDATE answers SET given_by = :id WHERE name = 'phone'", id=bruno.who.id)
    assert bruno.options.approve is Why.ASSISTED
    with pytest.raises(MayNotError, match="assisted"):
        bruno.approve()


def at_once(desks: list[Desk], decide: Any) -> list[Any]:
    """Have each decide in a thread of its own on what all of them see; what came of it, an error too."""
    seen, gate, outcomes = desks[0].case.seen, threading.Barrier(len(desks)), []

    def work(desk: Desk) -> None:
        gate.wait()
        try:
            outcomes.append(decide(desk, seen))
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=work, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_several_at_once_one_decides_and_the_others_are_told(
    app: Flask, ana: Desk, bruno: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ana.decisions, "four_eyes", False)
    desks = [ana, bruno, Desk(app, make_member(app, "supervisor", name="Carla"))]
    decisions = {
        ana.who.id: lambda desk, seen: desk.approve(seen=seen),
        bruno.who.id: lambda desk, seen: desk.reject(seen=seen),
        desks[2].who.id: lambda desk, seen: desk.ask({"phone": "asked_again"}, seen=seen),
    }
    outcomes = at_once(desks, lambda desk, seen: decisions[desk.who.id](desk, seen))
    told = [each for each in outcomes if each != "final"]
    assert [type(each) for each in told] == [OvertakenError] * 2, outcomes
    (decided,) = ana.case.history
    assert {(each.decided.kind, each.decided.who) for each in told} == {(decided.kind, decided.who)}
    expected = {"approved": "approved", "rejected": "rejected", "asked_again": "pending"}[decided.kind]
    assert standing(app) == (expected, decided.kind)
    assert len(deeds(app)) == 1


def test_two_first_approvals_at_once_are_not_two_of_two(app: Flask, ana: Desk, bruno: Desk) -> None:
    """The second did not see the first's: they look, and then agree."""
    outcomes = at_once([ana, bruno], lambda desk, seen: desk.approve(seen=seen))
    assert sorted(str(each) for each in outcomes) == ["approved", "waiting"]
    assert standing(app) == ("checking", "to_review")
    second = bruno if ana.case.history[0].who == "Ana" else ana
    assert second.approve() == "final"


def test_double_click_decides_once(app: Flask, ana: Desk) -> None:
    outcomes = at_once([ana, ana], lambda desk, seen: desk.approve(seen=seen))
    assert sorted(str(each) for each in outcomes) == ["approved", "waiting"]
    assert one(app, "SELECT count(*) FROM decisions WHERE application_id = :id", id=application_id(app)) == 1

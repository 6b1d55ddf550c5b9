"""What staff are told, against everything there is to tell."""

from __future__ import annotations

from app.domain.stage import Channel
from app.pictures.findings import Problem
from app.staff.labels import CHANNELS, PROBLEMS


def test_every_problem_of_a_photo_and_every_channel_has_a_name() -> None:
    assert set(PROBLEMS) == {problem.value for problem in Problem}
    assert set(CHANNELS) == set(Channel)

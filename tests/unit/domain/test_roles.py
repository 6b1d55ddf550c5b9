"""Who may do what."""

from __future__ import annotations

from itertools import pairwise

from app.domain.roles import GRANTED, NEEDS_SECOND_STEP, Permission, Role


def test_each_role_may_do_what_the_one_before_may() -> None:
    granted = [GRANTED[role] for role in Role]
    assert all(lesser < greater for lesser, greater in pairwise(granted))
    assert granted[-1] == frozenset(Permission)


def test_only_those_who_decide_do_and_only_admins_manage_staff() -> None:
    assert {role for role in Role if Permission.DECIDE in GRANTED[role]} == set(Role) - {Role.AGENT}
    assert {role for role in Role if Permission.MANAGE_STAFF in GRANTED[role]} == {Role.ADMIN}
    assert set(Role) - {Role.AGENT} == NEEDS_SECOND_STEP

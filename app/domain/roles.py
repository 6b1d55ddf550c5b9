"""Owns the roles of staff and what each of them may do; docs/roles.md is written from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the console."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """Something that only some may do."""

    SEE_CASES = "see_cases"
    ASSIST = "assist"
    ASSIGN = "assign"
    WRITE_NOTES = "write_notes"
    SEND_MESSAGES = "send_messages"
    DECIDE = "decide"
    RETRY_DELIVERIES = "retry_deliveries"
    SEE_FIGURES = "see_figures"
    SEE_AUDIT = "see_audit"
    MANAGE_STAFF = "manage_staff"
    MANAGE_INTEGRATIONS = "manage_integrations"


_AGENT = frozenset(
    (
        Permission.SEE_CASES,
        Permission.ASSIST,
        Permission.ASSIGN,
        Permission.WRITE_NOTES,
        Permission.SEND_MESSAGES,
    )
)
_REVIEWER = _AGENT | {Permission.DECIDE, Permission.RETRY_DELIVERIES}
_SUPERVISOR = _REVIEWER | {Permission.SEE_FIGURES, Permission.SEE_AUDIT}

GRANTED: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.REVIEWER: _REVIEWER,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: frozenset(Permission),
}
# Whose sign-in with a password wants a second step.
NEEDS_SECOND_STEP = frozenset((Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN))

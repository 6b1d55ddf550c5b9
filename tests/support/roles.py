"""Writes docs/roles.md from the table of roles and the console's routes: `python -m tests.support.roles`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Flask

from app import config, create_app
from app.domain.roles import GRANTED, NEEDS_SECOND_STEP, Permission, Role
from app.staff.guard import ANYBODY, SIGNED_IN, wanted_of
from app.web.addresses import STAFF_PREFIX

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"
MEANING = {
    Permission.SEE_CASES: "See applications of one's integrations: the list, a case, its photos",
    Permission.ASSIST: "Help a person through the wizard: in a branch, on the phone, or in a draft that is stuck",
    Permission.ASSIGN: "Take a case on, or hand it back",
    Permission.WRITE_NOTES: "Write notes that only staff see",
    Permission.SEND_MESSAGES: "Write messages that the applicant sees",
    Permission.DECIDE: "Approve, reject, ask again",
    Permission.RETRY_DELIVERIES: "Have a delivery that failed tried again",
    Permission.SEE_FIGURES: "See how it goes: the funnel and its figures",
    Permission.SEE_AUDIT: "Read and export the record of what staff did",
    Permission.MANAGE_STAFF: "Add, change, disable and reset members of staff",
    Permission.MANAGE_INTEGRATIONS: "Look after integrations",
}
INTRODUCTION = """# Roles

Written from the code by `python -m tests.support.roles`; a test keeps it in step, and another walks every route below
for every role, for objects of a member's own integrations, of others, and for such that do not exist.

Whoever is limited to integrations sees the applications of those and nothing else: an application, a member of staff
or a row of the record that is not theirs to see answers exactly as one that does not exist.
"""


def staff_rules(app: Flask) -> list[Any]:
    """Every route of the console, in the order of addresses."""
    own = [rule for rule in app.url_map.iter_rules() if f"{rule.rule}/".startswith(f"{STAFF_PREFIX}/")]
    return sorted(own, key=lambda rule: (rule.rule, rule.endpoint))


def methods_of(rule: Any) -> list[str]:
    """What can be done there, GET and HEAD being one."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _roles() -> list[str]:
    lines = [f"| what | {' | '.join(Role)} |", "|---|" + "---|" * len(Role)]
    for permission in Permission:
        marks = ["yes" if permission in GRANTED[role] else "–" for role in Role]
        lines.append(f"| {MEANING[permission]} (`{permission}`) | {' | '.join(marks)} |")
    needs = ["required" if role in NEEDS_SECOND_STEP else "optional" for role in Role]
    lines.append(f"| Second step when signing in with a password | {' | '.join(needs)} |")
    return lines


def _routes(app: Flask) -> list[str]:
    lines = ["| address | methods | who |", "|---|---|---|"]
    words = {ANYBODY: "anybody", SIGNED_IN: "all staff"}
    for rule in staff_rules(app):
        wanted = wanted_of(app.view_functions[rule.endpoint])
        who = words.get(str(wanted)) or f"`{wanted}`"
        lines.append(f"| `{rule.rule}` | {', '.join(methods_of(rule))} | {who} |")
    return lines


def written(app: Flask) -> str:
    """The page as the code has it now."""
    parts = [INTRODUCTION, "## Who may do what\n", *_roles(), "\n## What each route asks for\n", *_routes(app)]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.load({"ALTA_INSTANCE": folder, "ALTA_LOG_LEVEL": "error"}))
        PAGE.write_text(written(app), encoding="utf-8")


if __name__ == "__main__":
    main()

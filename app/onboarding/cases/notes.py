"""Notes that staff write for each other about an application, and messages that the applicant sees too."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from app.domain.errors import InvalidError
from app.domain.text import clean_line
from app.domain.words import N_
from app.onboarding.audit import Audit, AuditAction
from app.onboarding.staff.members import StaffMember
from app.store.crypto import Keyring
from app.store.db import read, write
from app.store.models.listing import CaseNote

NOTE, MESSAGE = "note", "message"
DEEDS = {NOTE: AuditAction.NOTE_WRITTEN, MESSAGE: AuditAction.MESSAGE_SENT}
TEXT_MAXIMUM = 5000
_GAPS = re.compile(r"\n{3,}")
_OF = (
    select(CaseNote)
    .with_only_columns(CaseNote.id, CaseNote.kind, CaseNote.author_id, CaseNote.text, CaseNote.created_at)
    .where(CaseNote.application_id == bindparam("application_id"), CaseNote.kind == bindparam("kind"))
    .order_by(CaseNote.created_at, CaseNote.id)
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A note or a message as it was written; `author` is the id of the member of staff."""

    text: str
    author: str
    at: datetime


class Notes:
    """The use cases of writing."""

    def __init__(self, *, keyring: Keyring, audit: Audit, clock: Callable[[], datetime]) -> None:
        self.keyring, self.audit, self.clock = keyring, audit, clock

    def of(self, application_id: str, kind: str) -> list[Written]:
        """The notes or the messages of an application, the oldest first."""
        with read() as connection:
            rows = connection.execute(_OF, {"application_id": application_id, "kind": kind}).all()
        return [Written(text=self._open(row.id, row.text), author=row.author_id, at=row.created_at) for row in rows]

    def write(self, member: StaffMember, application_id: str, kind: str, text: str, *, address: str) -> None:
        """Add one; raises InvalidError for a text that is empty, too long, or holds hidden characters."""
        note_id, cleaned = str(uuid.uuid4()), clean_text(text)
        with write() as connection:
            connection.execute(
                insert(CaseNote).values(
                    id=note_id,
                    application_id=application_id,
                    kind=kind,
                    author_id=member.id,
                    text=self.keyring.encrypt(cleaned.encode(), _context(note_id)),
                    created_at=self.clock(),
                )
            )
            self.audit.record(
                connection, who=member, action=DEEDS[kind], application_id=application_id, address=address
            )

    def _open(self, note_id: str, sealed: bytes) -> str:
        return self.keyring.decrypt(sealed, _context(note_id)).decode()


def clean_text(text: str) -> str:
    """Several lines as they are kept, without empty ones at the ends; raises InvalidError, and cuts nothing off."""
    if not text.strip():
        clean_line("", maximum=TEXT_MAXIMUM)
    too_long = InvalidError(N_("Shorten this to %(maximum)d characters at most"), maximum=TEXT_MAXIMUM)
    # What cannot fit however it is composed is not looked at.
    if len(text) > 4 * TEXT_MAXIMUM:
        raise too_long
    lines = (clean_line(line, maximum=TEXT_MAXIMUM, required=False) for line in text.splitlines())
    cleaned = _GAPS.sub("\n\n", "\n".join(lines)).strip()
    if len(cleaned) > TEXT_MAXIMUM:
        raise too_long
    return cleaned


def _context(note_id: str) -> str:
    return f"case_notes.text:{note_id}"

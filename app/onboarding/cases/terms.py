"""The search terms of applications: keyed hashes, written where answers are saved, erased with the application."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import ARRAY, BigInteger, Connection, Row, bindparam, func, insert, select, update

from app.domain.search import answer_terms
from app.onboarding.stages import TERM_BYTES, drop_terms, terms_in
from app.store.crypto import Keyring
from app.store.models.applications import Answer, Application
from app.store.models.listing import Listing, SearchTerm

# The part of a listing's terms that a step's answers make; countries share theirs.
KINDS = {"personal": 1, "identity": 2, "phone": 3}
_LISTING = select(Listing.id, Listing.terms).where(Listing.application_id == bindparam("application_id"))
_LISTING = _LISTING.with_for_update()
_ADD = insert(SearchTerm)
_KEEP = update(Listing).where(Listing.id == bindparam("kept_id")).values(terms=bindparam("now_terms"))
_KEPT = _KEEP.returning(Listing.id).cte("kept")
# PostgreSQL takes both at once, and many terms as one array.
_KEEP_AND_ADD = insert(SearchTerm).from_select(
    ["term", "listing_id"], select(func.unnest(bindparam("added", type_=ARRAY(BigInteger))), _KEPT.c.id)
)
_ANSWERS = (
    select(Answer.name, Answer.value, Application.country)
    .join(Application, Application.id == Answer.application_id)
    .where(Answer.application_id == bindparam("application_id"))
)


class Terms:
    """Keeps what applications are found by."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def hashed(self, term: tuple[str, str]) -> int:
        """The part of a term's keyed hash that is kept; what it leads to is compared before it is shown."""
        kind, text = term
        return int.from_bytes(bytes.fromhex(self.keyring.fingerprint(text, f"search.{kind}"))[:8], signed=True)

    def are_of(self, step: str) -> bool:
        """Whether applications are found by a step's answers."""
        return step in KINDS

    def note(self, connection: Connection, application_id: str, step: str, answers: Mapping[str, str]) -> None:
        """Let an application be found by a step's answers instead of by those before, within their transaction."""
        terms = answer_terms(step, answers)
        if terms is None:
            return
        listing = connection.execute(_LISTING, {"application_id": application_id}).first()
        if listing is not None:
            self._replace(connection, listing, {KINDS[step]: {self.hashed(term) for term in terms}})

    def note_all(self, connection: Connection, application_id: str) -> None:
        """The same by all of its answers as they are kept: those of its present country."""
        listing = connection.execute(_LISTING, {"application_id": application_id}).first()
        if listing is None:
            return
        fresh: dict[int, set[int]] = {kind: set() for kind in KINDS.values()}
        for row in connection.execute(_ANSWERS, {"application_id": application_id}):
            step, _colon, country = row.name.partition(":")
            if step in KINDS and country in ("", row.country):
                content = json.loads(self.keyring.decrypt(row.value, f"answers.value:{application_id}:{row.name}"))
                terms = answer_terms(step, content["answers"]) or ()
                fresh[KINDS[step]] = {self.hashed(term) for term in terms}
        self._replace(connection, listing, fresh)

    def _replace(self, connection: Connection, listing: Row[int, bytes], fresh: Mapping[int, set[int]]) -> None:
        before = terms_in(listing.terms)
        after = [each for each in before if each[0] not in fresh]
        after += [(kind, term) for kind, terms in sorted(fresh.items()) for term in sorted(terms)]
        if after == before:
            return
        old, new = {term for _kind, term in before}, {term for _kind, term in after}
        drop_terms(connection, listing.id, old - new)
        kept, added = {"kept_id": listing.id, "now_terms": packed(after)}, sorted(new - old)
        if added and connection.dialect.name == "postgresql":
            connection.execute(_KEEP_AND_ADD, {**kept, "added": added})
            return
        if added:
            connection.execute(_ADD, [{"term": term, "listing_id": listing.id} for term in added])
        connection.execute(_KEEP, kept)


def packed(terms: Iterable[tuple[int, int]]) -> bytes:
    """Terms, each with its kind, as a listing keeps them."""
    return b"".join(bytes((kind,)) + term.to_bytes(TERM_BYTES - 1, signed=True) for kind, term in terms)

"""What an integration registered for embedding: the origins that may frame it, and where people are sent back to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.domain.errors import AltaError
from app.domain.web_addresses import origin_of, return_url_of
from app.store.db import read, write
from app.store.models.embedding import EmbedSettings
from app.store.models.integrations import Integration

MOST_ADDRESSES = 50
# Told of a change within its transaction.
Note = Callable[[Connection], None]


class RegistryError(AltaError):
    """What was to be registered cannot be; the message is a sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What one integration registered."""

    is_test: bool = False
    origins: tuple[str, ...] = ()
    return_urls: tuple[str, ...] = ()


def registered_of(is_test: bool | None, origins: str | None, return_urls: str | None) -> Registered:
    """What the columns of its row say; an integration without one registered nothing."""
    return Registered(
        is_test=bool(is_test),
        origins=tuple(json.loads(origins or "[]")),
        return_urls=tuple(json.loads(return_urls or "[]")),
    )


class Registry:
    """The use cases of registering."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    def of(self, integration_id: int) -> Registered:
        """What an integration registered so far."""
        with read() as connection:
            return self._of(connection, integration_id)

    def add_origin(self, name: str, origin: str, *, note: Note | None = None) -> Registered:
        """Let pages of an origin frame the integration's sessions; raises RegistryError or AddressError."""
        added = origin_of(origin)
        return self._change(name, lambda had: replace(had, origins=_with(had.origins, added)), note)

    def remove_origin(self, name: str, origin: str, *, note: Note | None = None) -> Registered:
        """Let them no more; raises RegistryError where it is not registered."""
        removed = origin_of(origin)
        return self._change(name, lambda had: replace(had, origins=_without(had.origins, removed)), note)

    def add_return_url(self, name: str, url: str, *, note: Note | None = None) -> Registered:
        """Let the integration's sessions send people back to this address, whatever its query."""
        added = return_url_of(url)
        return self._change(name, lambda had: replace(had, return_urls=_with(had.return_urls, added)), note)

    def remove_return_url(self, name: str, url: str, *, note: Note | None = None) -> Registered:
        """Let them no more; raises RegistryError where it is not registered."""
        removed = return_url_of(url)
        return self._change(name, lambda had: replace(had, return_urls=_without(had.return_urls, removed)), note)

    def mark_test(self, name: str, *, is_test: bool, note: Note | None = None) -> Registered:
        """Make it an integration for trying things out, or a real one."""
        return self._change(name, lambda had: replace(had, is_test=is_test), note)

    def begin(self, connection: Connection, integration_id: int, *, is_test: bool) -> None:
        """The same for one that is being made, within its transaction."""
        self._keep(connection, integration_id, Registered(is_test=is_test))

    def _change(self, name: str, change: Callable[[Registered], Registered], note: Note | None = None) -> Registered:
        with write() as connection:
            found = connection.execute(
                select(Integration.id).where(Integration.name == name).with_for_update()
            ).scalar_one_or_none()
            if found is None:
                raise RegistryError(f"There is no integration named {name}.")
            changed = change(self._of(connection, found))
            self._keep(connection, found, changed)
            if note is not None:
                note(connection)
        return changed

    def _keep(self, connection: Connection, integration_id: int, registered: Registered) -> None:
        values = {
            "is_test": registered.is_test,
            "origins": json.dumps(registered.origins),
            "return_urls": json.dumps(registered.return_urls),
            "updated_at": self.clock(),
        }
        here = EmbedSettings.integration_id == integration_id
        if not connection.execute(update(EmbedSettings).where(here).values(**values)).rowcount:
            connection.execute(insert(EmbedSettings).values(integration_id=integration_id, **values))

    def _of(self, connection: Connection, integration_id: int) -> Registered:
        row = connection.execute(
            select(EmbedSettings.is_test, EmbedSettings.origins, EmbedSettings.return_urls).where(
                EmbedSettings.integration_id == integration_id
            )
        ).first()
        return Registered() if row is None else registered_of(*row)


def _with(addresses: tuple[str, ...], added: str) -> tuple[str, ...]:
    if len(addresses) >= MOST_ADDRESSES and added not in addresses:
        raise RegistryError(f"An integration registers {MOST_ADDRESSES} addresses of a kind at most.")
    return addresses if added in addresses else (*addresses, added)


def _without(addresses: tuple[str, ...], removed: str) -> tuple[str, ...]:
    if removed not in addresses:
        raise RegistryError(f"{removed} is not registered.")
    return tuple(each for each in addresses if each != removed)

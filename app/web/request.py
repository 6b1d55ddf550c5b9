"""The request: uploads stay in memory that is no Python heap, never on a disk in plain; its address is plain text."""

from __future__ import annotations

import os
import tempfile
from typing import IO, cast

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.sansio.http import parse_cookie
from werkzeug.utils import cached_property

# The kind of a form that can have no photo in it.
TEXTS_ONLY = "application/x-www-form-urlencoded"


def memory_file() -> IO[bytes]:
    """An unnamed file in memory; where the system has none, an unnamed temporary file."""
    if hasattr(os, "memfd_create"):
        return cast(IO[bytes], os.fdopen(os.memfd_create("alta-upload"), "w+b"))
    return cast(IO[bytes], tempfile.TemporaryFile("w+b"))


class AltaRequest(Request):
    """A request whose uploaded files are held by `memory_file`."""

    max_form_parts = 200

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """Read from the one place where a server puts them, instead of from wherever among all headers."""
        found: ImmutableMultiDict[str, str] = parse_cookie(  # type: ignore[assignment]  # as its class says
            self.environ.get("HTTP_COOKIE"), cls=self.dict_storage_class
        )
        return found

    @property
    def max_content_length(self) -> int | None:
        """Bytes that the body may have; fewer for texts without photos, which are read at once."""
        limits = (super().max_content_length, self.max_form_memory_size if self.mimetype == TEXTS_ONLY else None)
        return min((limit for limit in limits if limit is not None), default=None)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        Request.max_content_length.fset(self, value)  # type: ignore[attr-defined]

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return memory_file()


def init_request(app: Flask) -> None:
    """Have addresses with a NUL lead nowhere: nothing has one in it, and PostgreSQL cannot even be asked."""

    @app.before_request
    def _address() -> None:
        if "\0" in request.path:
            abort(404)

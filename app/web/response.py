"""The response: its headers are written as they were set, where nothing is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


class AltaResponse(Response):
    """Spares pages Werkzeug's copy of their headers, and its search there for what may want correction."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers for the server."""
        headers = self.headers
        if self.status_code == 200 and "Content-Length" in headers and "Content-Location" not in headers:
            return headers
        return super().get_wsgi_headers(environ)

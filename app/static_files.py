"""Static files under an address that holds their content's hash, precompressed, to be kept by browsers for ever."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
from flask import Flask
from whitenoise import WhiteNoise

from app.web.security import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SOURCE = Path(__file__).resolve().parent.parent / "static"
# A file is no page: it loads nothing. How long it is kept is WhiteNoise's to say, of the files themselves. It is the
# same for everybody: a page in a sandboxed frame, which has no origin of its own, loads it like one of another site.
OPEN = {"Cross-Origin-Resource-Policy": "cross-origin"}
GUARD = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Access-Control-Allow-Origin", "*"),
    *((name, OPEN.get(name, value)) for name, value in HEADERS[1:]),
)
COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt"}


def digest(source: Path) -> str:
    """A hash of all names and contents: scripts import one another by relative names, so they change together."""
    total = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        if path.is_file():
            total.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def publish(source: Path, target: Path) -> Path:
    """Copy the files to `target/<digest>` with a gzip and a brotli sibling each; done once per content."""
    folder = target / digest(source)
    if (folder / ".complete").exists():
        return folder
    for path in source.rglob("*"):
        if not path.is_file():
            continue
        copy = folder / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
        copy.write_bytes(content)
        if path.suffix in COMPRESSIBLE:
            copy.with_name(copy.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
            copy.with_name(copy.name + ".br").write_bytes(brotli.compress(content, quality=11))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".complete").touch()
    return folder


class GuardedFiles(WhiteNoise):  # type: ignore[misc]  # it comes without types
    """WhiteNoise with the header set on every one of its answers, also on those that hold no file (304, 405, 416)."""

    @staticmethod
    def serve(static_file: Any, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request for a file."""

        def start(status: str, headers: list[tuple[str, str]], *others: Any) -> Any:
            present = {name.lower() for name, _value in headers}
            return start_response(status, headers + [each for each in GUARD if each[0].lower() not in present], *others)

        answer: Iterable[bytes] = WhiteNoise.serve(static_file, environ, start)
        return answer


def init_static(app: Flask, instance: Path) -> None:
    """Serve the published files in front of the application, and give templates `static(name)`."""
    folder = publish(SOURCE, instance / "static")
    prefix = f"/static/{folder.name}/"
    noise = GuardedFiles(
        app.wsgi_app,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
        allow_all_origins=False,
    )
    noise.add_files(str(folder), prefix=prefix)
    app.wsgi_app = noise  # type: ignore[method-assign]

    @app.template_global("static")
    def _address(name: str) -> str:
        return prefix + name

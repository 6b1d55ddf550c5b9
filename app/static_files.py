"""Static files under an address that holds their content's hash, precompressed, to be kept by browsers for ever."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import brotli
from flask import Flask
from whitenoise import WhiteNoise

SOURCE = Path(__file__).resolve().parent.parent / "static"
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


def init_static(app: Flask, instance: Path) -> None:
    """Serve the published files in front of the application, and give templates `static(name)`."""
    folder = publish(SOURCE, instance / "static")
    prefix = f"/static/{folder.name}/"
    noise = WhiteNoise(
        app.wsgi_app,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
        add_headers_function=_add_headers,
        allow_all_origins=False,
    )
    noise.add_files(str(folder), prefix=prefix)
    app.wsgi_app = noise  # type: ignore[method-assign]

    @app.template_global("static")
    def _address(name: str) -> str:
        return prefix + name


def _add_headers(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    headers["Referrer-Policy"] = "same-origin"

"""The element for other people's pages: its script, its types, and both as a package."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from functools import cache
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, request

from app.wiring import services

SOURCE = Path(__file__).resolve().parents[2] / "static" / "embed"
KEPT_SECONDS = 300
VERSION = "1.0.0"
OWN_ORIGIN = b"new URL(import.meta.url).origin"
element = Blueprint("element", __name__)


@cache
def _content(name: str) -> dict[str, bytes]:
    """A file by encoding, compressed once a process."""
    plain = (SOURCE / name).read_bytes()
    return {"": plain, "gzip": gzip.compress(plain, 9, mtime=0), "br": brotli.compress(plain, quality=11)}


def _file(name: str, content_type: str) -> Response:
    accepted = request.headers.get("Accept-Encoding", "")
    encoding = next((each for each in ("br", "gzip") if each in accepted), "")
    response = Response(_content(name)[encoding], content_type=content_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.add_etag()
    response.make_conditional(request)
    return response


@element.get("/embed.js")
def script() -> Response:
    """The custom element, as an ES module."""
    return _file("embed.js", "text/javascript; charset=utf-8")


@element.get("/embed.d.ts")
def types() -> Response:
    """Its types."""
    return _file("embed.d.ts", "text/plain; charset=utf-8")


@element.get("/embed.tgz")
def package() -> Response:
    """Both as a package that `npm install <address>` takes, which knows where this Alta is."""
    return Response(_package(services().public_url(request.host_url)), content_type="application/gzip")


@element.after_request
def _shared(response: Response) -> Response:
    """Everybody's pages may load these; they are the same for all."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


@cache
def _package(address: str) -> bytes:
    manifest = {
        "name": "alta-onboarding",
        "version": VERSION,
        "type": "module",
        "exports": {".": {"types": "./embed.d.ts", "default": "./embed.js"}},
        "main": "./embed.js",
        "types": "./embed.d.ts",
    }
    # Elements that are in a page already begin as soon as this runs: it must know by itself where this Alta is.
    script = _content("embed.js")[""].replace(OWN_ORIGIN, json.dumps(address).encode())
    files = {
        "package.json": json.dumps(manifest, indent=2).encode(),
        "embed.js": script,
        "embed.d.ts": _content("embed.d.ts")[""],
    }
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(target.getvalue(), mtime=0)


def register_element(app: Flask) -> None:
    """Serve it."""
    app.register_blueprint(element)

"""The demo: a host page as a team would write it, on this computer's other name, with its events and controls."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, make_response, render_template, request
from pydantic import ValidationError

from app.apis.authentication import Integration
from app.apis.sessions.contract import NewSession
from app.embed.launch import embed
from app.onboarding.embedding.errors import FaultyCallError, UnknownSessionError, WrongStateError
from app.onboarding.embedding.sandbox import HOSTS
from app.web.limits import limit_start
from app.web.security import CONTENT_POLICY
from app.wiring import services


def _owner() -> Integration:
    """The test integration; there is a demo in local mode only."""
    owner = services().embedding.sandbox.find() if services().settings.mode == "local" else None
    if owner is None:
        abort(404)
    return owner


def _other() -> str:
    """This computer by its other name: to a browser, another site."""
    parts = urlsplit(request.host_url)
    if parts.hostname not in HOSTS:
        abort(404)
    other = next(host for host in HOSTS if host != parts.hostname)
    return f"{parts.scheme}://{other}{f':{parts.port}' if parts.port else ''}"


@embed.get("/demo")
def demo() -> Response:
    """The host page."""
    _owner()
    other = _other()
    response = make_response(render_template("docs/demo.html", other=other, session=request.args.get("session", "")))
    policy = CONTENT_POLICY.replace("script-src 'self'", f"script-src 'self' {other}")
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src {other}"
    response.headers["Permissions-Policy"] = f'camera=(self "{other}")'
    return response


@embed.post("/demo/sessions")
@limit_start
def demo_session() -> Any:
    """What a team's server would ask of the API."""
    owner = _owner()
    try:
        asked = NewSession.model_validate_json(request.form.get("body", "{}"))
        launch, _is_new = services().embedding.sessions.create(owner, asked)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return {"error": [f"{each['loc']}: {each['msg']}" for each in found]}, 422
    except FaultyCallError as error:
        return {"error": [f"{'/'.join(path)}: {sentence}" for path, sentence in error.faults]}, 422
    return {"id": launch.session_id, "launch_token": launch.token}


@embed.post("/demo/launch")
@limit_start
def demo_launch() -> Any:
    """A fresh token for a session that is there."""
    try:
        launch = services().embedding.sessions.launch(_owner(), request.form.get("session", ""))
    except (UnknownSessionError, WrongStateError) as error:
        return {"error": [str(error)]}, 409
    return {"id": launch.session_id, "launch_token": launch.token}

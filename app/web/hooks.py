"""Where an upstream says that something has changed: `/hooks/upstream`, or `/hooks/upstream/<integration>`."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from app.apis.responses import json_response
from app.onboarding.hooks import BODY_MAXIMUM_BYTES, ForgedHookError, NoHookError
from app.web.limits import limit_hook
from app.web.security import csrf
from app.wiring import services

hooks = Blueprint("hooks", __name__, url_prefix="/hooks")


@hooks.post("/upstream", defaults={"name": ""})
@hooks.post("/upstream/<name>")
@limit_hook
def upstream(name: str) -> Response:
    """Take one signed message (docs/delivery.md)."""
    request.max_content_length = BODY_MAXIMUM_BYTES
    headers = {key.lower(): value for key, value in request.headers.items()}
    try:
        services().hooks.take(name, headers, request.get_data(cache=False))
    except NoHookError:
        return json_response({"error": "not_found"}, 404)
    except ForgedHookError:
        return json_response({"error": "unauthorized"}, 401)
    return Response(status=204)


def register_hooks(app: Flask) -> None:
    """Serve it; a signature is no cookie, so that no other site can make a browser send one."""
    csrf.exempt(hooks)
    app.register_blueprint(hooks)

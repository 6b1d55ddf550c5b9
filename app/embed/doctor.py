"""The doctor: opened within a team's page, it tells what stands in the way there, with the line to paste."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Response, make_response, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer

from app.embed.frame import is_own_post
from app.embed.launch import embed
from app.onboarding.embedding.errors import LaunchError, LaunchFault
from app.web.limits import limit_resume
from app.web.security import csrf, framed_by
from app.wiring import services

COOKIE, SEEN = "__Host-alta-doctor", "1"
FLOW_LASTS_SECONDS = 600
# It shows no session and takes no answers: it may be seen anywhere, so that it can say what is wrong there, be it the
# token. What an integration registered is told to who has one of its tokens.
ANYWHERE = ("*",)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        services().settings.secret_key, salt="embed.doctor", signer_kwargs={"digest_method": hashlib.sha256}
    )


@embed.get("/doctor")
@limit_resume
def doctor() -> Any:
    """The page with its checks; the launch token names the team and is not used up."""
    token = request.args.get("token", "")
    if not token:
        return render_template("embed/over.html", fault=LaunchFault.UNKNOWN.value), 410
    state, origins = "good", []
    try:
        registered = services().embedding.frames.peek(token)
        origins = list(registered.origins)
    except LaunchError as error:
        state, origins = error.fault.value, list(error.origins)
    framed_by(ANYWHERE)
    told = {
        "token": state,
        "origins": origins,
        "alta": services().public_url(request.host_url),
        "cookie": "/embed/doctor/cookie",
        "path": f"/embed/doctor/path/{_signer().dumps('flow')}",
    }
    response = make_response(render_template("docs/doctor.html", told=json.dumps(told)))
    response.set_cookie(COOKIE, SEEN, secure=True, httponly=True, samesite="None", partitioned=True, path="/")
    return response


@embed.get("/doctor/cookie")
def doctor_cookie() -> dict[str, bool]:
    """Whether the cookie that came with the page was sent again."""
    return {"kept": request.cookies.get(COOKIE) == SEEN}


@embed.post("/doctor/path/<flow>")
def doctor_path(flow: str) -> Response | tuple[dict[str, bool], int]:
    """Whether a post that bears its token in the path comes from a page of ours, as the browser says."""
    try:
        _signer().loads(flow, max_age=FLOW_LASTS_SECONDS)
    except BadData:
        return {"works": False}, 403
    return {"works": is_own_post()}, 200


# It changes nothing, and is asked for in frames of which some have no cookie.
csrf.exempt(doctor_path)

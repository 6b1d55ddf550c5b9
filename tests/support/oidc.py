"""A small OpenID provider over real HTTP: discovery, keys, a sign-in page, codes for tokens, PKCE verified."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "alta", "an open secret of this test"
PERSON = {"sub": "248289761001", "email": "ana@bank.example", "email_verified": True, "name": "Ana Díaz"}
# The button goes back to the application by a link: what a person presses, and no script.
PAGE = '<!doctype html><html lang="en"><title>Sign in</title><h1>Provider</h1><a href="{}">Continue</a></html>'


@dataclass
class Provider:
    """What the provider does: whom it vouches for, and in which ways it is wrong, for the tests of that."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {**PERSON, "groups": ["alta-reviewers"]})
    wrong: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    published: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    verified: int = 0

    def forget(self) -> None:
        """Be as at first, with the present key."""
        fresh = Provider(address=self.address, key=self.key)
        self.__dict__.update(fresh.__dict__)

    def settings(self, **more: str) -> dict[str, str]:
        """What Alta is told about it."""
        return {
            "oidc_issuer": self.address,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            "oidc_roles": "alta-agents=agent,alta-reviewers=reviewer,alta-admins=admin",
            "oidc_name": "Bank",
            **more,
        }

    def token(self, nonce: str) -> str:
        """The ID token, wrong where that was asked for."""
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.wrong,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "none":
            parts = [{"alg": "none", "typ": "JWT"}, claims]
            return ".".join(_part(part) for part in parts) + "."
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _served(provider: Provider) -> Flask:
    app = Flask("provider")

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=provider.address,
            authorization_endpoint=f"{provider.address}/authorize",
            token_endpoint=f"{provider.address}/token",
            jwks_uri=f"{provider.address}/keys",
        )

    @app.get("/keys")
    def keys() -> Response:
        key = provider.published or provider.key
        return jsonify(keys=[key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args.to_dict()
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
        provider.asked.append(asked)
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": provider.address}
        onward = f"{asked['redirect_uri']}?{urlencode(answer)}"
        return PAGE.format(onward.replace("&", "&amp;"))

    @app.post("/token")
    def token() -> Any:
        asked = provider.codes.pop(request.form["code"], None)
        given = request.authorization
        right = given is not None and (given.username, given.password) == (CLIENT_ID, CLIENT_SECRET.replace(" ", "+"))
        challenge = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        proved = asked is not None and asked["code_challenge"] == base64.urlsafe_b64encode(challenge).decode().rstrip(
            "="
        )
        if not (right and proved and asked and asked["redirect_uri"] == request.form["redirect_uri"]):
            return jsonify(error="invalid_grant"), 400
        provider.verified += 1
        return jsonify(access_token="x", token_type="Bearer", id_token=provider.token(asked["nonce"]))

    return app


@contextmanager
def running() -> Iterator[Provider]:
    """A provider at `http://localhost:PORT`, which is another site than 127.0.0.1."""
    provider = Provider()
    server = make_server("127.0.0.1", 0, _served(provider), threaded=True)
    provider.address = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""An OpenID provider over HTTP: what it says of itself, the address to sign in at, and codes turned into claims."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jwk import KeySet

from app.config.staff import StaffSettings
from app.domain.errors import AltaError

# No symmetric ones, and never "none": a token is only good if the provider's own key signed it.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519"]
SECONDS, KEPT_SECONDS, KEYS_AGAIN_SECONDS, LEEWAY_SECONDS = 5.0, 3600.0, 60.0, 60
LARGEST_ANSWER = 1024 * 1024
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAwayError(AltaError):
    """The provider cannot be reached, or answers what no provider does."""


class ProviderRefusedError(AltaError):
    """The provider, or what it says, lets nobody in; `why` is a code of ours that holds nothing about the person."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One visit to the provider: what only this browser's sign-in knows."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: StaffSettings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._metadata: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def sign_in_address(self, flow: Flow) -> str:
        """Where the browser is sent. Raises ProviderAwayError."""
        client = OAuth2Client(
            session=None,
            client_id=self.settings.oidc_client_id,
            scope=self.settings.oidc_scopes,
            redirect_uri=flow.redirect_uri,
            code_challenge_method="S256",
        )
        endpoint = self._discovered()["authorization_endpoint"]
        address, _state = client.create_authorization_url(
            endpoint, state=flow.state, code_verifier=flow.verifier, nonce=flow.nonce
        )
        return str(address)

    def claims_of(self, code: str, flow: Flow, *, issuer: str = "") -> Mapping[str, Any]:
        """What the provider vouches for, its ID token verified. Raises ProviderAwayError or ProviderRefusedError.

        `issuer` is the one that came with the code, where the provider says it (RFC 9207).
        """
        if issuer and issuer != self.settings.oidc_issuer:
            raise ProviderRefusedError("issuer")
        answer = self._exchange(code, flow)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderRefusedError("no_id_token")
        return self._verified(token, flow, str(answer.get("access_token") or ""))

    def _exchange(self, code: str, flow: Flow) -> Mapping[str, Any]:
        body = prepare_token_request(
            "authorization_code", redirect_uri=flow.redirect_uri, code=code, code_verifier=flow.verifier
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        client, secret = self.settings.oidc_client_id, self.settings.oidc_client_secret
        # Both are encoded as in a form before they are joined (RFC 6749, 2.3.1).
        auth = httpx.BasicAuth(quote_plus(client), quote_plus(secret)) if secret else None
        if auth is None:
            body += "&" + urlencode({"client_id": client})
        return self._ask("POST", self._discovered()["token_endpoint"], content=body, headers=headers, auth=auth)

    def _verified(self, token: str, flow: Flow, access_token: str) -> Mapping[str, Any]:
        try:
            decoded = self._decoded(token)
            options = {
                "iss": {"essential": True, "value": self.settings.oidc_issuer},
                "aud": {"essential": True, "value": self.settings.oidc_client_id},
            }
            params = {
                "nonce": flow.nonce,
                "client_id": self.settings.oidc_client_id,
                "access_token": access_token,
            }
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(now=int(time.time()), leeway=LEEWAY_SECONDS)
        except (ExpiredTokenError, InvalidClaimError, MissingClaimError) as error:
            raise ProviderRefusedError(getattr(error, "claim", "") or "expired") from None
        except (JoseError, ValueError):
            raise ProviderRefusedError("signature") from None
        return dict(claims)

    def _decoded(self, token: str) -> jwt.Token:
        """The token by the provider's keys; those are fetched again if it names one that is not among them."""
        try:
            return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, ValueError):
            return jwt.decode(token, self._key_set(again=True), algorithms=ALGORITHMS)

    def _discovered(self) -> Mapping[str, Any]:
        with self._lock:
            known = self._metadata
        if known is not None and time.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        found = self._ask("GET", get_well_known_url(self.settings.oidc_issuer, external=True))
        missing = [name for name in ENDPOINTS if not isinstance(found.get(name), str)]
        if missing or found.get("issuer") != self.settings.oidc_issuer:
            raise ProviderAwayError("the provider does not describe itself as it should")
        with self._lock:
            self._metadata = (time.monotonic(), found)
        return found

    def _key_set(self, *, again: bool = False) -> KeySet:
        with self._lock:
            known = self._keys
        patience = KEYS_AGAIN_SECONDS if again else KEPT_SECONDS
        if known is not None and time.monotonic() - known[0] < patience:
            return known[1]
        found = self._ask("GET", self._discovered()["jwks_uri"])
        try:
            keys = KeySet.import_key_set(found)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError):
            raise ProviderAwayError("the provider's keys cannot be read") from None
        with self._lock:
            self._keys = (time.monotonic(), keys)
        return keys

    def _ask(self, method: str, address: str, **options: Any) -> Mapping[str, Any]:
        try:
            answer = httpx.request(method, address, timeout=SECONDS, follow_redirects=False, **options)
            said = answer.json() if len(answer.content) <= LARGEST_ANSWER else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            raise ProviderAwayError("the provider cannot be reached") from None
        if method == "POST" and 400 <= answer.status_code < 500:
            raise ProviderRefusedError("code")
        if answer.status_code != 200 or not isinstance(said, dict):
            raise ProviderAwayError("the provider answers otherwise than it should")
        return said

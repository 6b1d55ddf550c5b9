"""Owns the KYC API over HTTP, as its caller; satisfies KycGateway."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

from pydantic import ValidationError

from app.apis.calls import USER_AGENT, Caller
from app.apis.calls import Answer as Response
from app.apis.errors import NotAllowedError, UnavailableError, WrongStatusError
from app.apis.kyc.answers import is_clean_url
from app.apis.kyc.contract import (
    ANSWERED,
    FIELD_TYPES,
    REQUESTED,
    Answer,
    KycRejectedError,
    KycRequest,
    Reason,
    StoragePlace,
)
from app.apis.kyc.token import AccessToken
from app.domain.picture_format import sniff

IDEMPOTENCY_HEADER = "x-stone-idempotency-key"
SUFFIXES = {"JPEG": "jpg", "PNG": "png"}
EXPIRED = (400, 403, 404)
PLACES_TRIED = 2
MESSAGE_MAXIMUM = 100


class KycClient:
    """The API at `base_url`; pictures go to `storage_hosts` (host, or host:port) only."""

    def __init__(self, base_url: str, *, token: AccessToken, caller: Caller, storage_hosts: Collection[str]) -> None:
        self._base_url, self._token, self._caller = base_url.rstrip("/"), token, caller
        self._scheme = urlsplit(base_url).scheme
        self._storage_hosts = {host.lower() for host in storage_hosts} or {urlsplit(base_url).netloc.lower()}

    def open_request(self, user_id: str, *, country: str) -> KycRequest:
        """What is wanted of the user now; of which country they are, the API knows by itself."""
        response = self._call("GET", f"/users/{quote(user_id, safe='')}/kyc/request")
        response.require_done()
        return _request_in(response)

    def store_picture(self, picture: bytes, *, idempotency_key: str) -> str:
        """Put a picture into a place of its own; one whose address has expired meanwhile is left, and another got.

        The key stands for nothing here: the API knows none for places, and one left empty is worth nothing.
        """
        suffix = SUFFIXES.get(sniff(picture[:16]) or "")
        if suffix is None:
            raise KycRejectedError([Reason("is invalid", ("body",))])
        for _ in range(PLACES_TRIED):
            place = self._place(f"{uuid.uuid4()}.{suffix}")
            stored = self._caller.call("PUT", place.upload_info.url, headers=place.upload_info.headers, content=picture)
            if stored.status not in EXPIRED:
                stored.require_done()
                return place.public_url
        raise UnavailableError("the storage took none of the addresses that it gave")

    def answer(self, user_id: str, answers: Sequence[Answer], *, idempotency_key: str) -> KycRequest:
        """Answer checks, once per key."""
        response = self._call(
            "POST",
            f"/users/{quote(user_id, safe='')}/kyc/answer",
            headers={IDEMPOTENCY_HEADER: idempotency_key},
            json={"answers": [each.body() for each in answers]},
        )
        if response.status in (400, 422):
            _refuse(response, answers)
        response.require_done()
        return _request_in(response)

    def _place(self, name: str) -> StoragePlace:
        response = self._call("POST", f"/storage/{name}")
        response.require_done()
        try:
            place = StoragePlace.model_validate(response.json())
        except ValidationError:
            raise UnavailableError("answered with no place for the picture") from None
        if not self._may_upload_to(place.upload_info.url):
            raise NotAllowedError("the upload address is not on the list of storage hosts")
        return place

    def _may_upload_to(self, url: str) -> bool:
        if not is_clean_url(url):
            return False
        target = urlsplit(url)
        return target.netloc.lower() in self._storage_hosts and target.scheme in ("https", self._scheme)

    def _call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **body: Any) -> Response:
        response = self._try(method, path, headers or {}, body)
        if response.status == 401:
            # The token may have been revoked, or have ended on the way: another one, once.
            response = self._try(method, path, headers or {}, body)
        return response

    def _try(self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Response:
        token = self._token.get()
        sent = {
            "Authorization": f"Bearer {token}",
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            **headers,
        }
        response = self._caller.call(method, f"{self._base_url}/api/v1{path}", headers=sent, **body)
        if response.status == 401:
            self._token.forget(token)
        return response


def _request_in(response: Response) -> KycRequest:
    """The request that an answer shows; checks of kinds that Alta does not know are left out."""
    shown = response.json()
    try:
        checks = [_check(each) for each in shown["checks"] if each["field_type"] in FIELD_TYPES]
        known = {name: value for name, value in shown.items() if name in ("created_at", "id", "updated_at", "user_id")}
        return KycRequest.model_validate({**known, "checks": checks, "status": _status(shown)})
    except (ValidationError, KeyError, TypeError, AttributeError):
        raise UnavailableError("answered with something that is no KYC request") from None


def _check(given: Mapping[str, Any]) -> dict[str, Any]:
    context = given.get("context") if given["field_type"] == "total_income_range" else None
    return {**given, "context": context or None, "input_type": "user_input", "status": _status(given)}


def _status(given: Mapping[str, Any]) -> str:
    return REQUESTED if given["status"] == REQUESTED else ANSWERED


def _refuse(response: Response, answers: Sequence[Answer]) -> NoReturn:
    """Raise what a 400 or 422 says: a check is not open, or which values are refused."""
    shown = response.json()
    kind, reasons = (shown.get("type"), shown.get("reason")) if isinstance(shown, dict) else (None, None)
    if kind == "srn:error:wrong_status":
        raise WrongStatusError("a check is answered already")
    found = [_reason(each) for each in reasons] if isinstance(reasons, list) else []
    found = found or [Reason("is invalid", ())]
    raise KycRejectedError(found, [_field(reason.path, answers) for reason in found])


def _reason(given: Any) -> Reason:
    error, path = (given.get("error"), given.get("path")) if isinstance(given, dict) else (None, None)
    parts = tuple(part for part in path if isinstance(part, str | int)) if isinstance(path, list) else ()
    return Reason(str(error)[:MESSAGE_MAXIMUM], parts)


def _field(path: tuple[str | int, ...], answers: Sequence[Answer]) -> str:
    """The field type that a fault is about; `answers` where it is about none that was answered."""
    place = path[1] if path[:1] == ("answers",) and len(path) > 2 and path[2] == "value" else None
    if isinstance(place, int) and 0 <= place < len(answers):
        return answers[place].field_type or "answers"
    return "answers"

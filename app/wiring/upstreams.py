"""Which concrete upstreams the settings name: the embedded APIs, or clients of real ones, by integration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.apis.calls import Caller, Patience
from app.apis.kyc.client import KycClient
from app.apis.kyc.service import KycService
from app.apis.kyc.token import AccessToken, Credentials
from app.apis.personal_informations.client import PersonalInformationsClient
from app.apis.personal_informations.service import PersonalInformationsService
from app.config import Settings
from app.config.rules import SettingsError
from app.config.upstreams import UpstreamSettings, UpstreamSettingsError, upstreams_of
from app.onboarding.upstreams import Upstream, Upstreams

# What a person waits for while a page is made.
AT_ONCE = Patience(connect=1.0, read=2.0, whole=3.0)


def upstreams_from(settings: Settings, records: PersonalInformationsService, kyc: KycService) -> Upstreams:
    """The APIs of each integration; `records` and `kyc` are the embedded ones, for those that name none."""
    return Upstreams({name: _upstream(each, records, kyc) for name, each in _chosen(settings).items()})


def dry_calls_of(settings: Settings) -> dict[str, Callable[[], object]]:
    """What asks each real upstream, by its name, something harmless that wants our credentials."""
    return {what + name: call for name, each in _chosen(settings).items() for what, call in _dry_calls(each, name)}


def _chosen(settings: Settings) -> dict[str, UpstreamSettings]:
    try:
        return upstreams_of(settings)
    except UpstreamSettingsError as error:
        raise SettingsError(str(error)) from None


def _dry_calls(chosen: UpstreamSettings, name: str) -> Iterator[tuple[str, Callable[[], object]]]:
    of, caller = " of " if name else "", _caller(chosen)
    if chosen.personal_informations_url:
        records = _personal_informations_client(chosen, caller)
        yield f"personal informations API{of}", lambda: records.get(0)
    if chosen.kyc_url:
        yield f"KYC API{of}", AccessToken(_credentials(chosen), caller).get


def _upstream(chosen: UpstreamSettings, records: PersonalInformationsService, kyc: KycService) -> Upstream:
    """The APIs that an integration's settings name; the embedded ones where they name none."""
    caller = _caller(chosen)
    upstream = Upstream(
        personal_informations=records,
        kyc=kyc,
        kyc_at_once=kyc,
        hook_secret=chosen.hook_secret,
        own_records=records,
        own_kyc=kyc,
    )
    if chosen.personal_informations_url:
        client = _personal_informations_client(chosen, caller)
        upstream = replace(upstream, personal_informations=client, own_records=None)
    if chosen.kyc_url:
        slow, fast = _kyc_client(chosen, caller), _kyc_client(chosen, _caller(chosen, AT_ONCE))
        upstream = replace(upstream, kyc=slow, kyc_at_once=fast, kyc_place=chosen.kyc_url, own_kyc=None)
    return upstream


def _caller(chosen: UpstreamSettings, patience: Patience | None = None) -> Caller:
    usual = Patience(
        connect=chosen.upstream_connect_seconds,
        read=chosen.upstream_read_seconds,
        whole=chosen.upstream_call_seconds,
    )
    return Caller(patience or usual, authority=chosen.upstream_authority)


def _personal_informations_client(chosen: UpstreamSettings, caller: Caller) -> PersonalInformationsClient:
    token = chosen.personal_informations_token
    return PersonalInformationsClient(chosen.personal_informations_url, token=token, caller=caller)


def _kyc_client(chosen: UpstreamSettings, caller: Caller) -> KycClient:
    token = AccessToken(_credentials(chosen), caller)
    return KycClient(chosen.kyc_url, token=token, caller=caller, storage_hosts=chosen.kyc_storage_hosts)


def _credentials(chosen: UpstreamSettings) -> Credentials:
    assert chosen.kyc_key_file is not None, "upstreams_of requires it"
    return Credentials(
        token_url=chosen.kyc_token_url,
        client_id=chosen.kyc_client_id,
        key_file=chosen.kyc_key_file,
        key_id=chosen.kyc_key_id,
        audience=chosen.kyc_audience or chosen.kyc_token_url,
        realm=chosen.kyc_realm,
    )

"""Opens the object store that the settings name: a folder, or S3 or Google Cloud Storage with a caller's patience."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from obstore.store import ObjectStore

CONNECT = timedelta(seconds=5)
TRIES = 3


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """How an S3-compatible store is reached; what is empty is left to the machine's own `AWS_…` variables or role."""

    endpoint: str = ""
    region: str = ""
    style: str = "path"
    key_id: str = ""
    secret: str = ""
    seconds: float = 20.0


def open_store(url: str, folder: Path, access: StoreAccess) -> ObjectStore:
    """The store at `url` (`s3://…`, `gs://…`), or in the local `folder` where it is empty."""
    from obstore.store import LocalStore, from_url

    if not url:
        return LocalStore(folder, automatic_cleanup=True, mkdir=True)
    patience = timedelta(seconds=access.seconds)
    options: Any = {"connect_timeout": CONNECT, "timeout": patience}
    # Once the library is given options it no longer looks at the variable itself.
    if access.endpoint.startswith("http://") or os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true"):
        options["allow_http"] = True
    # Of a store that fails, the person and the worker try again later; not this call, for minutes.
    backoff: Any = {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2}
    return from_url(
        url,
        config=s3_options(url, access) if url.startswith("s3://") else None,
        client_options=options,
        retry_config={"max_retries": TRIES, "retry_timeout": patience, "backoff": backoff},
    )


def s3_options(url: str, access: StoreAccess) -> Any:
    """What the library is told of an S3 store."""
    config = {"region": access.region, "access_key_id": access.key_id, "secret_access_key": access.secret}
    config = {name: value for name, value in config.items() if value}
    if not access.endpoint:
        # Amazon's own addresses, or an endpoint of the AWS_… variables: nothing to say where nothing was set.
        return config | ({"virtual_hosted_style_request": True} if access.style == "virtual" else {})
    virtual = access.style == "virtual"
    return config | {
        "endpoint": _with_bucket(access.endpoint, urlsplit(url).netloc) if virtual else access.endpoint,
        "virtual_hosted_style_request": virtual,
    }


def _with_bucket(endpoint: str, bucket: str) -> str:
    scheme, _, rest = endpoint.partition("://")
    return f"{scheme}://{bucket}.{rest}"

"""The settings of the machines: database connections, photo store, limits, processes, and what operators may see."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

SLOT_NAME = r"^[\w.-]*$"


def _endpoint(value: str) -> str:
    parts = urlsplit(value)
    if value and not (parts.scheme in ("http", "https") and parts.hostname and not parts.query):
        raise ValueError("must be an http:// or https:// address")
    return value.rstrip("/")


def _limits(value: str) -> str:
    if value and urlsplit(value).scheme not in ("redis", "rediss"):
        raise ValueError("must begin with redis:// or rediss://")
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError("must be host:port, such as 127.0.0.1:9100")
    return value


class MachineSettings(BaseModel):
    """What differs between one machine and many."""

    database_pool: int = Field(
        8,
        ge=1,
        le=200,
        description="Database connections each process keeps; under load as many again (docs/scaling.md).",
    )
    database_wait_seconds: float = Field(
        10.0, gt=0, le=120, description="Seconds to wait for a free connection before answering that we are not ready."
    )
    blob_endpoint: Annotated[str, AfterValidator(_endpoint)] = Field(
        "", description="Address of an S3-compatible store, such as `https://s3.example`; empty: Amazon's."
    )
    blob_region: str = Field("", description="Region of the S3 bucket; empty: that of `AWS_REGION`.")
    blob_style: Literal["path", "virtual"] = Field(
        "path",
        description="How the bucket is named: in the `path`, or before the endpoint's host name (`virtual`).",
    )
    blob_key_id: str = Field(
        "", description="Access key id of the S3 store; empty: what the machine's own role or `AWS_…` variables give."
    )
    blob_secret: str = Field("", description="Secret access key of the S3 store.", repr=False)
    blob_seconds: float = Field(20.0, gt=0, le=300, description="Seconds that one call of the photo store may take.")
    figures_seconds: float = Field(
        5.0,
        gt=0,
        le=3600,
        description="Seconds after which a process writes what it has counted for the console's figures; one that is "
        "killed loses as much.",
    )
    limits_url: Annotated[str, AfterValidator(_limits)] = Field(
        "",
        description="`redis://…` where rate limits are counted for all processes; empty: each process counts its own.",
        repr=False,
    )
    web_threads: int = Field(8, ge=1, le=256, description="Requests one web process works on at once.")
    web_processes: int = Field(1, ge=1, le=64, description="Web processes that `flask serve` starts.")
    worker_processes: int = Field(1, ge=1, le=64, description="Worker processes that `flask serve` starts.")
    worker_slot: str = Field(
        "",
        max_length=60,
        pattern=SLOT_NAME,
        description="Stable name of this worker, which no other one has; empty: a free one is chosen.",
    )
    worker_dead_seconds: int = Field(
        60, ge=6, le=3600, description="Seconds of silence after which another worker takes over a worker's deliveries."
    )
    worker_listen: Annotated[str, AfterValidator(_listen)] = Field(
        "",
        description="`host:port` where a worker without a web server answers `/healthz`, `/readyz` and `/metrics`.",
    )
    metrics_token: str = Field(
        "",
        description="Bearer token that `/metrics` asks for; empty: no such page, but in local mode for this computer.",
        repr=False,
    )

"""The APIs do what their own OpenAPI document says, for generated calls good and bad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi.loaders import from_dict

from app import create_app
from app.apis.openapi import specification
from app.onboarding import integrations
from tests.conftest import settings_for
from tests.support import databases

GOOD_STATUSES = ["2xx", "401", "403", "404", "409", "422"]
BAD_STATUSES = ["400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429"]


class Served:
    """The application under test, made after the tests are collected."""

    app: Flask

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        return self.app(environ, start_response)


served = Served()


def configuration() -> SchemathesisConfig:
    """Few, repeatable examples; the statuses that a call of the right shape may get."""
    return SchemathesisConfig.from_dict(
        {
            "generation": {"max-examples": 20, "deterministic": True, "database": "none"},
            # The contract answers an idempotency key that is too long with 431.
            "checks": {"negative_data_rejection": {"expected-statuses": [*BAD_STATUSES, "413", "431"]}},
            "operations": [
                {
                    # Its check ids come from the request: a generated one is well shaped and still unknown.
                    "include-operation-id": "answerKycRequest",
                    "checks": {"positive_data_acceptance": {"expected-statuses": [*GOOD_STATUSES, "400"]}},
                },
                {
                    # A generated answer has the right shape and still is none that the wizard would take.
                    "include-operation-id": "createSession",
                    "checks": {"positive_data_acceptance": {"expected-statuses": GOOD_STATUSES}},
                },
                {
                    # A generated file part has the right shape and is still no picture.
                    "include-operation-id": "createPersonalInformation",
                    "checks": {"positive_data_acceptance": {"expected-statuses": GOOD_STATUSES}},
                },
            ],
        }
    )


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Those of an integration's call to the whole application on SQLite, which serves from then on."""
    app = create_app(settings_for(tmp_path_factory.mktemp("schemathesis")))
    databases.migrate(app)
    served.app = app
    with app.app_context():
        return {"Authorization": f"Bearer {integrations.create('schemathesis')[1]}"}


schema = from_dict(specification(), config=configuration())
schema.app = served


@schema.parametrize()
def test_every_operation_does_what_the_document_says(case: schemathesis.Case, headers: dict[str, str]) -> None:
    assert case.call_and_validate(headers=headers).headers["x-request-id"]


@pytest.mark.usefixtures("headers")
def test_document_is_served_as_it_is_tested() -> None:
    assert served.app.test_client().get("/openapi.json").json == specification()

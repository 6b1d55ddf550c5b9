"""The test integration that is there after a start in local mode: for the demo page, and for developers' own calls."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from app.apis.authentication import Integration
from app.onboarding import integrations
from app.onboarding.embedding.registry import Registry, RegistryError

NAME, COUNTRY = "sandbox", "AR"
# Apart from the numbers that are counted: it is there before any other, and is none of them.
CLIENT_ID = 7000
TOKEN_FILE = "sandbox.token"
# The same computer by two names is two sites to a browser.
HOSTS = ("127.0.0.1", "localhost")
DEMO_PATH = "/embed/demo"


class Sandbox:
    """Makes the test integration and finds it again."""

    def __init__(self, *, instance: Path, registry: Registry) -> None:
        self.token_file, self.registry = instance / TOKEN_FILE, registry

    def prepare(self, port: int) -> None:
        """Have the integration there, its token in the instance folder, its pages those of this computer at `port`."""
        if self.find() is None:
            try:
                _made, token = integrations.create(NAME, country=COUNTRY, client_id=CLIENT_ID)
            except integrations.IntegrationError:
                # Another start on the same database was faster, or an operator has revoked it.
                return
            descriptor = os.open(self.token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{token}\n")
            self.registry.mark_test(NAME, is_test=True)
        # Who has started at very many ports removes some: nothing else depends on it.
        with suppress(RegistryError):
            for host in HOSTS:
                self.registry.add_origin(NAME, f"http://{host}:{port}")
                self.registry.add_return_url(NAME, f"http://{host}:{port}{DEMO_PATH}")

    def find(self) -> Integration | None:
        """The integration, unless it was revoked or never made."""
        found = (each for each in integrations.list_all() if each.name == NAME and each.revoked_at is None)
        return next(found, None)

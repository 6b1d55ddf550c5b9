"""The WSGI application, made from the environment's settings."""

import gc
import sys

# Loading makes a great many objects and hardly any garbage: looking for it meanwhile is a fifth of the start.
gc.disable()

from app import create_app  # noqa: E402
from app.config.rules import SettingsError  # noqa: E402
from app.onboarding.notices import NoticeError  # noqa: E402
from app.onboarding.reasons import ReasonError  # noqa: E402

try:
    app = create_app()
except (SettingsError, NoticeError, ReasonError) as error:
    sys.exit(f"Alta cannot start: {error}")

# What was loaded at the start lives for ever: the collector need not look at it again.
gc.collect()
gc.freeze()
gc.enable()

"""Property tests have no deadline: on a busy machine a slow example is not a fault."""

from hypothesis import settings

settings.register_profile("domain", deadline=None)
settings.load_profile("domain")

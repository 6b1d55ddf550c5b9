"""Embedding: the sessions API for an integration's server, and the frame for its pages."""

from __future__ import annotations

from flask import Flask


def register_embed(app: Flask) -> None:
    """Serve everything that embedding needs."""
    from app.embed import api, demo, doctor, element, frame, launch, logo

    assert all((demo, doctor, logo))

    api.register_api(app)
    frame.register_frame(app)
    launch.register_launch(app)
    element.register_element(app)

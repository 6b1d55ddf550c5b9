"""Addresses as QR codes, drawn into the page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """An address of ours as inline SVG."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(scale=4, border=3, svgclass="qr", lineclass=None, omitsize=True, dark="#111", light="#fff")
    return Markup(svg)  # noqa: S704 - drawn by segno from our own address, no text of a person in it

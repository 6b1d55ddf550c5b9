"""Owns a theme: the few things a team may change in Alta's look, checked for contrast (WCAG AA), and their CSS."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.domain.errors import AltaError

Scheme = Literal["auto", "light", "dark"]
Font = Literal["system", "serif", "rounded", "mono"]
AA = 4.5
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
FONTS: dict[str, str] = {
    "system": 'ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
    "serif": 'ui-serif, Georgia, Cambria, "Times New Roman", serif',
    "rounded": 'ui-rounded, "SF Pro Rounded", "Hiragino Maru Gothic ProN", Quicksand, Nunito, system-ui, sans-serif',
    "mono": 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
}
WIDEST_RADIUS = 24
# As in alta.css: what stands on the page, and the page's own ground, light and dark.
PAPER = {"light": "#ffffff", "dark": "#161c1a"}
ON_ACCENT = ("#ffffff", "#04261e")
SOFT_SHARE = 0.1
# Steps of lightness from black to white in which a colour that passes is looked for.
FINEST = 500


class ContrastError(AltaError):
    """A colour is too close to what it stands on; `nearest` passes and is as like it as can be.

    `ratio` is the least that it has: on its own tint; `on_paper` the one on white.
    """

    def __init__(self, colour: str, ratio: float, nearest: str) -> None:
        self.ratio, self.on_paper, self.nearest = ratio, contrast(colour, PAPER["light"]), nearest
        super().__init__(
            f"{colour} has a contrast of {ratio:.2f} to 1 on its own tint ({self.on_paper:.2f} on white), and {AA} is "
            f"the least. The nearest to pass is {nearest}."
        )


@dataclass(frozen=True, kw_only=True)
class Theme:
    """What a team chose; None where Alta's own look stays. `accent` is #rrggbb, `radius` in pixels."""

    scheme: Scheme = "auto"
    accent: str | None = None
    radius: int | None = None
    font: Font = "system"

    def css(self) -> str:
        """The custom properties of this theme as a style sheet; nothing where it changes nothing."""
        colours = _colours(self.accent) if self.accent is not None else {}
        rules = [f"--{name}: light-dark({light}, {dark})" for name, (light, dark) in colours.items()]
        if self.radius is not None:
            rules.append(f"--radius: {self.radius}px")
        if self.font != "system":
            rules.append(f"--font: {FONTS[self.font]}")
        if self.scheme != "auto":
            rules.append(f"color-scheme: {self.scheme}")
        return (_root(rules) if rules else "") + _for_older_browsers(colours)


def _colours(accent: str) -> dict[str, tuple[str, str]]:
    """The colours that follow from an accent, light and dark, by custom property."""
    light, dark = accent, nearest_passing(accent, "dark")
    return {
        "accent": (light, dark),
        "on-accent": (_on(light), _on(dark)),
        "accent-soft": (_soft(light, "light"), _soft(dark, "dark")),
    }


def _for_older_browsers(colours: dict[str, tuple[str, str]]) -> str:
    """The same for who cannot do light-dark(): as in alta.css, their pages are as dark as the device."""
    if not colours:
        return ""
    light, dark = (_root([f"--{name}: {pair[place]}" for name, pair in colours.items()]) for place in (0, 1))
    unless = "@supports not (color: light-dark(red, red))"
    return f"{unless} {{ {light}@media (prefers-color-scheme: dark) {{ {dark} }} }}\n"


def _root(rules: list[str]) -> str:
    return f":root {{ {'; '.join(rules)} }}\n"


def checked(theme: Theme) -> Theme:
    """`theme` if all of it can be read; raises ContrastError. For the dark scheme the accent is lightened by itself."""
    if theme.accent is not None:
        accent = theme.accent.lower()
        ratio = _least(accent, "light")
        if ratio < AA:
            raise ContrastError(accent, ratio, nearest_passing(accent, "light"))
    return theme


def least_contrast(colour: str, scheme: Literal["light", "dark"]) -> tuple[str, float]:
    """The accent as it is shown in a scheme, and the least contrast that it has there."""
    shown = colour.lower() if scheme == "light" else nearest_passing(colour, scheme)
    return shown, _least(shown, scheme)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=256)
def nearest_passing(colour: str, scheme: Literal["light", "dark"]) -> str:
    """The colour of the same hue that is nearest in lightness and can be read on that scheme's ground."""
    if _least(colour, scheme) >= AA:
        return colour.lower()
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    away = -1 if scheme == "light" else 1
    for step in range(1, FINEST + 1):
        moved = lightness + away * step / FINEST
        if not 0 <= moved <= 1:
            break
        candidate = _hex(colorsys.hls_to_rgb(hue, moved, saturation))
        if _least(candidate, scheme) >= AA:
            return candidate
    return "#000000" if scheme == "light" else "#ffffff"


def _least(colour: str, scheme: str) -> float:
    """The least contrast that a colour has where it is used: as text, as text on its own tint, and under text."""
    return min(contrast(colour, PAPER[scheme]), contrast(colour, _soft(colour, scheme)), contrast(colour, _on(colour)))


def _on(colour: str) -> str:
    return max(ON_ACCENT, key=lambda each: contrast(each, colour))


def _soft(colour: str, scheme: str) -> str:
    mixed = [SOFT_SHARE * a + (1 - SOFT_SHARE) * b for a, b in zip(_rgb(colour), _rgb(PAPER[scheme]), strict=True)]
    return _hex((mixed[0], mixed[1], mixed[2]))


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(rgb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

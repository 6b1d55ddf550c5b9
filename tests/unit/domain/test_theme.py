"""Themes: contrast as WCAG counts it, the nearest colour that passes, and their style sheet."""

from __future__ import annotations

import random
from typing import Literal

import pytest

from app.domain.theme import AA, ContrastError, Theme, checked, contrast, least_contrast, nearest_passing

GROUNDS = {"light": ("#ffffff", "#f4f6f4"), "dark": ("#161c1a", "#0e1311")}


def luminance(colour: str) -> float:
    """As WCAG 2.2 has it, worked out on our own."""
    total = 0.0
    for share, place in ((0.2126, 1), (0.7152, 3), (0.0722, 5)):
        part = int(colour[place : place + 2], 16) / 255
        total += share * (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
    return total


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, worked out on our own."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_what_wcag_says() -> None:
    for one, other, said in (("#000000", "#ffffff", 21), ("#767676", "#ffffff", 4.54), ("#777777", "#ffffff", 4.48)):
        assert round(contrast(one, other), 2) == said
    chance = random.Random(6)
    for _round in range(200):
        one, other = (f"#{chance.randrange(1 << 24):06x}" for _each in range(2))
        assert contrast(one, other) == pytest.approx(ratio(one, other), abs=1e-4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nearest_colour_passes_wherever_it_stands_and_is_near(scheme: Literal["light", "dark"]) -> None:
    chance = random.Random(7)
    for _round in range(300):
        colour = f"#{chance.randrange(1 << 24):06x}"
        near, least = nearest_passing(colour, scheme), least_contrast(nearest_passing(colour, scheme), scheme)[1]
        assert all(ratio(near, ground) >= AA for ground in GROUNDS[scheme]), (colour, near)
        assert least >= AA
        # What was lightened or darkened goes no further than it must.
        assert near == colour or least < AA + 0.15, (colour, near)


def test_colour_that_fails_is_refused_with_both_ratios() -> None:
    with pytest.raises(ContrastError, match=r"4\.02 to 1 on its own tint \(4\.54 on white\).*is #6d6d6d"):
        checked(Theme(accent="#767676"))
    assert checked(Theme(accent="#6D6D6D"))


def test_style_sheet_has_colours_for_older_browsers_too() -> None:
    assert Theme().css() == ""
    newer, older = Theme(accent="#7a3cff", radius=3, scheme="dark").css().split("@supports not ")
    assert newer.startswith(":root { --accent: light-dark(#7a3cff, #9d70ff); ")
    assert newer.endswith("; --radius: 3px; color-scheme: dark }\n")
    assert "{ :root { --accent: #7a3cff; " in older
    assert "@media (prefers-color-scheme: dark) { :root { --accent: #9d70ff; " in older

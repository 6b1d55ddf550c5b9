"""The face detector in the processes that use it: loaded once, shared by forks, one thread, memory that stays flat."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import cv2
import psutil
from PIL import Image

from app.pictures import faces
from app.pictures.intake import take_in
from app.pictures.verdict import Subject, examine, load
from tests.support.cards import card_jpeg, selfie_jpeg


def test_model_is_the_one_whose_origin_is_written_beside_it() -> None:
    about = (faces.MODEL.parent / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(faces.MODEL.read_bytes()).hexdigest() in about
    assert "Apache License" in (faces.MODEL.parent / "LICENSE").read_text(encoding="utf-8")


def test_model_is_loaded_once_and_works_in_one_thread() -> None:
    assert load() is load()
    assert cv2.getNumThreads() == 1


# A process loads, perhaps runs, then forks twice, as the supervisor does; the children and then it look at a photo.
FORKING = """
import io, os, sys
from PIL import Image
from app.pictures.verdict import Subject, examine, load
load()
picture = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")
def found():
    return len(examine(picture, Subject.SELFIE).figures.faces)
if sys.argv[1] == "run":
    assert found() == 1
children = []
for _ in range(2):
    child = os.fork()
    if not child:
        os._exit(40 + found())
    children.append(child)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], found())
"""


def test_forked_processes_share_a_loaded_model() -> None:
    for before in ("load only", "run"):
        run = subprocess.run(
            [sys.executable, "-c", FORKING, before],
            input=selfie_jpeg("front", seed=1),
            capture_output=True,
            check=True,
            timeout=60,
        )
        assert run.stdout.decode().strip() == "[41, 41] 1"


def test_photos_at_the_same_time_get_the_verdicts_they_get_alone() -> None:
    photos = [
        (Image.open(io.BytesIO(jpeg)).convert("RGB"), subject)
        for jpeg, subject in (
            (selfie_jpeg("front", seed=1), Subject.SELFIE),
            (card_jpeg("front", seed=2), Subject.DOCUMENT_FRONT),
            (selfie_jpeg("left", seed=2), Subject.SELFIE),
            (card_jpeg("back", seed=3), Subject.DOCUMENT_BACK),
        )
    ]
    alone = [examine(*photo) for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda photo: examine(*photo), photos * 3))
    assert together == alone * 3


def test_memory_stays_flat_over_200_photos() -> None:
    photos = [
        (selfie_jpeg("front", seed=1, size=(480, 640)), Subject.SELFIE),
        (card_jpeg("front", seed=2, size=(640, 480)), Subject.DOCUMENT_FRONT),
        (card_jpeg("back", seed=3, size=(640, 480)), Subject.DOCUMENT_BACK),
    ]
    process = psutil.Process(os.getpid())
    sizes = []
    for number in range(200):
        jpeg, subject = photos[number % len(photos)]
        take_in(jpeg, subject)
        sizes.append(process.memory_info().rss)
    # After the first fifty every buffer has been needed once.
    growth = max(sizes[150:]) - max(sizes[:50])
    assert growth < 8 * 2**20

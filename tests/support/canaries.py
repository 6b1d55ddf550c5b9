"""Owns a journey whose every answer is a canary, run as a process of its own so that its real logs can be read.

`python -m tests.support.canaries` takes its settings from the environment, and prints nothing but what the
application logs.
"""

from __future__ import annotations

import base64
import io
import re

from flask import Flask
from PIL import Image, PngImagePlugin

from app import create_app
from app.onboarding import integrations
from tests.support import deliveries
from tests.support.apis import form as record_form
from tests.support.barcodes import card_photo, text
from tests.support.databases import migrate
from tests.support.journey import Applicant, photo_for
from tests.support.quick import hasten, secrets_of
from tests.support.reader import read_all
from tests.support.rows import alter, one

ANSWERS = {
    "personal": {
        "first_name": "Quetzalina Canaria",
        "last_name": "Zorzalovich Wqx",
        "birthday-day": "27",
        "birthday-month": "3",
        "birthday-year": "1937",
        "nationality": "Uzbeko",
    },
    "identity": {"document_type": "passport", "document_number": "ZQX7391846"},
    "exposure": {
        "politically_exposed": "true",
        "exposure_relation": "own",
        "exposure_post": "Canarypostmaster",
        "exposure_body": "Canarybody of Wqz",
        "exposure_since-month": "3",
        "exposure_since-year": "2019",
    },
    "address": {
        "street": "Calle Zyxcanario",
        "street_number": "98761W",
        "extra": "Torre Wqjx",
        "city": "Villa Canarquez",
        "postal_code": "S2761XQW",
        "reference_point": "Junto al wqzkiosco",
    },
    "phone": {"phone_country": "AR", "phone_number": "011 15-6789-4321"},
}
WRONG = {
    "personal": {"first_name": "Wrongcanary99 Xqw\x01", "birthday-year": "19377"},
    "identity": {"document_type": "cuil", "document_number": "20-73918461-9"},
    "phone": {"phone_number": "wrongphonecanary"},
}
CARD = {"last_name": "CARDCANARIO", "first_name": "BARCODEMIRA", "dni": "73918465", "born": "28/04/1938", "cuil": ""}
FILE_NAME, COMMENT = "canaryfilename.jpg", "canarycomment of the camera"
PLAIN = (
    *(value for answers in ANSWERS.values() for value in answers.values() if len(value) > 5 and value != "passport"),
    "1937-03-27",
    "27/3/1937",
    "5491167894321",
    "1167894321",
    "Wrongcanary99",
    "20-73918461-9",
    "20739184619",
    "wrongphonecanary",
    FILE_NAME,
    COMMENT,
    "queryCanaryXq",
    "Requestcanary.Xqw",
    "METHODCANARYXQW",
    "Keycanary Xqw",
    "CARDCANARIO",
    "Barcodemira",
    "73918465",
    "1938-04-28",
    "28/04/1938",
)


def forms_of(text: str) -> set[bytes]:
    """The text in plain and in UTF-16, in the three alignments of base64 (both alphabets), and in hex."""
    forms: set[bytes] = set()
    for plain in (text.encode(), text.encode("utf-16-le"), text.upper().encode()):
        forms |= {plain, plain.hex().encode(), plain.hex().upper().encode()}
        for lead in range(3):
            whole = base64.b64encode(b"\0" * lead + plain)
            # The first and last groups also hold neighbours' bits: what is between them is the text's alone.
            core = whole[4 if lead else 0 : -4]
            forms |= {core, core.replace(b"+", b"-").replace(b"/", b"_")}
    return {form for form in forms if len(form) >= 6}


def marked_photo(slot: str) -> bytes:
    """A JPEG whose comment and description are canaries."""
    target = io.BytesIO()
    picture = Image.open(io.BytesIO(photo_for(slot)))
    exif = picture.getexif()
    exif[0x010E] = COMMENT
    picture.save(target, "JPEG", exif=exif, comment=COMMENT.encode())
    return target.getvalue()


def marked_png() -> bytes:
    """A PNG whose text chunk is a canary."""
    target, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_text("Comment", COMMENT)
    Image.open(io.BytesIO(photo_for("dni_selfie"))).save(target, "PNG", pnginfo=info)
    return target.getvalue()


def break_and_mend(app: Flask, applicant: Applicant) -> None:
    """Post canaries while the database refuses: every page of it is an error of ours."""
    secrets = secrets_of(applicant.get("/apply/personal"))
    for table in ("answers", "browser_sessions"):
        alter(app, f"ALTER TABLE {table} RENAME TO away")
        for step, given in ANSWERS.items():
            page = applicant.send({**secrets, **given}, path=f"/apply/{step}", follow=False)
            assert page.status == 500, page.status
        applicant.browser.get("/apply/personal?first_name=queryCanaryXq")
        alter(app, f"ALTER TABLE away RENAME TO {table}")


def keep_aside(app: Flask, moment: str) -> None:
    """Copy SQLite's files as they are now: the write-ahead log goes when the last connection closes."""
    instance = app.extensions["alta"].settings.instance
    aside = instance.parent / f"aside-{moment}"
    aside.mkdir()
    for path in instance.glob("alta.sqlite3*"):
        (aside / path.name).write_bytes(path.read_bytes())


def journey(app: Flask) -> None:
    """Refusals, failures, saving half-way, photos, sending, delivery, and calls of the APIs."""
    photos = {"front_document": card_photo(text(**CARD)), "back_document": marked_photo("back_document")}
    selfies = {"dni_selfie": marked_png()}
    applicant = Applicant(app)
    applicant.start("AR")
    secrets = secrets_of(applicant.page)
    for step in ("personal",):
        applicant.send({**secrets, **ANSWERS[step], **WRONG[step], "save": "1"}, path=f"/apply/{step}")
    hasten(applicant, "AR", answers={**ANSWERS, "document": photos, "selfies": selfies})
    assert read_all(app)["front_document"] == "read"
    asked = re.findall(r'name="settle" value="([^"]+)"', applicant.get("/apply/review").html)
    assert applicant.send({"settle": asked[0]}).path == "/apply/review"
    keep_aside(app, "filled")
    for step, given in WRONG.items():
        assert applicant.send({**secrets_of(applicant.get(f"/apply/{step}")), **given}).status == 422
        applicant.get(f"/apply/{step}?x=queryCanaryXq")
    upload = {**secrets_of(applicant.get("/apply/selfies")), "file": (io.BytesIO(marked_photo("selfie_1")), FILE_NAME)}
    assert applicant.browser.post("/apply/photos/selfie_1", data=upload).status_code == 200
    refused = {**secrets_of(applicant.page), "file": (io.BytesIO(COMMENT.encode()), FILE_NAME)}
    assert applicant.browser.post("/apply/photos/selfie_1", data=refused).status_code == 422
    break_and_mend(app, applicant)
    applicant.get("/apply/save")
    applicant.send({})
    keep_aside(app, "saved")
    assert applicant.submit().path == "/apply/status"
    deliver(app)
    keep_aside(app, "delivered")


def deliver(app: Flask) -> None:
    """Deliver, then call the APIs as an integration would, well and badly."""
    assert set(deliveries.deliver(app).values()) == {"delivered"}
    submission_id = one(app, "SELECT id FROM submissions")
    with app.app_context():
        token = integrations.create("canaries")[1]
    browser, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    body = {**ANSWERS["personal"], **ANSWERS["identity"], "birthday": "1937-03-27"}
    for form in ({"json": body}, {"data": body}, {"data": "{" + str(body)}):
        browser.post("/internal/v1/clients/personal_informations", headers=headers, **form)
    for keyed in ("x-stone-idempotency-key", "Idempotency-Key"):
        headers[keyed] = "Keycanary Xqw"
    assert browser.post("/api/v1/storage/canaryfilename.jpg", headers=headers).status_code == 200
    record = record_form(**{name: text for name, text in body.items() if name in record_form()})
    assert browser.post("/internal/v1/clients/personal_informations", headers=headers, data=record).status_code == 200
    browser.open("/apply/start", method="METHODCANARYXQW", headers={"X-Request-Id": "Requestcanary.Xqw"})
    browser.get(f"/api/v1/users/{submission_id}/kyc/request", headers=headers)
    answers = {"answers": [{"check_id": "x", "value": ANSWERS["address"]}]}
    browser.post(f"/api/v1/users/{submission_id}/kyc/answer", headers=headers, json=answers)


def main() -> None:
    """Run the journey on the application that the environment describes."""
    app = create_app()
    migrate(app)
    journey(app)


if __name__ == "__main__":
    main()

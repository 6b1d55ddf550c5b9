"""Plays one person who fills in an application, through the use cases that the wizard's pages call."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from flask_babel import force_locale
from PIL import Image

from app.demo import prints
from app.demo.clock import PlayedClock
from app.demo.faces import Pose, selfie
from app.demo.people import Person
from app.demo.photographs import photograph
from app.forms.base import formdata_from
from app.forms.context import StepContext
from app.journey import REVIEW, Journey
from app.onboarding.draft import Draft
from app.onboarding.drafts import Agreement
from app.onboarding.readings import SLOTS as READ_SLOTS
from app.onboarding.staff.members import StaffMember
from app.steps.base import Step
from app.steps.exposure import legal_kind
from app.steps.income import value_of
from app.store.db import read
from app.wiring import Services

CONSENTS = ("privacy", "biometric")
ADDRESS = "192.0.2.7"
LONGER_AND_SHORTER, STRETCH, SHADE = (820, 615), (0.9, 1.15), 0.3
# What pictures of all these sizes are cut from.
STOCK, SELFIE_STOCK = (944, 708), (567, 756)
POSES: Mapping[str, Pose] = {"selfie_1": "front", "selfie_2": "left", "selfie_3": "right", "dni_selfie": "document"}
KINDS = ("CNH", "RG", "CIN")
# Seconds that people spend on a step, about.
SECONDS = {"personal": 55, "identity": 20, "exposure": 25, "address": 60, "phone": 15, "income": 10}
PHOTO_SECONDS, TAKING_OVER_SECONDS = 22, 1800
# What people get wrong, how many of them, and how long they take to read what is said of it.
SLIPS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "personal": ({"birthday-year": "90"}, {"birthday-month": "13"}, {"last_name": ""}),
    "identity": ({"document_number": "1234567890"}, {"document_number": ""}),
    "exposure": ({"politically_exposed": ""},),
    "address": ({"postal_code": "12"}, {"street_number": ""}, {"state": ""}),
    "phone": ({"phone_number": "4555"}, {"phone_number": ""}),
    "income": ({"total_income_range": ""},),
}
SLIP_SHARE, SLIP_SECONDS = 0.2, 15
# How many photos are blurred at first, by how many pixels, and every how many people insist on a blurred one.
BAD_SHARE, BLUR, STUBBORN_EVERY = 0.12, 4.0, 23


class Applicant:
    """One of the demo's people at work; `draft` is the application as it stands."""

    def __init__(self, services: Services, clock: PlayedClock, person: Person) -> None:
        self.services, self.clock, self.person = services, clock, person
        self.chance = np.random.default_rng((person.number, 17))
        self.draft: Draft
        self._takes = 0

    def begin(self, application_id: str) -> None:
        """Agree to the texts and start."""
        drafts, of = self.services.drafts, self.person
        token = drafts.begin(of.country, of.language, self._agreements(), application_id=application_id)
        self.draft = drafts.load(token)

    def begin_with(self, agent: StaffMember, way: str, application_id: str) -> None:
        """Have an agent start, who gives what an agent may: in a branch, or on the phone."""
        helping, of = self.services.helping.assistances, self.person
        assistance_id = helping.begin(
            agent,
            country=of.country,
            language=of.language,
            way=way,
            integration=None,
            address=ADDRESS,
            application_id=application_id,
        )
        found = helping.load(agent, assistance_id, address=ADDRESS)
        assert found is not None, "it was just begun"
        self.draft = found

    def take_over(self) -> None:
        """Agree, and go on oneself where an agent has given what an agent may."""
        self.clock.wait(TAKING_OVER_SECONDS * self._pace())
        self.resume()
        self.services.drafts.agree(self.draft, self._agreements())
        self.resume()

    def resume(self) -> None:
        """See the application as it stands now."""
        with read() as connection:
            found = self.services.drafts.load_by_id(connection, self.draft.id)
        assert found is not None, "the demo's applications are not purged while it runs"
        self.draft = found

    def walk(self, *, until: str = REVIEW) -> bool:
        """Answer each step that is open in turn, but none from `until` on; whether that step was come to."""
        while (key := self._journey().furthest) not in (REVIEW, until):
            step = self._journey().step(key)
            assert step is not None, "the furthest step is one that applies"
            self._answer(step)
        return key == until != REVIEW

    def send(self) -> None:
        """Look everything over and send it."""
        self.clock.wait(40 * self._pace())
        self.resume()
        with force_locale(self.person.language):
            self.services.submission.submit(self.draft, self.person.language)

    def _agreements(self) -> list[Agreement]:
        texts = [self.services.notices.get(kind, self.person.language) for kind in CONSENTS]
        return [
            Agreement(kind=text.kind, version=text.version, text_hash=text.text_hash, language=text.language)
            for text in texts
        ]

    def _journey(self) -> Journey:
        return self.services.drafts.journey(self.draft)

    def _pace(self) -> float:
        """How this person's time for something compares with other people's."""
        return float(self.chance.lognormal(0, 0.5))

    def _answer(self, step: Step) -> None:
        self.clock.wait(SECONDS.get(step.key, 5) * self._pace())
        # Of photos that are asked again, only those.
        for slot in self.draft.reopened.get(step.key, {}).get("photos") or step.slots(self._journey().context):
            self._take(slot)
        context = self._journey().context
        if self.chance.random() < SLIP_SHARE and step.key in SLIPS:
            self._slip(step, context)
        with force_locale(self.person.language):
            form = step.bind(context, formdata_from(self._answers(step, context)))
            assert form.validate(), (step.key, list(form.faults()))
            self.draft = self.services.drafts.save(self.draft, step, context, form)

    def _slip(self, step: Step, context: StepContext) -> None:
        """Send something wrong at first, and read what is said of it."""
        slips = SLIPS[step.key]
        wrong = slips[int(self.chance.integers(len(slips)))]
        with force_locale(self.person.language):
            form = step.bind(context, formdata_from({**self._answers(step, context), **wrong}))
            assert not form.validate(), (step.key, wrong)
            self.services.counts.refused(self.draft, step.key, form.sources())
        self.clock.wait(SLIP_SECONDS * self._pace())

    def _answers(self, step: Step, context: StepContext) -> Mapping[str, str]:
        if step.key == "exposure":
            return {**self.person.exposure(), "text_hash": context.legal[legal_kind(context.country)].text_hash}
        if step.key == "income":
            ranges = context.income_ranges
            return {"total_income_range": value_of(ranges[int(self.chance.integers(len(ranges)))])}
        if step.key == "document":
            return {"document_kind": KINDS[self.person.number % len(KINDS)]} if self.person.country == "BR" else {}
        return {} if step.key == "selfies" else self.person.answers(step.key)

    def _take(self, slot: str) -> None:
        """Take a photo until it is good, or until the person may and does use one that is not."""
        stubborn = slot == "front_document" and self.person.number % STUBBORN_EVERY == 3
        bad = 2 if stubborn else int(self.chance.random() < BAD_SHARE)
        for _try in range(bad):
            self._store(slot, blurred=True)
        if not stubborn:
            self._store(slot)
        while not self.draft.photos[slot].serves:
            kept = self.services.photos.keep(self.draft, slot)
            assert kept is not None, "it was just stored"
            self.draft.photos[slot] = kept
            if not kept.serves:
                self._store(slot)

    def _store(self, slot: str, *, blurred: bool = False) -> None:
        self.clock.wait(PHOTO_SECONDS * self._pace())
        self._takes += 1
        photo = io.BytesIO(self._picture(slot, BLUR if blurred else 0.0))
        self.draft.photos[slot] = self.services.photos.store(self.draft, slot, photo)
        photo_id, readings = self.draft.photos[slot].id, self.services.readings
        if slot in READ_SLOTS and readings.reads(self.person.country):
            # There is nothing to be read on the other side or in a blur, which would take longest to find out.
            (readings.give_up if blurred or slot == "back_document" else readings.read_photo)(photo_id)

    @cached_property
    def _card(self) -> Image.Image:
        return prints.front(self.person)

    def _picture(self, slot: str, blur: float) -> bytes:
        number, chance = self.person.number, np.random.default_rng((self.person.number, self._takes, 41))
        # Of other proportions each, or some would be taken for the same picture as somebody else's.
        width, height = (int(side * chance.uniform(*STRETCH)) for side in LONGER_AND_SHORTER)
        if slot in POSES:
            held = self._card if POSES[slot] == "document" else None
            face = float(chance.uniform(0.78, 1.12))
            return selfie(
                POSES[slot],
                seed=number,
                take=self._takes,
                size=(height * 4 // 5, width * 4 // 5),
                face=face,
                blur=blur,
                detail=prints.DETAIL,
                held=held,
                stock=SELFIE_STOCK,
            )
        printed = prints.back(self.person) if slot == "back_document" else self._card
        turn, cover = float(chance.uniform(-6, 6)), float(chance.uniform(0.74, 0.82))
        return photograph(
            printed, chance, size=(width, height), cover=cover, turn=turn, blur=blur, shade=SHADE, stock=STOCK
        )

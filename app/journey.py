"""The journey: which steps apply, which may be entered, what comes next, and the Application that the answers make.

Pure and derived: progress is found by walking the steps while each is answered; nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.application import Application
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.steps import STEPS
from app.steps.base import Step

REVIEW = "review"


class IncompleteError(Exception):
    """A step is unanswered, or its saved answers no longer pass: the person is led there."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(step.key)


@dataclass(frozen=True)
class Progress:
    """Where a page stands: its number, counted from 1, of how many; review is the last."""

    number: int
    total: int


class Journey:
    """The steps of one application as its context stands now.

    `reopened` maps each step that is asked again to whether it has been answered since; where it is not empty, only
    those steps are open. The step that the person chose to begin with comes first. Steps that `leaves` names are
    somebody else's to answer: whoever goes this journey passes over them, but they belong to the Application.
    `vouched` are the storage names of answers that a team vouches for: while such a step is answered, it is passed
    over; review leads to it all the same.
    """

    def __init__(
        self,
        context: StepContext,
        *,
        reopened: Mapping[str, bool] | None = None,
        leaves: Callable[[Step, StepContext], bool] | None = None,
        vouched: Collection[str] = (),
        steps: tuple[Step, ...] = STEPS,
    ) -> None:
        self.context = context
        self.vouched = vouched
        self.reopened = dict(reopened or {})
        applying = [step for step in steps if step.applies(context)]
        if context.first_step:
            applying.sort(key=lambda step: step.key != context.first_step)
        self.everything = tuple(applying)
        wanted = [step for step in applying if self._is_asked(step)] if self.reopened else applying
        self.left = tuple(step for step in wanted if leaves(step, context)) if leaves else ()
        self.steps = tuple(step for step in wanted if step not in self.left) if self.left else tuple(wanted)
        self._by_key = {step.key: step for step in self.steps}

    def _is_asked(self, step: Step) -> bool:
        """Whether an application that is asked again wants this step: it is named, or is no longer as it should be.

        Such as a second side once a passport is no longer the document, or a declaration on a list that has changed.
        """
        return step.key in self.reopened or not step.answered(self.context) or not step.saved(self.context).validate()

    def step(self, key: str) -> Step | None:
        """The open step named `key`, if it applies."""
        return self._by_key.get(key)

    def answered(self, step: Step) -> bool:
        """Whether `step` needs nothing more."""
        return step.answered(self.context) and self.reopened.get(step.key, True)

    @property
    def furthest(self) -> str:
        """Key of the first step that wants an answer, or of review."""
        return next((step.key for step in self.steps if not self.answered(step)), REVIEW)

    def is_all_but(self, step: Step) -> bool:
        """Whether nothing is open besides `step`, so that review follows it."""
        return all(self.answered(each) for each in self.steps if each is not step)

    def may_enter(self, key: str) -> bool:
        """Whether the page may be shown: every step before it is answered."""
        furthest = self.furthest
        if key == REVIEW or furthest == REVIEW:
            return key == furthest or key in self._by_key
        keys = [step.key for step in self.steps]
        return key in keys and keys.index(key) <= keys.index(furthest)

    def is_passed_over(self, step: Step) -> bool:
        """Whether a team vouches for the step's answers, so that its page is not shown on the way."""
        if not self.vouched or self.reopened:
            return False
        return step.storage_name(self.context) in self.vouched and step.answered(self.context)

    def following(self, key: str) -> str:
        """Key of the page after `key`."""
        keys = self._pages(key)
        return keys[keys.index(key) + 1]

    def previous(self, key: str) -> str | None:
        """Key of the page before `key`, if any."""
        keys = self._pages(key)
        place = keys.index(key)
        return keys[place - 1] if place else None

    def progress(self, key: str) -> Progress:
        """Where the page `key` stands."""
        keys = self._pages(key)
        return Progress(keys.index(key) + 1, len(keys))

    def _pages(self, key: str) -> list[str]:
        """The pages on the way, `key` among them, and review."""
        return [*(step.key for step in self.steps if step.key == key or not self.is_passed_over(step)), REVIEW]

    def checked(self) -> list[tuple[Step, StepForm]]:
        """Every applying step with its form, all checked again; raises IncompleteError at the first that fails."""
        forms = []
        for step in self.everything:
            form = step.saved(self.context)
            if not self.answered(step) or not form.validate():
                raise IncompleteError(step)
            forms.append((step, form))
        return forms

    def assemble(self) -> Application:
        """The Application that all answers make; raises IncompleteError."""
        parts: dict[str, Any] = {
            "person": None,
            "identity": None,
            "exposure": None,
            "address": None,
            "phone": None,
            "income": None,
            "document": None,
            "dni_selfie": None,
            "selfies": (),
        }
        for step, form in self.checked():
            parts.update(step.contribute(form))
        return Application(
            id=self.context.application_id,
            reference=self.context.reference,
            country=self.context.country.code,
            language=self.context.language,
            **parts,
        )

"""What an agent reads aloud on the phone: each question in the person's language, and numbers back in groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.read_back import groups
from app.forms.base import StepForm
from app.journey import Journey
from app.onboarding.draft import Draft
from app.steps.base import Step
from app.web import languages
from app.wiring import services
from app.words import gettext as _

SILENT = ("hidden", "kept", "photo")


@dataclass(frozen=True, kw_only=True)
class Aloud:
    """The words for one question, and the answers to offer with it."""

    words: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadBack:
    """One answer to say back: a number in groups, anything else as it is."""

    label: str
    value: str
    groups: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is said on one page, in the person's language (`tag`): a greeting, the read-back, then each question.

    `questions` are by the field's name.
    """

    tag: str
    greeting: str
    read_back: tuple[ReadBack, ...]
    read_back_words: str
    right_words: str
    questions: dict[str, Aloud]


def script_for(draft: Draft, journey: Journey, step: Step, *, agent: str) -> Script:
    """What to say on the page of a step."""
    previous = journey.previous(step.key)
    before = journey.step(previous) if previous else None
    said = read_back_only(draft, journey, before)
    with languages.within(draft.language):
        form = step.bind(journey.context, None)
        return replace(
            said,
            greeting="" if before else _greeting(agent),
            questions={field.name: _aloud(field) for field in form if field.kind not in SILENT},
        )


def read_back_only(draft: Draft, journey: Journey, step: Step | None) -> Script:
    """What to say after a step, where no question follows."""
    with languages.within(draft.language):
        return Script(
            tag=languages.html_language(draft.language, draft.country),
            greeting="",
            read_back=read_back(draft, journey, step) if step else (),
            read_back_words=_("Let me read it back to you:"),
            right_words=_("Is that right?"),
            questions={},
        )


def read_back(draft: Draft, journey: Journey, step: Step) -> tuple[ReadBack, ...]:
    """What was answered in a step, as it is said back, in the language of the moment."""
    form: StepForm = step.saved(journey.context)
    if step.storage_name(journey.context) not in draft.answers or not form.validate():
        return ()
    rows = [(str(row.label), str(row.value)) for row in step.summary(form) if any(c.isdigit() for c in str(row.value))]
    return tuple(ReadBack(label=label, value=value, groups=groups(value)) for label, value in rows)


def farewell(draft: Draft) -> str:
    """What to say when the agent's part is done, in the person's language."""
    with languages.within(draft.language):
        return _(
            "That was my part, thank you. I am sending you a link: it asks for your birth date, and then you agree, "
            "make your declarations, take the photos and send your application. Nobody else can do that for you."
        )


def _greeting(agent: str) -> str:
    return _(
        "Good day, I am %(agent)s of %(controller)s. I ask you some questions and fill in the answers for you; it "
        "takes about four minutes. You can end this at any time. Is that all right with you?",
        agent=agent,
        controller=services().settings.controller,
    )


def _aloud(field: object) -> Aloud:
    asked: str = str(getattr(field, "say", "")) or _("Could you tell me, please: %(what)s?", what=str(field.label.text))  # type: ignore[attr-defined]
    if not getattr(field, "required", True):
        asked = " ".join((asked, _("If not, we leave it empty.")))
    choices = getattr(field, "choices", ()) if getattr(field, "kind", "") == "radio" else ()
    return Aloud(words=asked, choices=tuple(str(label) for _value, label in choices))

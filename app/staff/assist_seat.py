"""Where an agent sits before the wizard's pages of a person they help: own addresses, own frame, the person's draft."""

from __future__ import annotations

from typing import Any

from flask import abort, g

from app.journey import REVIEW, Journey
from app.onboarding.draft import Draft
from app.onboarding.hands import BRANCH
from app.staff.assist_script import Script, script_for
from app.staff.guard import me, source
from app.steps.base import Step
from app.web.addresses import STAFF_PREFIX, Addresses
from app.web.guard import Seat
from app.wiring import services

PREFIX = f"{STAFF_PREFIX}/assist"


class AgentAddresses(Addresses):
    """The wizard's addresses under one assistance; what only a person does leads back to its overview."""

    def home(self) -> str:
        """The overview."""
        return self.prefix

    def start(self, **query: str) -> str:
        """An agent changes neither country nor consents: the overview."""
        return self.prefix

    def step(self, key: str, **query: str) -> str:
        """A step's page; after the last one, the overview."""
        return self.prefix if key == REVIEW else super().step(key, **query)

    def review(self, **query: str) -> str:
        """The overview shows what was given."""
        return self.prefix

    def status(self) -> str:
        """Once it was sent, the help is over: the overview says so."""
        return self.prefix

    def save(self) -> str:
        """What was given is saved."""
        return self.prefix

    def link_to_part(self) -> str:
        """Where the link for the person is made."""
        return self._address("/link")

    def end(self) -> str:
        """Where the agent hands back."""
        return self._address("/end")


class AgentSeat(Seat):
    """An agent, whom the console has let in and who has been found to help with this draft."""

    layout = "staff/assist/wizard.html"
    is_agents = True

    def __init__(self, draft: Draft) -> None:
        self.draft = draft

    @property
    def secret(self) -> str:
        """Of this assistance: its agent sees a phone's link again in any browser."""
        assert self.draft.help is not None
        return services().keyring.fingerprint(self.draft.help.id, "assistance.handoff")

    def load(self) -> Draft:
        """The draft that was found."""
        return self.draft

    def require_known(self) -> None:
        """The console did."""

    def require_awake(self, draft: Draft) -> None:
        """The console did."""

    def note_presence(self, draft: Draft) -> None:
        """The person is not here."""

    def language(self, draft: Draft) -> str:
        """The person's: what is answered in words, such as a nationality, is theirs to read."""
        return draft.language

    def heading(self, step: Step) -> tuple[Any, Any]:
        """What it is about: the person is not spoken to here."""
        return step.name, ""

    def script(self, draft: Draft, journey: Journey, step: Step) -> Script | None:
        """The words for the person on the phone; in a branch they are there to read the screen."""
        if draft.help is None or draft.help.way == BRANCH:
            return None
        return script_for(draft, journey, step, agent=draft.help.name)

    def chosen_language(self) -> str | None:
        """None: an agent's language is no concern of the person's."""
        return None


def sit(assistance: str) -> Draft:
    """Sit down before the pages of one of one's own assistances; anybody else's is not there.

    Raises AssistanceOverError where it has ended.
    """
    draft = services().helping.assistances.load(me(), assistance, address=source())
    if draft is None:
        abort(404)
    g.seat, g.draft, g.addresses = AgentSeat(draft), draft, AgentAddresses(f"{PREFIX}/{assistance}")
    return draft


def is_left(journey: Journey, key: str) -> bool:
    """Whether the step is the person's own."""
    return any(step.key == key for step in journey.left)

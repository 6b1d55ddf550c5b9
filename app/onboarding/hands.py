"""Owns whose hand fills in an application, the person's own or an agent's for them, and what it leaves to the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from app.forms.context import StepContext
from app.steps.base import Step

# How an agent's help comes about; what is given over a rescue comes in like over the phone.
BRANCH, PHONE, RESCUE = "branch", "phone", "rescue"


def is_persons_part(step: Step, context: StepContext) -> bool:
    """Whether a step is a declaration or photos: what a person gives themselves, wherever they are helped from."""
    return step.only_person or bool(step.slots(context))


@dataclass(frozen=True, kw_only=True)
class Hand:
    """The person's own hand, for all of the application.

    `given_by` is the id of the staff member who gives answers for the person, "" for the person; `channel`
    over what theirs come in; `takes_photos`: photos may come from it.
    """

    given_by: str = ""
    channel: str = ""
    takes_photos: bool = True

    @property
    def is_agents(self) -> bool:
        """Whether somebody of the staff fills in."""
        return bool(self.given_by)

    def leaves(self, step: Step, context: StepContext) -> bool:
        """Whether the step is somebody else's to answer."""
        return False

    def vouch(self, connection: Connection) -> None:
        """Say, within the transaction that writes, that this hand may write still; raises AssistanceOverError."""

    def sign(self, connection: Connection, what: str) -> None:
        """Note in the record that this hand gave `what`, where that is to be noted."""


@dataclass(frozen=True, kw_only=True)
class PersonsPart(Hand):
    """The person's own hand, for what nobody can give for them: the rest an agent fills in."""

    def leaves(self, step: Step, context: StepContext) -> bool:
        """Everything but declarations and photos."""
        return not is_persons_part(step, context)


@dataclass(frozen=True, kw_only=True)
class AgentsHand(Hand):
    """An agent's hand. Photos it gives only where the person is there, and has agreed to their use."""

    checked: Callable[[Connection], None]
    noted: Callable[[Connection, str], None]

    def leaves(self, step: Step, context: StepContext) -> bool:
        """Declarations, and photos unless the agent may take them."""
        return is_persons_part(step, context) and (step.only_person or not self.takes_photos)

    def vouch(self, connection: Connection) -> None:
        """Only while the assistance lasts."""
        self.checked(connection)

    def sign(self, connection: Connection, what: str) -> None:
        """Everything that an agent gives is in the record."""
        self.noted(connection, what)


OWN, PART = Hand(), PersonsPart()

"""The identity step: which document the person has, and its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.application import Identity
from app.domain.document_reading import DocumentReading, number_said
from app.domain.errors import Notice
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import ChoiceField, StepField
from app.steps.base import Row, Step
from app.words import lazy_gettext as _l
from app.words import translated


class DocumentNumberField(StepField):
    """A number that is read by the rule of the document type chosen beside it."""

    def understand(self, form: Any) -> str:
        """The normalised number; any text while no type is chosen, since that is the fault to mend."""
        document_type = form.chosen_type()
        return document_type.normalise(self.data) if document_type else self.data


class KnownNumberField(StepField):
    """A DNI given before another document was chosen: kept to compare, never asked, never posted."""

    kind = "kept"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Nothing is read from a post."""
        self.process_errors, self.errors, self.data = [], (), ""

    def prepare(self, context: StepContext) -> None:
        """The DNI among the answers saved before."""
        saved = context.answers.get(STEP.storage_name(context), {})
        is_dni = saved.get("document_type") == "dni"
        self.data = saved.get("document_number", "") if is_dni else saved.get(self.name, "")


class IdentityForm(StepForm):
    """Document type and number."""

    document_type = ChoiceField(
        _l("Document"),
        missing=_l("Choose the document you have"),
        say=_l("Which of these documents do you have at hand?"),
    )
    document_number = DocumentNumberField(
        _l("Number"),
        hint=_l("With or without dots and dashes"),
        missing=_l("Enter the document's number"),
        say=_l("Could you read me its number, slowly, digit by digit?"),
        maximum=40,
    )
    known_dni = KnownNumberField(required=False)

    def prepare(self, context: StepContext) -> None:
        """Offer the country's documents."""
        self.document_type.choices = [(kind.key, translated(kind.label)) for kind in context.country.document_types]

    def chosen_type(self) -> Any:
        """The profile's document type, or nothing while none is chosen."""
        types = {kind.key: kind for kind in self.context.country.document_types}
        return types.get(self.document_type.data)

    def notices(self) -> tuple[Notice, ...]:
        """What does not fit with a number given before."""
        others: Mapping[str, str] = {"dni": self.known_dni.data} if self.known_dni.data else {}
        return self.context.country.identity_warnings(self.document_type.clean, self.document_number.clean, others)


def contribute(form: Any) -> dict[str, Any]:
    """The Application's identity."""
    return {"identity": Identity(document_type=form.document_type.clean, document_number=form.document_number.clean)}


def summary(form: Any) -> list[Row]:
    """Rows for review."""
    document_type = form.chosen_type()
    number = form.document_number
    return [Row(translated(document_type.label), document_type.display(number.clean), number.name)]


def from_document(context: StepContext, reading: DocumentReading) -> dict[str, str]:
    """The document's number, of the type that was chosen before if it has one."""
    saved = context.answers.get(STEP.storage_name(context), {})
    said = number_said(reading, saved.get("document_type", ""))
    return dict(zip(("document_type", "document_number"), said, strict=True)) if said else {}


STEP = Step(
    key="identity",
    title=_l("Your document"),
    name=_l("Identity document"),
    lead=_l("The number that identifies you."),
    form=lambda _context: IdentityForm,
    contribute=contribute,
    summary=summary,
    from_document=from_document,
    by_country=True,
)

"""The document step: photos of the identity document's front and back, or a passport's page."""

from __future__ import annotations

from typing import Any

from app.domain.application import DocumentPhotos
from app.domain.likeness import same_picture
from app.forms.base import StepForm
from app.forms.context import StepContext
from app.forms.fields import ChoiceField
from app.forms.photos import PhotoField
from app.steps.base import Row, Step
from app.words import gettext, translated
from app.words import lazy_gettext as _l

PASSPORT = "PASSPORT"


def identity_is_passport(context: StepContext) -> bool:
    """Whether the identity step was answered with a passport."""
    identity = context.answers.get(f"identity:{context.country.code}", {})
    return identity.get("document_type") == "passport"


def document_kind(context: StepContext) -> str:
    """The kind of document in the photo, as saved, or as the identity step tells where it is not asked."""
    if not context.country.document_kinds:
        return PASSPORT if identity_is_passport(context) else context.country.default_document_kind
    saved = context.answers.get(STEP.storage_name(context), {}).get("document_kind", "")
    return saved or (PASSPORT if identity_is_passport(context) else "")


def slots(context: StepContext) -> tuple[str, ...]:
    """The photos wanted: a passport has one page."""
    return ("front_document",) if document_kind(context) == PASSPORT else ("front_document", "back_document")


class KindForm(StepForm):
    """Which document it is; declared before the photos, as fields are shown in the order of their declaration."""

    document_kind = ChoiceField(_l("Which document is in the photo?"), missing=_l("Choose the document"))


class PhotosForm(StepForm):
    """Front and back of a document of which the identity step tells the kind; the back is left out for a passport."""

    front_document = PhotoField(_l("Front side"), missing=_l("Add the photo of the front"))
    back_document = PhotoField(
        _l("Back side"), missing=_l("Add the photo of the back"), only_when=lambda form: form.kind() != PASSPORT
    )

    def prepare(self, context: StepContext) -> None:
        """A passport's page is named as what it is; the same picture twice is remarked on without blocking."""
        front, back = self.front_document, self.back_document
        if self.kind() == PASSPORT:
            front.label.text = _l("Page with your photo")
            front.missing = _l("Add the photo of the page with your portrait")
        elif front.photo and back.photo and same_picture(front.photo, back.photo):
            back.remark = gettext("Both are the same picture: turn the document over and take its other side.")

    def kind(self) -> str:
        """The kind of document that the identity step tells."""
        return document_kind(self.context)


class PassportForm(PhotosForm):
    """The one page of a passport."""

    back_document = None  # type: ignore[assignment]  # WTForms' way to leave a field of the base out


class AskedKindForm(PhotosForm, KindForm):
    """The same where the person says which of the country's documents it is."""

    def prepare(self, context: StepContext) -> None:
        """Offer the country's kinds."""
        field = self.document_kind
        field.choices = [(kind.value, translated(kind.label)) for kind in context.country.document_kinds]
        field.data = field.data or document_kind(context)
        super().prepare(context)

    def kind(self) -> str:
        """The kind as posted or known."""
        return str(self.document_kind.data)


def form_for(context: StepContext) -> type[StepForm]:
    """The form that asks for what the country and the document want."""
    if context.country.document_kinds:
        return AskedKindForm
    return PassportForm if document_kind(context) == PASSPORT else PhotosForm


def contribute(form: Any) -> dict[str, Any]:
    """The Application's document photos; a passport's page is sent as both."""
    front = form.front_document.photo.id
    back = front if form.kind() == PASSPORT else form.back_document.photo.id
    return {"document": DocumentPhotos(kind=form.kind(), front=front, back=back)}


def summary(form: Any) -> list[Row]:
    """Rows for review: the kind where it was asked; the photos are shown as pictures."""
    if "document_kind" not in form:
        return []
    field = form.document_kind
    return [Row(_l("Document in the photo"), field.label_of(field.clean), field.name)]


STEP = Step(
    key="document",
    title=_l("Photos of your document"),
    name=_l("Photos of the document"),
    lead=_l("Lay it on a dark surface, in good light and without reflections."),
    template="wizard/steps/document.html",
    form=form_for,
    contribute=contribute,
    summary=summary,
    slots=slots,
    by_country=True,
    field_types=("document_photo",),
)

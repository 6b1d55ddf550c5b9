"""The comparison: the same questions as a session wizard of django-formtools, sessions in the database.

`python -m tests.bench.django_wizard` makes its tables.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from sqlalchemy import make_url

from app.domain.errors import InvalidError
from tests.bench.questions import PAGES, Page, Question, settle

DATABASE = os.environ["BENCH_DATABASE"]


def database() -> dict[str, Any]:
    """Django's words for the database: connections kept open, SQLite as Alta sets it."""
    if not DATABASE.startswith("postgresql:"):
        pragmas = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
        options = {"init_command": pragmas, "transaction_mode": "IMMEDIATE", "timeout": 10}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE, "OPTIONS": options, "CONN_MAX_AGE": None}
    url = make_url(DATABASE)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.query["host"],
        "CONN_MAX_AGE": None,
    }


settings.configure(
    DEBUG=False,
    SECRET_KEY="not a secret: a measurement's",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": database()},
    INSTALLED_APPS=["django.contrib.sessions", "formtools"],
    SESSION_ENGINE="django.contrib.sessions.backends.db",
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [Path(__file__).parent / "templates"],
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    ],
    LOGGING_CONFIG=None,
)
django.setup()

# Django's modules want its settings made first.
from django import forms  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from formtools.wizard.views import NamedUrlSessionWizardView  # noqa: E402


def validator(question: Question) -> Any:
    """The domain's rule as a validator of Django's."""

    def check(text: str) -> None:
        try:
            question.check(text)
        except InvalidError as error:
            raise ValidationError(error.message) from error

    return check


def form_field(question: Question) -> forms.Field:
    """A question as one of Django's fields."""
    shared = {"label": question.label, "required": question.required}
    if question.kind == "check":
        return forms.BooleanField(**shared)
    if question.kind in ("radio", "select"):
        widget = forms.RadioSelect if question.kind == "radio" else forms.Select
        return forms.ChoiceField(choices=question.choices, widget=widget, **shared)
    attributes = {"list": f"{question.name}-list"} if question.kind == "suggest" else {}
    return forms.CharField(
        max_length=question.maximum,
        validators=[validator(question)] if question.check else [],
        widget=forms.TextInput(attrs=attributes),
        **shared,
    )


class PageForm(forms.Form):
    """Base of the steps' forms."""

    page: Page

    def clean(self) -> dict[str, Any]:
        """The rule over several fields, once each of them is well."""
        if not self.errors:
            try:
                self.page.together(self.cleaned_data)
            except InvalidError as error:
                raise ValidationError(error.message) from error
        return self.cleaned_data


def form_class(name: str, page: Page) -> type[PageForm]:
    """A step's form."""
    fields = {question.name: form_field(question) for question in page.questions}
    return type(f"{name.title()}Form", (PageForm,), {"page": page, **fields})


class Wizard(NamedUrlSessionWizardView):
    """The journey; the page after the last step is there, but never asked for."""

    # With the step in the address, a wizard of formtools shows and takes each step on its own, as Alta does.
    form_list = [*((name, form_class(name, page)) for name, page in PAGES.items()), ("document", PageForm)]
    template_name = "django.html"

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        """What the template shows beside the form."""
        page = PAGES.get(self.steps.current)
        suggestions = [label for each in page.questions if each.kind == "suggest" for _, label in each.choices]
        return super().get_context_data(form=form, page=page, suggestions=suggestions, **kwargs)

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """The end."""
        return HttpResponse("done")


wizard = Wizard.as_view(url_name="step", done_step_name="done")
urlpatterns = [path("<step>", wizard, name="step")]
app = get_wsgi_application()
settle()

if __name__ == "__main__":
    from django.core.management import call_command

    call_command("migrate", verbosity=0)

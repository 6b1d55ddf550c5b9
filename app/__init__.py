"""Alta: a self-hosted onboarding wizard for natural persons in Argentina and Brazil."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import config
from app.apis.kyc.routes import kyc_blueprint
from app.apis.openapi import documentation_blueprint
from app.apis.personal_informations.routes import personal_informations_blueprint
from app.cli import register_commands
from app.config.instance import prepare_instance
from app.embed import register_embed
from app.metrics import open_metrics
from app.onboarding.integrations import authenticate
from app.staff import register_staff
from app.staff.hosts import init_hosts
from app.static_files import init_static
from app.store.db import init_database
from app.store.pool import engine_options
from app.store.schema import init_migrations
from app.web import languages, register_pages
from app.web.addresses import addresses
from app.web.compression import init_compression
from app.web.errors import init_errors
from app.web.guard import page_words
from app.web.limits import limit_api, limit_storage, limiter
from app.web.logs import configure, init_logs
from app.web.request import AltaRequest, init_request
from app.web.response import AltaResponse
from app.web.security import csrf, init_security
from app.web.session import CookieSessions
from app.wiring import Services, install, wire

ROOT = Path(__file__).resolve().parent.parent
MAXIMUM_POST_BYTES = 84 * 1024 * 1024


class Alta(Flask):
    """Flask without its question, a dozen times a request, whether a function is asynchronous: none is here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """`func` as it is."""
        return func


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application that `settings` (default: those of the environment) describe. Raises SettingsError."""
    settings = settings or config.load()
    configure(settings.log_level)
    # Whatever this process writes, database and photos included, is for its owner only.
    os.umask(0o077)
    prepare_instance(settings.instance)
    open_metrics(settings.instance / "metrics")
    app = Alta("alta", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.request_class, app.response_class = AltaRequest, AltaResponse
    services = wire(settings)
    app.session_interface = CookieSessions(settings.secret_key, production=settings.mode == "production")
    _configure(app, settings)
    install(app, services)
    init_logs(app)
    init_hosts(app)
    init_request(app)
    init_database(app)
    services.counts.open(app.app_context)
    init_migrations(app)
    languages.init_languages(app)
    init_security(app)
    limiter.init_app(app)
    init_compression(app)
    init_errors(app)
    _register_apis(app, services)
    register_pages(app)
    register_staff(app)
    register_embed(app)
    register_commands(app)
    app.context_processor(_page_words)
    init_static(app, settings.instance)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: config.Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.resolved_database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(
            settings.resolved_database_url, size=settings.database_pool, wait_seconds=settings.database_wait_seconds
        ),
        MAX_CONTENT_LENGTH=MAXIMUM_POST_BYTES,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        **limit_storage(settings.limits_url),
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "app" / "translations"),
        BABEL_DEFAULT_LOCALE="en",
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}


def _register_apis(app: Flask, services: Services) -> None:
    apis = (
        personal_informations_blueprint(services.personal_informations, authenticate),
        kyc_blueprint(services.kyc, services.storage, services.tokens),
    )
    for blueprint in apis:
        # An integration's token is no cookie: no other site can make a browser send it.
        csrf.exempt(blueprint)
        limit_api(blueprint)
        app.register_blueprint(blueprint)
    app.register_blueprint(documentation_blueprint())


def _page_words() -> dict[str, Any]:
    """What every page may show."""
    language, standing = languages.current(), page_words()
    return {
        "language": language,
        "html_language": languages.html_language(language, standing.pop("country")),
        "languages": languages.LANGUAGES,
        "urls": addresses(),
        "product": "Alta",
        **standing,
    }

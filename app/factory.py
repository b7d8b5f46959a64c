"""create_app: the only file that sees every room, and the place to start reading."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from whitenoise import WhiteNoise

from app import account_cli, audit_cli, cli, reactions, staff_cli
from app.account import blueprints as account
from app.billing import blueprints as billing
from app.booking import blueprints as booking
from app.booking import impact, view_as
from app.booking.turnover import at_host
from app.config import Config
from app.consent.views import bp as consent
from app.desk import blueprints as desk
from app.desk.mailbox_views import bp as mailbox
from app.eid import blueprints as eid
from app.exercises import blueprints as exercises
from app.home import blueprints as home
from app.identity import door as identity_door
from app.identity import sign_in
from app.kernel import audit, events, rate_limits
from app.kernel.db import open_database
from app.manual import blueprints as manual
from app.messaging import blueprints as messaging
from app.messaging import message_views
from app.practice.views import bp as practice
from app.profile import blueprints as profile
from app.questionnaires import blueprints as questionnaires
from app.record import blueprints as record
from app.services import Services
from app.settings import blueprints as settings
from app.settings import demo_people
from app.settings.changes import under as section_changes
from app.settings.sections import SECTIONS
from app.staff import door as staff_door
from app.waiting import blueprints as waiting
from app.walkins import blueprints as walkins
from app.web import cookies, door, errors, folding, headers, htmx, inspection, kept, limits, pages, uploads
from app.web.health import bp as health

ROOT = Path(__file__).resolve().parent.parent
MAX_FORM_BYTES = 256 * 1024


class Portal(Flask):
    """Flask, less what it asks at every request and the portal never answers otherwise."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Any) -> MapAdapter | None:
        """The portal routes by path alone, and the host is the door's affair: nothing is worked out from it here."""
        if request is None:
            return super().create_url_adapter(None)
        asked = request.environ
        return MapAdapter(
            self.url_map,
            request.host,
            asked.get("SCRIPT_NAME") or "/",
            "",
            asked["wsgi.url_scheme"],
            request.path,
            asked["REQUEST_METHOD"],
            asked.get("QUERY_STRING", ""),
        )


def create_app(config: Config, services: Services | None = None) -> Flask:
    """The portal for one configuration; tests hand in their own services."""
    app = Portal(
        "app", root_path=str(ROOT / "app"), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-parvis" if config.scheme == "https" else "parvis",
        SESSION_COOKIE_SECURE=config.scheme == "https",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # the door checks every unsafe method
        WTF_CSRF_TIME_LIMIT=None,  # as long as the browser's session: nobody loses a form to a long phone call
        WTF_CSRF_SSL_STRICT=False,  # Origin is checked by SameSite and the token; some browsers send no Referer
    )
    app.jinja_environment = folding.Templates
    app.jinja_options = {"cache_size": -1}  # a plain dict: there are as many templates as there are
    app.extensions["parvis.config"] = config
    app.extensions["parvis.services"] = services or Services.from_config(config)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    open_database(config.database_url)
    keys = app.extensions["parvis.services"].sealer.keys
    audit.install(keys.audit)
    rate_limits.install(keys.index)
    if config.check_sql:
        inspection.install(app)

    app.session_interface = cookies.QuickSessions()
    htmx.install(app)
    uploads.install(app)
    csrf = CSRFProtect(app)
    door.install(
        app,
        door.Doormen(
            practice_at=at_host,
            admit_person=identity_door.admit,
            admit_member=staff_door.admit,
            check_token=csrf.protect,
        ),
    )
    errors.install(app)
    pages.install(app)
    kept.install(app)
    limits.install(app)
    sign_in.install(app)
    message_views.install(app)
    view_as.install(app)
    app.jinja_env.globals["csam_open"] = lambda: (
        app.extensions["parvis.services"].identity_provider is not None
    )
    events.install(reactions.REACTIONS)

    for blueprint in (
        *(health, practice, consent),
        *account.BLUEPRINTS,
        *billing.BLUEPRINTS,
        *booking.BLUEPRINTS,
        *desk.BLUEPRINTS,
        *eid.BLUEPRINTS,
        *exercises.BLUEPRINTS,
        *home.BLUEPRINTS,
        *manual.BLUEPRINTS,
        *messaging.BLUEPRINTS,
        *profile.BLUEPRINTS,
        *questionnaires.BLUEPRINTS,
        *record.BLUEPRINTS,
        *settings.BLUEPRINTS,
        *waiting.BLUEPRINTS,
        *walkins.BLUEPRINTS,
    ):
        app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        settings_sections=SECTIONS, section_changes=section_changes, orphans_waiting=kept.once(impact.waiting)
    )
    if config.dev_mailbox:
        app.register_blueprint(mailbox)
        app.jinja_env.globals["demo_codes"] = demo_people.codes
    cli.install(app)
    account_cli.install(app)
    audit_cli.install(app)
    staff_cli.install(app)

    served = WhiteNoise(
        app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=pages.STATIC_SECONDS
    )
    app.wsgi_app = headers.Headers(served, secure=config.scheme == "https")  # type: ignore[method-assign]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logging.getLogger("parvis").setLevel(logging.INFO)
    return app

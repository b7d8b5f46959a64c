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
from app.account.csam_join_views import bp as csam_join
from app.account.csam_logout_views import bp as csam_logout
from app.account.csam_views import bp as csam
from app.account.delete_views import bp as farewell
from app.account.details_views import bp as account_details
from app.account.export_views import bp as export
from app.account.factor_views import bp as account_factors
from app.account.invitation_views import bp as invited
from app.account.join_views import bp as join
from app.account.journal_views import bp as account_journal
from app.account.passkey_views import bp as passkeys
from app.account.people_views import bp as people
from app.account.privacy_views import bp as account_privacy
from app.account.recovery_views import bp as recovery
from app.account.second_views import bp as second
from app.account.session_views import bp as account_sessions
from app.account.set_up_views import bp as set_up
from app.account.sign_in_tab_views import bp as sign_in_tab
from app.account.sign_in_views import bp as sign_in_pages
from app.account.step_up_views import bp as step_up
from app.account.team_views import bp as accept_staff
from app.account.texts_views import bp as platform_texts
from app.account.waiting_views import bp as account_waiting
from app.booking import impact, view_as
from app.booking.action_views import bp as action
from app.booking.appointment_views import bp as appointment
from app.booking.decline_views import bp as decline
from app.booking.mine_views import bp as my_appointments
from app.booking.move_views import bp as move
from app.booking.patient_views import bp as book
from app.booking.reoffer_views import bp as reoffer
from app.booking.series_link_views import bp as series_link
from app.booking.series_views import bp as series
from app.config import Config
from app.consent.views import bp as consent
from app.desk.absence_views import bp as desk_absence
from app.desk.appointment_views import bp as desk_appointment
from app.desk.booking_views import bp as desk_book
from app.desk.fee_views import bp as desk_fees
from app.desk.mailbox_views import bp as mailbox
from app.desk.move_views import bp as desk_move
from app.desk.patient_views import bp as desk_patients
from app.desk.prescription_views import bp as desk_prescriptions
from app.desk.request_views import bp as desk_requests
from app.desk.series_views import bp as desk_series
from app.desk.views import bp as desk
from app.desk.waiting_views import bp as desk_waiting
from app.eid.agent_views import bp as card_agent
from app.eid.confirm_views import bp as card_confirm
from app.eid.desk_views import bp as desk_card
from app.eid.download_views import bp as card_download
from app.eid.join_views import bp as join_card
from app.eid.person_views import bp as card
from app.home.search_views import bp as search
from app.home.views import bp as home
from app.identity import door as identity_door
from app.identity import sign_in
from app.kernel import audit, events, rate_limits
from app.kernel.db import open_database
from app.messaging import message_views
from app.messaging.feed_views import bp as calendar_feed
from app.messaging.message_views import bp as messages
from app.messaging.stop_views import bp as reminder_stop
from app.practice.queries import at_host
from app.practice.views import bp as practice
from app.services import Services
from app.settings import demo_people
from app.settings.absences_views import bp as absences
from app.settings.hours_views import bp as hours
from app.settings.policy_views import bp as policy
from app.settings.quota_views import bp as quotas
from app.settings.reminder_views import bp as reminder_settings
from app.settings.rooms_views import bp as rooms
from app.settings.sections import SECTIONS
from app.settings.team_views import bp as team
from app.staff import door as staff_door
from app.waiting.views import bp as waiting
from app.web import cookies, door, errors, headers, htmx, inspection, pages
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
    app.jinja_environment = pages.Templates
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
    sign_in.install(app)
    message_views.install(app)
    view_as.install(app)
    app.jinja_env.globals["csam_open"] = lambda: (
        app.extensions["parvis.services"].identity_provider is not None
    )
    events.install(reactions.REACTIONS)

    for room in (
        export,
        farewell,
        people,
        health,
        home,
        search,
        practice,
        consent,
        book,
        appointment,
        action,
        move,
        my_appointments,
        sign_in_pages,
        second,
        step_up,
        desk,
        desk_patients,
        desk_requests,
        desk_prescriptions,
        series,
        series_link,
        desk_series,
        waiting,
        desk_waiting,
        account_waiting,
        desk_appointment,
        desk_book,
        desk_move,
        desk_fees,
        decline,
        team,
        quotas,
        policy,
        accept_staff,
    ):
        app.register_blueprint(room)
    for room in (
        set_up,
        passkeys,
        account_factors,
        account_details,
        account_privacy,
        account_journal,
        account_sessions,
        join,
        invited,
        recovery,
        sign_in_tab,
        platform_texts,
        messages,
        calendar_feed,
        reminder_stop,
        reminder_settings,
        csam,
        csam_join,
        csam_logout,
    ):
        app.register_blueprint(room)
    for room in (reoffer, desk_absence, absences, hours, rooms):
        app.register_blueprint(room)
    app.jinja_env.globals.update(settings_sections=SECTIONS, orphans_waiting=impact.waiting)
    for room in (card_agent, card_confirm, card_download, card, join_card, desk_card):
        app.register_blueprint(room)
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

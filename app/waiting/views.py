"""Waiting for a time: asked for from the page of times, seen and withdrawn by its link, offers answered by theirs."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.booking import calendar_file, labels, pages, standing, tokens, view_as
from app.booking.patient_views.choice import seen, shop
from app.booking.patient_views.confirming import still
from app.consent import queries as consent
from app.identity import sign_in
from app.identity.door import send
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import language
from app.kernel.owners import Practice
from app.waiting import actions, asking, queries
from app.waiting import labels as words
from app.waiting.models import WaitEntry, WaitOffer
from app.waiting.refusals import NoLongerWaiting
from app.web import limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import config, services

bp = Blueprint("waiting", __name__)


@bp.before_request
def _do_nothing_while_looking() -> None:
    if request.method == "POST":
        view_as.refuse(standing.seen(now=services().clock.now()).viewing)


ENTRY = "waiting entry"


@bp.get("/book/<uuid:service_id>/<uuid:location_id>/waiting")
@practice_only
def ask(service_id: UUID, location_id: UUID) -> Any:
    args = single_args()
    offers = asking.with_list(shop().at(service_id, location_id))
    whose = asking.whose(args.get("as"))
    if whose is None and asking.wants_sign_in(offers):
        send("sign_in.form")
    form = asking.form(offers, whose)
    asking.begin(form, offers, args.get("schedule"))
    return asking.page(form, offers, whose)


@bp.post("/book/<uuid:service_id>/<uuid:location_id>/waiting")
@practice_only
@checks_its_token
def join(service_id: UUID, location_id: UUID) -> Any:
    offers = asking.with_list(shop().at(service_id, location_id))
    whose, changed = still(request.form.get("whose"))
    form, now = asking.form(offers, whose), services().clock.now()
    if not form.validate() or changed:
        return asking.page(form, offers, whose, changed=changed), 409 if changed else 422
    wanted = asking.wanted(form, offers, whose, now=now)
    free = [] if form.anyway.data else asking.free_already(wanted, offers, seen().asking, now=now)
    if free:
        return asking.page(form, offers, whose, free=free)
    try:
        made = actions.join(wanted, sealer=services().sealer, by=whose.actor if whose else "guest", now=now)
    except Refusal as no:
        return asking.page(form, offers, whose, refusal=no), no.status
    return go(url_for(".entry", token=tokens.token(ENTRY, made.id)))


@bp.get("/waiting/<token>")
@practice_only
def entry(token: str) -> str:
    return _entry_page(_behind(token), token)


@bp.post("/waiting/<token>/withdrawal")
@practice_only
def withdraw(token: str) -> Any:
    BaseForm()  # content type and single values
    found = _behind(token)
    with suppress(NoLongerWaiting):  # pressed twice: the page says how it ended
        actions.withdraw(found, by=_actor(), now=services().clock.now())
    return go(url_for(".entry", token=token))


@bp.get("/waiting/offers/<token>")
@practice_only
def offer(token: str) -> str:
    return _offer_page(queries.offer_of(token), token)


@bp.post("/waiting/offers/<token>")
@practice_only
def answer(token: str) -> Any:
    BaseForm()  # content type and single values
    found, now = queries.offer_of(token), services().clock.now()
    said = request.form.get("answer")
    try:
        if said == "accept":
            return go(url_for("appointment.confirmed", token=pages.token(_accept(found, now))))
        if said == "leave":
            actions.withdraw(found.entry, by=_actor(), now=now)
        else:
            actions.decline(found, by=_actor(), now=now)
    except Refusal as no:
        return _offer_page(queries.offer_of(token), token, refusal=no), no.status
    return go(url_for(".offer", token=token))


def _accept(found: WaitOffer, now: Any) -> UUID:
    """Pressed twice, the second leads to what the first booked."""
    if found.state == "accepted" and found.appointment_id:
        return found.appointment_id
    shown = (consent.in_force(g.practice, kind, language()) for kind in pages.SHOWN_TEXTS)
    return actions.accept(
        found,
        sentence=_sentence(found, now),
        texts=[text for text in shown if text is not None],
        address=limits.address(),
        sealer=services().sealer,
        by=_actor(),
        now=now,
        mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
    )


def _actor() -> str:
    """Whoever has the link; and who that is, when they are signed in."""
    who = sign_in.who()
    return who.actor if who is not None and who.is_open else "guest"


def _behind(token: str) -> WaitEntry:
    return queries.entry(tokens.of_token(ENTRY, token))


def _entry_page(found: WaitEntry, token: str) -> str:
    return render_template(
        "waiting/entry.html",
        entry=found,
        token=token,
        wished=words.wished(found),
        with_whom=words.with_whom(found),
        place=calendar_file.place_line(found.location, g.practice, language()),
        swap=_swap_words(found),
        signed_in=seen().signed_in,
    )


def _swap_words(found: WaitEntry) -> str:
    held = queries.swapped(found, now=services().clock.now())
    return labels.when(held.starts, found.location.timezone) if held is not None else ""


def _sentence(found: WaitOffer, now: Any) -> str:
    """The rule for cancelling, as it will be kept with the appointment."""
    try:
        offered = actions.offered(found, now=now)
    except Refusal:
        return ""
    return labels.policy_sentence(offered, found.starts, clock.to_minutes(now))


def _offer_page(found: WaitOffer, token: str, refusal: Refusal | None = None) -> str:
    now, zone = services().clock.now(), found.entry.location.timezone
    open_now = found.state == "open" and clock.to_minutes(now) < found.expires
    practice: Practice = g.practice
    g.here = url_for(".offer", token=token)
    return render_template(
        "waiting/offer.html",
        offer=found,
        entry=found.entry,
        token=token,
        refusal=refusal,
        is_open=open_now and found.entry.state == "waiting",
        moment=clock.local(found.starts, zone),
        ends=clock.local(found.ends, zone),
        until=clock.local(found.expires, zone),
        place=calendar_file.place_line(found.entry.location, practice, language()),
        sentence=_sentence(found, now),
        swap=_swap_words(found.entry),
        entry_url=url_for(".entry", token=tokens.token(ENTRY, found.entry_id)),
        appointment_url=found.appointment_id
        and url_for("appointment.confirmed", token=pages.token(found.appointment_id)),
    )

"""Booking for somebody: service, agenda and time, who, and how. One page a step, without a script."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, g, render_template, request, url_for

from app.booking import actions, catalogue, labels, menu, pages
from app.booking.actions.changes import mail_key
from app.booking.refusals import (
    HeldAlready,
    LimitReached,
    NeedsAcknowledgement,
    NotOffered,
    RulesChanged,
    SlotTaken,
)
from app.booking.standing import NOBODY
from app.desk import booking, patient_file
from app.desk.booking import Choice
from app.desk.booking_forms import ContactForm, NewPersonForm
from app.kernel import clock, outbox
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import LANGUAGES, language, speaking
from app.patients import search
from app.patients.actions import journal_look
from app.web import htmx, limits
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import config, services

bp = Blueprint("desk_book", __name__)
LOST = (SlotTaken, NotOffered, RulesChanged, HeldAlready, LimitReached)


@bp.get("/desk/book")
@desk("booking:manage")
def choose_service() -> str:
    found = catalogue.for_desk(g.practice, now=services().clock.now())
    args = single_args()
    patient = booking.chosen_patient(args.get("patient"))
    shown = menu.searched(pages.menu(found, NOBODY), args.get("q", ""))
    template = "desk/_book_services.html" if htmx.wants_fragment() else "desk/book_services.html"
    return render_template(template, patient=patient, menu=shown)


@bp.get("/desk/book/<uuid:service_id>")
@desk("booking:manage")
def choose_time(service_id: UUID) -> str:
    now = services().clock.now()
    chosen = booking.choice(service_id, single_args(), now=now)
    return render_template(
        "desk/book_times.html",
        base=url_for(".choose_time", service_id=service_id),
        onward=url_for(".confirm" if chosen.patient else ".choose_person", service_id=service_id),
        people=len(chosen.offers) > 1,
        **booking.drawn(chosen, now=now),
    )


@bp.get("/desk/book/<uuid:service_id>/who")
@desk("booking:manage")
def choose_person(service_id: UUID) -> str:
    now, args = services().clock.now(), single_args()
    chosen = _with_start(booking.choice(service_id, args, now=now))
    asked = args.get("q", "")[:100]
    if asked.strip():
        limits.hit("desk-search", account=g.staff.account_id)
    found = search.find(asked, today=clock.today(now, g.practice.timezone))
    journal_look(found.rows, member=g.staff, what="search", why="booking", now=now, target="patients:search")
    return render_template(
        "desk/book_who.html",
        chosen=chosen,
        when=labels.when(chosen.start or 0, chosen.zone),
        asked="" if found.problem == "number" else asked,
        found=found,
        lines=[patient_file.line(one, now=now) for one in found.rows],
        onward=url_for(".confirm", service_id=service_id),
    )


@bp.get("/desk/book/<uuid:service_id>/confirm")
@desk("booking:manage")
def confirm(service_id: UUID) -> str:
    now = services().clock.now()
    chosen = _with_start(booking.choice(service_id, single_args(), now=now))
    form = _form(chosen, formdata=None)
    form.prefill(chosen.patient, language=g.practice.languages[0])
    return _details(form, chosen)


@bp.post("/desk/book/<uuid:service_id>/appointments")
@checks_its_token
@desk("booking:manage")
def book(service_id: UUID) -> Any:
    now = services().clock.now()
    chosen = _with_start(booking.choice(service_id, request.form, now=now))
    form = _form(chosen)
    if not form.validate():
        return _details(form, chosen), 422
    twins = booking.alike(form) if chosen.patient is None and not form.another.data else []
    if twins:
        return _details(form, chosen, twins=twins), 422
    try:
        made = _booked(form, chosen)
    except NeedsAcknowledgement as no:
        return _details(form, chosen, refusal=no), no.status
    except LOST as no:
        return _details(form, chosen, refusal=no, lost=True), no.status
    return go(url_for("desk_appointment.show", appointment_id=made, done="booked"))


def _booked(form: ContactForm, chosen: Choice) -> UUID:
    """What was acknowledged counts as far as it is broken indeed."""
    now = services().clock.now()
    broken = form.acknowledged & booking.speaks_against(chosen, now=now)
    with write_tx():
        made = actions.book(
            [chosen.offer],
            booking.asked_of(form, chosen, broken=broken, now=now),
            sealer=services().sealer,
            by=g.person.actor,
            now=now,
            mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
        )
        if (chosen.start or 0) < clock.to_minutes(now):  # written down afterwards: nobody is told of the past
            outbox.drop(mail_key(made))
    return made


def _with_start(chosen: Choice) -> Choice:
    if chosen.start is None:
        abort(404)
    return chosen


def _form(chosen: Choice, **more: Any) -> Any:
    if chosen.patient is not None:
        return ContactForm(**more)
    return NewPersonForm(today=clock.today(services().clock.now(), chosen.zone), **more)


def _details(
    form: Any, chosen: Choice, *, refusal: Refusal | None = None, lost: bool = False, twins: Any = ()
) -> str:
    """Who, how, the policy to read out, and what is broken; what was typed stays."""
    now = services().clock.now()
    seen = [chosen.patient] if chosen.patient else list(twins)
    journal_look(seen, member=g.staff, what="search" if twins else "record", why="duplicate" if twins else "booking",
                 now=now)  # fmt: skip
    form.start.data, form.schedule.data = str(chosen.start), str(chosen.offer.schedule.id)
    reasons = booking.speaks_against(chosen, now=now)
    hard = lost or bool(reasons & actions.UNBREAKABLE)
    g.here = url_for(".confirm", service_id=chosen.offer.service.id, start=chosen.start, **chosen.here)
    with speaking(form.spoken.data if form.spoken.data in LANGUAGES else language()):
        sentence = labels.policy_sentence(chosen.offer, chosen.start or 0, clock.to_minutes(now))
    return render_template(
        "desk/book_confirm.html",
        form=form,
        chosen=chosen,
        line=patient_file.line(chosen.patient, now=now) if chosen.patient else None,
        when=labels.when(chosen.start or 0, chosen.zone),
        duration=labels.duration_label(chosen.offer.rules.duration),
        sentence=sentence,
        refusal=refusal,
        lost=hard,
        others=booking.alternatives(chosen, now=now) if hard else [],
        warnings=[] if hard else booking.warnings(reasons, chosen),
        acknowledged=form.acknowledged,
        twins=[patient_file.line(one, now=now) for one in twins],
    )

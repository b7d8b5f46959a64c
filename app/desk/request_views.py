"""The requests at the desk: the oldest deadline first; approved, refused with other times, or asked about first."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.booking import actions, queries, rights
from app.booking.models import Appointment
from app.booking.refusals import AnsweredAlready, CannotBeChanged
from app.desk import request_cards
from app.desk.request_forms import MOST_QUESTIONS, AskForm, RefuseForm, usual_questions
from app.kernel.clock import to_minutes
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, Versioned, page_of, single_args
from app.web.kept import once
from app.web.outside import services

bp = Blueprint("requests", __name__)
PAGE = 25
DONE = {
    "approved": _l("The appointment is booked, and the person is told by mail."),
    "refused": _l("The request is refused, and the person is told by mail."),
    "asked": _l("The questions are on their way by mail."),
    "questionnaire": _l("The questionnaire is on its way."),
}


class ApproveForm(Versioned, BaseForm):
    """Says only which state of the request was on the page."""


@bp.app_template_global("open_requests")
@once
def open_requests() -> int:
    """How many wait, for the navigation of the desk."""
    return queries.count_requests()


@bp.get("/desk/requests")
@desk("booking:manage")
def inbox() -> str:
    return _inbox()


@bp.post("/desk/requests/<uuid:appointment_id>/approval")
@desk("booking:manage")
def approve(appointment_id: UUID) -> Any:
    form, now = ApproveForm(), services().clock.now()
    try:
        actions.approve(_seen(appointment_id, form), by=g.person.actor, now=now)
    except CannotBeChanged as no:
        return _inbox(refusal=no), no.status
    return go(url_for(".inbox", done="approved"))


@bp.get("/desk/requests/<uuid:appointment_id>/refusal")
@desk("booking:manage")
def why_not(appointment_id: UUID) -> Any:
    try:
        found = queries.request(appointment_id)
    except AnsweredAlready as no:
        return _inbox(refusal=no), no.status
    form, now = RefuseForm(formdata=None), services().clock.now()
    offers = rights.granted(found, g.practice, now=now)
    form.version.data = str(found.version)
    form.offer(queries.nearest(offers, near=found.starts, now=now))
    return _refusal_page(found, form)


@bp.post("/desk/requests/<uuid:appointment_id>/refusal")
@checks_its_token
@desk("booking:manage")
def refuse(appointment_id: UUID) -> Any:
    form, now = RefuseForm(), services().clock.now()
    try:
        found = _seen(appointment_id, form)
        if not form.validate():
            return _refusal_page(found, form), 422
        actions.refuse(
            found,
            by=g.person.actor,
            now=now,
            text=form.said(found.language),
            alternatives=_possible(found, form.kept()),
        )
    except CannotBeChanged as no:
        return _inbox(refusal=no), no.status
    return go(url_for(".inbox", done="refused"))


@bp.get("/desk/requests/<uuid:appointment_id>/questions")
@desk("booking:manage")
def what_first(appointment_id: UUID) -> Any:
    try:
        found = queries.request(appointment_id)
    except AnsweredAlready as no:
        return _inbox(refusal=no), no.status
    form = AskForm(formdata=None)
    form.version.data = str(found.version)
    return _questions_page(found, form)


@bp.post("/desk/requests/<uuid:appointment_id>/questions")
@checks_its_token
@desk("booking:manage")
def ask(appointment_id: UUID) -> Any:
    form, now = AskForm(), services().clock.now()
    try:
        found = _seen(appointment_id, form)
        if not form.validate():
            return _questions_page(found, form), 422
        until = rights.longer(found, g.practice, now=now)
        actions.ask(found, by=g.person.actor, now=now, questions=form.asked(), until=until)
    except CannotBeChanged as no:
        return _inbox(refusal=no), no.status
    return go(url_for(".inbox", done="asked"))


def _seen(appointment_id: UUID, form: Any) -> Appointment:
    """The request as it was on the page; AnsweredAlready when a colleague was quicker."""
    found = queries.request(appointment_id)
    if form.seen != found.version:
        raise AnsweredAlready
    return found


def _possible(found: Appointment, kept: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Of the practice's own agendas, and still to come."""
    now = services().clock.now()
    here = {offer.schedule.id.hex for offer in rights.granted(found, g.practice, now=now)}
    return [(who, start) for who, start in kept if who in here and start > to_minutes(now)]


def _inbox(**more: Any) -> str:
    page = page_of(single_args())
    rows = queries.open_requests(limit=PAGE + 1, offset=page * PAGE)
    _look(rows[:PAGE])
    g.here = url_for(".inbox")
    return render_template(
        "desk/requests.html",
        cards=request_cards.of(rows[:PAGE], now=services().clock.now()),
        page=page,
        more=len(rows) > PAGE,
        done=DONE.get(request.args.get("done", "")),
        **more,
    )


def _refusal_page(found: Appointment, form: RefuseForm) -> str:
    _look([found])
    now = services().clock.now()
    g.here = url_for(".why_not", appointment_id=found.id)
    offers = rights.granted(found, g.practice, now=now)
    return render_template(
        "desk/request_refusal.html",
        card=request_cards.of([found], now=now)[0],
        form=form,
        sentences=[
            {"value": key, "title": words, "checked": form.usual.data == key}
            for key, words, *_more in form.usual.iter_choices()
        ],
        times=request_cards.times(form.times(), offers),
    )


def _questions_page(found: Appointment, form: AskForm) -> str:
    _look([found])
    g.here = url_for(".what_first", appointment_id=found.id)
    return render_template(
        "desk/request_questions.html",
        card=request_cards.of([found], now=services().clock.now())[0],
        form=form,
        fields=[form[f"question_{number}"] for number in range(MOST_QUESTIONS)],
        usual=usual_questions(found.language),
    )


def _look(rows: Sequence[Appointment]) -> None:
    now = services().clock.now()
    seen = {one.patient_id for one in rows}
    journal_look(seen, member=g.staff, what="request", why="requests", now=now, target="requests")

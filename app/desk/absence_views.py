"""A practitioner who is ill today, the queue of appointments without a place, and how far a send has come."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, g, render_template, request

from app.booking import impact, reoffers
from app.booking.impact import NotSeen
from app.booking.plans import days_off
from app.booking.reoffers import Send
from app.desk import absence
from app.desk.absence import AbsenceForm
from app.directory.models import Practitioner
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.patients.actions import journal_look
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("absence", __name__)
MOST = 60  # lines of one page


@bp.get("/desk/absences/<uuid:practitioner_id>")
@desk("absences:manage")
def ask(practitioner_id: UUID) -> str:
    who, args = _practitioner(practitioner_id), single_args()
    form = AbsenceForm(
        formdata=args if "until" in args else None, meta={"csrf": False}, now=services().clock.now()
    )
    form.start_with(args.get("date", ""))
    return _asked(who, form)


@bp.post("/desk/absences/<uuid:practitioner_id>")
@checks_its_token
@desk("absences:manage")
def mark(practitioner_id: UUID) -> Any:
    who, now = _practitioner(practitioner_id), services().clock.now()
    form = AbsenceForm(now=now)
    g.here = f"/desk/absences/{who.id}"
    if not form.validate():
        return _asked(who, form), 422
    try:
        seen = request.form.get("seen", "")
        _made, found = days_off.add(g.practice, form.away(who), by=g.person.actor, now=now, seen=seen)
    except NotSeen as told:
        return _asked(who, form, told=told), 409
    lost = impact.queue([one.id for one in found.lost[:MOST]])
    made = _send(lost, cause="absence", practitioner_id=who.id)
    return go(f"/desk/rearrangements/{made.id}" if made else f"/desk/day?date={form.first.isoformat()}")


def _asked(who: Practitioner, form: AbsenceForm, *, told: Any = None) -> str:
    """The form, and under it what becomes of everybody it touches."""
    now = services().clock.now()
    change, found = None, None
    if form.is_filled():
        change = days_off.added(g.practice, form.away(who))
        found = told.impact if told else impact.of(Practice.get_by_id(g.practice.id), change, now=now)
    lost = found.lost if found else []
    proposals = reoffers.propose(g.practice, lost[:MOST], now=now, change=change) if change and lost else []
    _look(lost[:MOST])
    shown = {"impact": found, "proposals": proposals, "attempt": uuid4(), "again": told is not None}
    return render_template("desk/absence.html", who=who, form=form, **shown)


@bp.get("/desk/orphans")
@desk("absences:manage")
def orphans() -> str:
    return _queue()


@bp.post("/desk/orphans")
@desk("absences:manage")
def settle() -> Any:
    BaseForm()  # content type and single values
    made = _send(impact.queue()[:MOST], cause="orphans")
    return go(f"/desk/rearrangements/{made.id}" if made else "/desk/orphans")


def _queue() -> str:
    waiting = impact.queue()
    proposals = reoffers.propose(g.practice, waiting[:MOST], now=services().clock.now())
    _look(waiting[:MOST])
    return render_template(
        "desk/orphans.html",
        proposals=proposals,
        more=max(len(waiting) - MOST, 0),
        attempt=uuid4(),
        open_offers=absence.open_offers([one.id for one in waiting]),
        latest=reoffers.latest(),
    )


@bp.get("/desk/rearrangements/<uuid:rearrangement_id>")
@desk("absences:manage")
def progress(rearrangement_id: UUID) -> str:
    found = reoffers.progress(rearrangement_id, now=services().clock.now())
    _look([line.appointment for line in found.lines])
    return render_template(
        "desk/rearrangement.html", progress=found, states=absence.STATES, whys=absence.WHYS
    )


@bp.post("/desk/reoffers/<uuid:reoffer_id>/call")
@desk("absences:manage")
def called(reoffer_id: UUID) -> Any:
    BaseForm()
    found = reoffers.reached(reoffer_id, by=g.person.actor, now=services().clock.now())
    return go(f"/desk/rearrangements/{found.rearrangement_id}#to-call")


def _send(appointments: list[Any], *, cause: str, practitioner_id: UUID | None = None) -> Any:
    """What the page chose, on what is possible at this moment."""
    practice, now = Practice.get_by_id(g.practice.id), services().clock.now()
    proposals = reoffers.propose(practice, appointments, now=now)
    to = Send(
        cause=cause,
        attempt=reoffers.attempt_of(request.form.get("attempt")),
        by=g.person.actor,
        now=now,
        sealer=services().sealer,
        words=reoffers.words_of(request.form.get("words", "")),
        practitioner_id=practitioner_id,
    )
    return reoffers.send(reoffers.chosen(request.form, proposals), to)


def _practitioner(practitioner_id: UUID) -> Practitioner:
    found = Practitioner.get_or_none(Practitioner.id == practitioner_id)
    if found is None:
        raise NotFound
    return found


def _look(appointments: list[Any]) -> None:
    """Reading names is reading a record."""
    patients = {one.patient_id for one in appointments}
    now = services().clock.now()
    journal_look(
        patients, member=g.staff, what="rearrange", why="rearrange", now=now, target="rearrange:page"
    )

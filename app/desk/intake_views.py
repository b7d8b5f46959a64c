"""Taking in somebody who has a number: who they are, and in which agenda they are seen."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.booking import catalogue
from app.booking.catalogue import Offer
from app.desk import booking, patient_file
from app.desk.walk_in_forms import KnownPersonForm, WalkInPersonForm
from app.kernel import clock
from app.kernel.errors import Refusal
from app.patients import search
from app.patients.actions import journal_look
from app.patients.models import Patient
from app.walkins import actions, labels, queries
from app.walkins.models import WalkIn
from app.web import limits
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("desk_intake", __name__)


@bp.get("/desk/walk-ins/<uuid:walk_in_id>/intake")
@desk("walkins:manage")
def ask(walk_in_id: UUID) -> str:
    found, args = queries.walk_in(walk_in_id), single_args()
    patient = booking.chosen_patient(args.get("patient"))
    form = _form(found, patient, formdata=None)
    if patient is not None:
        form.patient.data = str(patient.id)
    else:
        form.given_name.data, form.spoken.data = found.first_name, found.language
    return _page(found, form, patient, asked=args.get("q", "")[:100])


@bp.post("/desk/walk-ins/<uuid:walk_in_id>/intake")
@checks_its_token
@desk("walkins:manage")
def take_in(walk_in_id: UUID) -> Any:
    found = queries.walk_in(walk_in_id)
    patient = booking.chosen_patient(request.form.get("patient"))
    form = _form(found, patient)
    if not form.validate():
        return _page(found, form, patient), 422
    twins = booking.alike(form) if patient is None and not form.another.data else []
    if twins:
        return _page(found, form, patient, twins=twins), 422
    try:
        actions.take_in(
            found,
            _offer(found, form.place.data),
            form.person(patient),
            file=patient and patient.id,
            sealer=services().sealer,
            by=g.person.actor,
            now=services().clock.now(),
        )
    except Refusal as no:
        return _page(found, form, patient, refusal=no), no.status
    return go(url_for("desk_walk_ins.overview", site=found.location_id, done="taken"))


def _offers(found: WalkIn) -> list[Offer]:
    whole = catalogue.for_desk(g.practice, now=services().clock.now())
    return [one for one in whole.offers if one.location.id == found.location_id]


def _offer(found: WalkIn, place: str) -> Offer:
    return next(one for one in _offers(found) if f"{one.schedule.id}.{one.service.id}" == place)


def _form(found: WalkIn, patient: Patient | None, **more: Any) -> Any:
    if patient is not None:
        form: Any = KnownPersonForm(**more)
    else:
        form = WalkInPersonForm(today=clock.today(services().clock.now(), found.location.timezone), **more)
    form.show_places(_offers(found), g.practice.languages)
    return form


def _page(
    found: WalkIn,
    form: Any,
    patient: Patient | None,
    *,
    asked: str = "",
    twins: Any = (),
    refusal: Refusal | None = None,
) -> str:
    now = services().clock.now()
    if asked.strip():
        limits.hit("desk-search", account=g.staff.account_id)
    hits = search.find(asked, today=clock.today(now, g.practice.timezone))
    seen = [*hits.rows, *twins, *([patient] if patient else [])]
    journal_look(seen, member=g.staff, what="search", why="walkin", now=now, target=f"walk-in:{found.id}")
    g.here = url_for("desk_intake.ask", walk_in_id=found.id)
    return render_template(
        "desk/intake.html",
        number=found,
        reason=labels.REASONS[found.reason],
        form=form,
        patient=patient,
        line=patient_file.line(patient, now=now) if patient else None,
        asked="" if hits.problem == "number" else asked,
        found=hits,
        lines=[patient_file.line(one, now=now) for one in hits.rows],
        twins=[patient_file.line(one, now=now) for one in twins],
        refusal=refusal,
    )

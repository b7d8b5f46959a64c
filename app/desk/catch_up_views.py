"""Enter afterwards what happened while the portal was away: one form, row by row."""

from typing import Any

from flask import Blueprint, g, render_template, request

from app.booking import catalogue, labels
from app.desk import agendas, catch_up, columns
from app.desk.catch_up import HAPPENED, KINDS, OPEN, Outcome
from app.kernel import clock
from app.kernel.i18n import language
from app.kernel.owners import pick
from app.patients.actions import journal_look
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("desk_catch_up", __name__)


class CatchUpForm(BaseForm):
    """The token; the rows are read as they stand."""


@bp.get("/desk/catch-up")
@desk("booking:manage")
def show() -> str:
    args = single_args()
    return _page(args, CatchUpForm(formdata=None), Outcome(_count(args.get("written", ""))))


def _count(text: str) -> int:
    """How many rows the address says were written; «²» is a digit too, and no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


@bp.post("/desk/catch-up")
@checks_its_token
@desk("booking:manage")
def enter() -> Any:
    form, now = CatchUpForm(), services().clock.now()
    day = agendas.looking("day", request.form, now=now).day
    if not form.validate():
        return _page(request.form, form, Outcome(rows=catch_up.as_typed(request.form))), 422
    outcome = catch_up.enter(request.form, day, by=g.person.actor, now=now)
    if outcome.is_clear:
        return go(f"/desk/catch-up?date={day}&written={outcome.written}")
    return _page(request.form, form, outcome), 409


def _page(asked: Any, form: CatchUpForm, outcome: Outcome) -> str:
    now = services().clock.now()
    seen = agendas.looking("day", {"date": asked.get("date")}, now=now)
    shown = agendas.read(seen, now=now)
    twins = [one for row in outcome.rows for one in row.alike]
    journal_look(twins, member=g.staff, what="search", why="duplicate", now=now)
    found, code = catalogue.for_desk(g.practice, now=now), language()
    names = columns.words(found, {}, language=code).services
    agenda = {one.id: one for one in columns.agendas(found)}
    return render_template(
        "desk/catch_up.html",
        form=form,
        outcome=outcome,
        day=seen.day,
        today=clock.today(now, g.practice.timezone),
        visits=[
            (
                visit,
                clock.local(visit.starts, agenda[visit.schedule].zone),
                names.get(visit.service, ("",))[0],
                agenda[visit.schedule].name,
            )
            for visit in shown.visits
        ],
        rows=[*outcome.rows, *catch_up.empty_rows(len(outcome.rows))],
        offers=[
            (
                f"{offer.schedule.id}.{offer.service.id}",
                f"{offer.practitioner.name} · {pick(offer.service.name, code, g.practice.languages)}",
            )
            for offer in found.offers
        ],
        states=labels.STATES,
        happened=HAPPENED,
        kinds=KINDS,
        open_states=OPEN,
    )

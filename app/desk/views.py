"""The agendas at the desk: a day side by side or a week of one practitioner, and the parts that renew themselves."""

from flask import Blueprint, Response, make_response, render_template, request

from app.desk import agendas, printed_day
from app.web.access import desk, quiet
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("desk", __name__)
bp.record_once(lambda state: agendas.install(state.app))


@bp.get("/desk/day")
@desk("schedule:read")
def day() -> Response:
    return _page("day")


@bp.get("/desk/week")
@desk("schedule:read")
def week() -> Response:
    return _page("week")


@bp.get("/desk/day/print")
@desk("schedule:read")
def printed() -> str:
    now, asked = services().clock.now(), single_args()
    shown = agendas.read(agendas.looking("day", asked, now=now), now=now)
    names = "initials" if asked.get("names") == "initials" else "whole"
    return render_template(
        "desk/day_print.html",
        seen=shown.seen,
        names=names,
        form="list" if asked.get("form") == "list" else "sheets",
        sheets=printed_day.sheets(shown, initials=names == "initials"),
    )


@bp.get("/desk/day/agendas")
@quiet
@desk("schedule:read")
def day_agendas() -> Response:
    return _agendas("day")


@bp.get("/desk/week/agendas")
@quiet
@desk("schedule:read")
def week_agendas() -> Response:
    return _agendas("week")


@bp.get("/desk/shortcuts")
@desk("schedule:read")
def shortcuts() -> str:
    return render_template("desk/shortcuts.html")


def _page(kind: str) -> Response:
    now = services().clock.now()
    return agendas.page(agendas.read(agendas.looking(kind, single_args(), now=now), now=now), now=now)


def _agendas(kind: str) -> Response:
    """The part that holds the agendas; 304 while they are as the browser has them, and then nobody is looked at."""
    now = services().clock.now()
    seen = agendas.looking(kind, single_args(), now=now)
    if agendas.tag(seen, now=now) in request.if_none_match:
        return Response(status=304)
    shown = agendas.read(seen, now=now)
    answer = make_response(agendas.html(shown))
    answer.set_etag(shown.tag)
    return answer

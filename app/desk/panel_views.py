"""The panel beside the agendas; without a script each of its contents is a page."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from app.booking import queries
from app.desk import agendas, panel
from app.desk.appointment_views import address
from app.desk.booking import minutes_of
from app.kernel.errors import NotFound
from app.web.access import desk
from app.web.door import go
from app.web.forms import single_args
from app.web.htmx import wants_fragment
from app.web.outside import services

bp = Blueprint("desk_panel", __name__)


@bp.get("/desk/appointments/<uuid:appointment_id>/panel")
@desk("booking:manage")
def appointment(appointment_id: UUID) -> Any:
    found = queries.appointment(appointment_id)
    return panel.opened(found) if wants_fragment() else go(address(found))


@bp.get("/desk/day/at")
@desk("booking:manage")
def time() -> str:
    """What can be given at a time of an agenda, and why not what cannot."""
    args = single_args()
    agenda = agendas.schedule_of(args.get("schedule"), now=services().clock.now())
    start = minutes_of(args.get("start"))
    if agenda is None or start is None:
        raise NotFound
    return panel.time(
        agenda, start, template="desk/_panel_time.html" if wants_fragment() else "desk/time.html"
    )

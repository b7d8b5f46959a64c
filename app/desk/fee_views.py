"""Fees proposed for visits given up late or missed: a person keeps or waives each, and says why."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.billing.queries import billed_fees
from app.booking import actions, queries
from app.booking.models import FeeProposal
from app.desk import appointment_page
from app.desk.appointment_forms import FeeForm
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.patients.actions import journal_look
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.outside import services

bp = Blueprint("desk_fees", __name__)
DONE = {
    "kept": _l("The fee is kept. Nothing was sent: tell the patient yourself."),
    "waived": _l("The fee is waived."),
}


@bp.get("/desk/fees")
@desk("booking:manage")
def list_fees() -> str:
    return _listed()


@bp.post("/desk/fees/<uuid:fee_id>")
@checks_its_token
@desk("booking:manage")
def decide(fee_id: UUID) -> Any:
    fee, form = queries.fee(fee_id), FeeForm()
    if not form.validate():
        return _listed(wrong=form, about=fee), 422
    state, now = form.decision.data, services().clock.now()
    try:
        actions.decide(fee, state, reason=form.reason.data or "", by=g.person.actor, now=now)
    except Refusal as no:
        return _listed(refusal=no), no.status
    return go(f"/desk/fees?done={state}")


def _listed(*, wrong: FeeForm | None = None, about: FeeProposal | None = None, **shown: Any) -> str:
    """Those that wait, then the last decisions; reading names is reading records."""
    waiting, decided = queries.fees(), queries.fees(decided=True)
    seen = {fee.appointment.patient_id for fee in (*waiting, *decided)}
    now = services().clock.now()
    journal_look(seen, member=g.staff, what="search", why="fee", now=now, target="fees:list")
    g.here = "/desk/fees"
    return render_template(
        "desk/fees.html",
        waiting=waiting,
        decided=decided,
        billed=billed_fees([fee.id for fee in decided]),
        moments={
            fee.id: clock.local(fee.appointment.starts, fee.appointment.location.timezone)
            for fee in (*waiting, *decided)
        },
        form=wrong or FeeForm(formdata=None),
        wrong=wrong,
        about=about,
        causes=appointment_page.CAUSES,
        fee_states=appointment_page.FEE_STATES,
        done=DONE.get(request.args.get("done", "")),
        **shown,
    )

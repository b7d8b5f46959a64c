"""«My invoices»: unpaid and paid, at the practice whose site this is or at all of them."""

from uuid import UUID

from flask import Blueprint, g, render_template

from app.billing import labels, queries
from app.kernel import clock
from app.kernel.clock import HOME
from app.patients import files
from app.patients.files import File
from app.web.access import person
from app.web.forms import page_of, single_args
from app.web.outside import services

bp = Blueprint("invoices", __name__)


@bp.get("/me/invoices")
@person
def listed() -> str:
    found, page = _files(), page_of(single_args())
    rows = queries.all_of(found, limit=queries.PAGE + 1, offset=page * queries.PAGE)
    return render_template(
        "billing/invoices.html",
        lines=rows[: queries.PAGE],
        files={one.patient_id: one for one in found},
        acting=g.person.acting_for,
        today=clock.today(services().clock.now(), HOME),
        page=page,
        more=len(rows) > queries.PAGE,
    )


@bp.get("/me/invoices/<uuid:invoice_id>")
@person
def one(invoice_id: UUID) -> str:
    file, whole = queries.one_of(_files(), invoice_id)
    return render_template(
        "billing/invoice.html",
        file=file,
        whole=whole,
        ways=labels.WAYS,
        today=clock.today(services().clock.now(), file.practice.timezone),
    )


def _files() -> list[File]:
    """Of the person, or of whom they act for, where invoices may be seen; others' are not there."""
    who, now = g.person, services().clock.now()
    found = files.seen_by(who.account.id, who.acting_for, today=clock.today(now, HOME))
    here = None if g.practice is None else g.practice.id
    return [one for one in found if "invoices" in one.scopes and here in (None, one.practice_id)]

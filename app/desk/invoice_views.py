"""Invoices at the desk: made by hand or from a fee that is kept, noted as paid, cancelled."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for

from app.billing import actions, labels, queries
from app.billing.queries import PAGE, Whole
from app.booking import queries as bookings
from app.desk.appointment_page import CAUSES
from app.desk.invoice_forms import CancelInvoiceForm, InvoiceForm, PaidForm
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import speaking, when_label
from app.patients import queries as patients
from app.patients.actions import journal_look
from app.patients.models import Patient
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import BaseForm, page_of, single_args
from app.web.outside import services

bp = Blueprint("desk_invoices", __name__)
HERE = "/desk/invoices"
OF_PATIENT = "/desk/patients/<uuid:patient_id>/invoices"
SHOWN = ("open", "paid", "cancelled")
DONE = {
    "issued": _l("The invoice is made. Nothing was sent: the patient sees it on their page."),
    "paid": _l("The invoice is noted as paid."),
    "reopened": _l("The invoice is open again."),
    "cancelled": _l("The invoice is cancelled."),
}


@bp.get(HERE)
@desk("invoices:manage")
def listed() -> str:
    args = single_args()
    state, page = args.get("show", "open"), page_of(args)
    state = state if state in SHOWN else "open"
    rows = queries.of_practice(state, limit=PAGE + 1, offset=page * PAGE)
    _look({whole.row.patient_id for whole in rows[:PAGE]}, what="search", target="invoices:list")
    return render_template(
        "desk/invoices.html", rows=rows[:PAGE], more=len(rows) > PAGE, page=page, state=state, today=_today()
    )


@bp.get(OF_PATIENT)
@desk("invoices:manage")
def of_patient(patient_id: UUID) -> str:
    return _of_patient(patients.patient(patient_id), InvoiceForm(formdata=None))


@bp.post(OF_PATIENT)
@checks_its_token
@desk("invoices:manage")
def issue(patient_id: UUID) -> Any:
    patient, form = patients.patient(patient_id), InvoiceForm()
    if not form.validate():
        return _of_patient(patient, form), 422
    made = actions.issue(
        patient.id,
        form.items,
        practice=g.practice,
        due_days=int(form.due_days.data),
        attempt=form.attempt_id,
        by=g.person.actor,
        now=services().clock.now(),
    )
    return go(url_for(".one", invoice_id=made.id, done="issued"))


@bp.post("/desk/fees/<uuid:fee_id>/invoice")
@desk("invoices:manage")
def bill_fee(fee_id: UUID) -> Any:
    BaseForm()  # content type and single values
    fee = bookings.fee(fee_id)
    visit = fee.appointment
    with speaking(visit.patient.language):
        moment = clock.local(visit.starts, visit.location.timezone)
        words = f"{CAUSES[fee.cause]}: {when_label(moment, visit.patient.language)}"
    made = actions.bill_fee(fee, words, practice=g.practice, by=g.person.actor, now=services().clock.now())
    return go(url_for(".one", invoice_id=made.id, done="issued"))


@bp.get(f"{HERE}/<uuid:invoice_id>")
@desk("invoices:manage")
def one(invoice_id: UUID) -> str:
    return _one(queries.invoice(invoice_id))


@bp.post(f"{HERE}/<uuid:invoice_id>/payment")
@checks_its_token
@desk("invoices:manage")
def pay(invoice_id: UUID) -> Any:
    whole = queries.invoice(invoice_id)
    form = _paid_form(whole)
    if not form.validate():
        return _one(whole, paying=form), 422
    way, on = form.way.data, form.paid_on.day
    return _settle(whole, "paid", lambda **more: actions.note_paid(whole.row, way=way, on=on, **more))


@bp.post(f"{HERE}/<uuid:invoice_id>/reopening")
@desk("invoices:manage")
def reopen(invoice_id: UUID) -> Any:
    BaseForm()  # content type and single values
    whole = queries.invoice(invoice_id)
    return _settle(whole, "reopened", lambda **more: actions.take_back(whole.row, **more))


@bp.post(f"{HERE}/<uuid:invoice_id>/cancellation")
@checks_its_token
@desk("invoices:manage")
def cancel(invoice_id: UUID) -> Any:
    whole, form = queries.invoice(invoice_id), CancelInvoiceForm()
    if not form.validate():
        return _one(whole, cancelling=form), 422
    reason = form.reason.data or ""
    return _settle(whole, "cancelled", lambda **more: actions.cancel(whole.row, reason=reason, **more))


def _settle(whole: Whole, done: str, change: Any) -> Any:
    """The change, or the page as it stands now with the reason why not."""
    try:
        change(by=g.person.actor, now=services().clock.now())
    except Refusal as no:
        return _one(queries.invoice(whole.row.id), refusal=no), no.status
    return go(url_for(".one", invoice_id=whole.row.id, done=done))


def _paid_form(whole: Whole, **more: Any) -> PaidForm:
    return PaidForm(issued_on=whole.row.issued_on, today=_today(), **more)


def _one(whole: Whole, *, paying: PaidForm | None = None, cancelling: Any = None, **shown: Any) -> str:
    _look([whole.row.patient_id], what="record")
    g.here = url_for(".one", invoice_id=whole.row.id)
    return render_template(
        "desk/invoice.html",
        whole=whole,
        patient=whole.row.patient,
        paying=paying or _paid_form(whole, formdata=None),
        cancelling=cancelling or CancelInvoiceForm(formdata=None),
        wrong=paying or cancelling,
        today=_today(),
        ways=labels.WAYS,
        done=DONE.get(request.args.get("done", "")),
        **shown,
    )


def _of_patient(patient: Patient, form: InvoiceForm) -> str:
    _look([patient.id], what="record")
    g.here = url_for(".of_patient", patient_id=patient.id)
    return render_template(
        "desk/patient_invoices.html",
        patient=patient,
        rows=queries.of_patient(patient.id),
        form=form,
        today=_today(),
    )


def _look(seen: Any, *, what: str, target: str = "") -> None:
    now = services().clock.now()
    journal_look(seen, member=g.staff, what=what, why="invoice", now=now, target=target)


def _today() -> Any:
    return clock.today(services().clock.now(), g.practice.timezone)

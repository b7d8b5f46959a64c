"""Making an invoice, noting that it was paid, taking that back, and cancelling it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from app.billing.models import ChargeItem, Invoice, InvoiceSeries
from app.billing.numbers import Item, reference
from app.billing.refusals import AlreadySettled, FeeBilled, FeeNotKept
from app.booking.models import FeeProposal
from app.kernel import audit
from app.kernel.clock import today as day_at
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Practice

DUE_DAYS = 30


def issue(
    patient_id: UUID,
    items: Sequence[Item],
    *,
    practice: Practice,
    due_days: int = DUE_DAYS,
    fee: UUID | None = None,
    attempt: UUID | None = None,
    by: str,
    now: datetime,
) -> Invoice:
    """An open invoice with the next number of the practice's year. `items`: one at least.

    `attempt` is of the form: the same lines sent twice by one person for one patient are one invoice.
    """
    issued_on = day_at(now, practice.timezone)
    identity = uuid5(attempt, f"{practice.id}|{patient_id}|{by}|{due_days}|{items}") if attempt else uuid7()
    with write_tx():
        audit.stand_in_line()
        if attempt and (before := Invoice.get_or_none(Invoice.id == identity)) is not None:
            return before
        number = _next_number(issued_on.year)
        invoice = Invoice.create(
            id=identity,
            patient=patient_id,
            year=issued_on.year,
            number=number,
            reference=reference(issued_on.year, number),
            total_cents=sum(item.cents for item in items),
            issued_on=issued_on,
            due_on=issued_on + timedelta(days=due_days),
            fee=fee,
            created_at=now,
            created_by=by,
        )
        for position, item in enumerate(items):
            ChargeItem.create(invoice=invoice, position=position, **vars(item))
        _journal(invoice, "invoice.issue", by=by, at=now, cents=invoice.total_cents)
    return invoice


def _next_number(year: int) -> int:
    """The row is updated before it is read: two invoices at once take their turn, and no number is left out."""
    for _attempt in range(2):
        if InvoiceSeries.update(last=InvoiceSeries.last + 1).where(InvoiceSeries.year == year).execute():
            return int(InvoiceSeries.select(InvoiceSeries.last).where(InvoiceSeries.year == year).scalar())
        InvoiceSeries.insert(year=year, last=0).on_conflict(action="IGNORE").execute()
    raise AssertionError("a row that was just made is there")


def bill_fee(fee: FeeProposal, words: str, *, practice: Practice, by: str, now: datetime) -> Invoice:
    """An invoice for a fee that was kept. FeeNotKept, or FeeBilled when there is one that was not cancelled."""
    with write_tx():
        # its row is the lock: of two colleagues one waits, and then sees the other's invoice
        kept = FeeProposal.update(state="kept").where(FeeProposal.id == fee.id, FeeProposal.state == "kept")
        if not kept.execute():
            raise FeeNotKept
        if Invoice.select().where(Invoice.fee == fee.id, Invoice.state != "cancelled").exists():
            raise FeeBilled
        items = [Item(words, fee.cents)]
        return issue(fee.appointment.patient_id, items, practice=practice, fee=fee.id, by=by, now=now)


def note_paid(invoice: Invoice, *, way: str, on: date, by: str, now: datetime) -> None:
    """AlreadySettled when it is no longer open."""
    settled = {"state": "paid", "way": way, "paid_on": on, "settled_at": now, "settled_by": by}
    _change(invoice, "open", settled, "invoice.pay", by=by, now=now, way=way)


def take_back(invoice: Invoice, *, by: str, now: datetime) -> None:
    """It was noted as paid by mistake: it is open again. AlreadySettled when it is not paid."""
    opened = {"state": "open", "way": None, "paid_on": None, "settled_at": None, "settled_by": None}
    _change(invoice, "paid", opened, "invoice.reopen", by=by, now=now)


def cancel(invoice: Invoice, *, reason: str, by: str, now: datetime) -> None:
    """Its number stays its own. AlreadySettled when it is no longer open."""
    settled = {"state": "cancelled", "reason": reason, "settled_at": now, "settled_by": by}
    _change(invoice, "open", settled, "invoice.cancel", by=by, now=now, because=reason)


def _change(
    invoice: Invoice, before: str, values: dict[str, Any], verb: str, *, by: str, now: datetime, **detail: Any
) -> None:
    with write_tx():
        query = Invoice.update(values).where(Invoice.id == invoice.id, Invoice.state == before)
        if not query.execute():
            raise AlreadySettled
        _journal(invoice, verb, by=by, at=now, **detail)


def _journal(invoice: Invoice, verb: str, *, by: str, at: datetime, **detail: Any) -> None:
    audit.record(by=by, verb=verb, target=audit.of_id("invoice", invoice.id), at=at, detail=detail)

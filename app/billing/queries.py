"""Invoices: of the people one may see them for, and of the open practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.billing.models import ChargeItem, Invoice
from app.billing.numbers import shown_number, shown_reference
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.tenancy import across_practices, practice_context
from app.patients.files import File
from app.patients.models import Patient

MOST = 5  # a list of the latest; who has more follows the link to all of them
PAGE = 25
OWN = "one person's own invoices, wherever they are"


@dataclass(frozen=True)
class Line:
    """An invoice as a list shows it; cents."""

    id: UUID
    patient_id: UUID
    year: int
    count: int
    cents: int
    state: str
    issued_on: date
    due_on: date
    paid_on: date | None

    @property
    def number(self) -> str:
        return shown_number(self.year, self.count)

    def is_late(self, today: date) -> bool:
        return self.state == "open" and self.due_on < today


@dataclass(frozen=True)
class Whole:
    """One invoice with its lines."""

    row: Invoice
    items: list[ChargeItem]

    @property
    def number(self) -> str:
        return shown_number(self.row.year, self.row.number)

    @property
    def reference(self) -> str:
        return shown_reference(self.row.reference)

    def is_late(self, today: date) -> bool:
        return bool(self.row.state == "open" and self.row.due_on < today)


# ---- of the person ----------------------------------------------------------------------------------------------


def latest(files: Sequence[File]) -> list[Line]:
    """The MOST of these files one looks for first: unpaid by the day they are due, then paid ones, newest first."""
    if not files:
        return []
    given: dict[str, Any] = {}
    for at, one in enumerate(files):
        given |= {f"practice{at}": one.practice_id.hex, f"patient{at}": one.patient_id.hex}
    with across_practices(reason=OWN):
        return [_line(row) for row in _latest(len(files)).rows(**given)]


COLUMNS = (
    Invoice.id, Invoice.patient, Invoice.year, Invoice.number, Invoice.total_cents, Invoice.state,
    Invoice.issued_on, Invoice.due_on, Invoice.paid_on,
)  # fmt: skip
# «open» stands before «paid» in the alphabet too
ORDER = (Invoice.state, Invoice.issued_on.desc(), Invoice.number.desc())


@lru_cache(maxsize=64)
def _latest(files: int) -> ConstantSQL:
    """For so many files."""

    def build() -> Any:
        whose = _of((param(f"practice{at}"), param(f"patient{at}")) for at in range(files))
        return (
            Invoice.select(*COLUMNS).where(whose, Invoice.state != "cancelled").order_by(*ORDER).limit(MOST)
        )

    return ConstantSQL(build, tenant=False)


def _of(pairs: Any) -> Any:
    whose: Any = None
    for practice, patient in pairs:
        one = (Invoice.practice == practice) & (Invoice.patient == patient)
        whose = one if whose is None else whose | one
    return whose


def all_of(files: Sequence[File], *, limit: int, offset: int = 0) -> list[Line]:
    """In the same order, cancelled ones last."""
    if not files:
        return []
    whose = _of((one.practice_id, one.patient_id) for one in files)
    last = (Invoice.state == "cancelled").asc()
    with across_practices(reason=OWN):
        rows = Invoice.select(*COLUMNS).where(whose).order_by(last, *ORDER).limit(limit).offset(offset)
        return [_line(row) for row in rows.tuples()]


def one_of(files: Sequence[File], invoice_id: UUID) -> tuple[File, Whole]:
    """NotFound for anybody else's."""
    for file in {one.practice_id: one for one in files}.values():
        with practice_context(file.practice_id):
            row = Invoice.get_or_none(Invoice.id == invoice_id)
            mine = row and next((one for one in files if one.patient_id == row.patient_id), None)
            if row is not None and mine:
                return mine, _whole(row)
    raise NotFound


def _line(row: tuple[Any, ...]) -> Line:
    ident, patient, year, number, cents, state, issued_on, due_on, paid_on = row
    return Line(
        _uuid(ident), _uuid(patient), year, number, cents, state, _day(issued_on), _day(due_on),
        _day(paid_on) if paid_on else None,
    )  # fmt: skip


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


# ---- of the open practice ---------------------------------------------------------------------------------------


def invoice(invoice_id: UUID) -> Whole:
    """With its patient; NotFound when it is not of the open practice."""
    row = Invoice.select(Invoice, Patient).join(Patient).where(Invoice.id == invoice_id).first()
    if row is None:
        raise NotFound
    return _whole(row)


def of_patient(patient_id: UUID) -> list[Whole]:
    """Newest first."""
    rows = (
        Invoice.select()
        .where(Invoice.patient == patient_id)
        .order_by(Invoice.year.desc(), Invoice.number.desc())
    )
    return [Whole(row, []) for row in rows]


def of_practice(state: str, *, limit: int, offset: int = 0) -> list[Whole]:
    """Open ones by the day they are due, the others by when they were settled, the newest first."""
    order = (Invoice.due_on, Invoice.number) if state == "open" else (Invoice.settled_at.desc(),)
    query = Invoice.select(Invoice, Patient).join(Patient).where(Invoice.state == state).order_by(*order)
    return [Whole(row, []) for row in query.limit(limit).offset(offset)]


def billed_fees(fees: Sequence[UUID]) -> dict[UUID, UUID]:
    """Fee -> its living invoice."""
    if not fees:
        return {}
    rows = Invoice.select(Invoice.fee, Invoice.id).where(
        Invoice.fee.in_(list(fees)), Invoice.state != "cancelled"
    )
    return {row.fee_id: row.id for row in rows}


def _whole(row: Invoice) -> Whole:
    mine = ChargeItem.select().where(ChargeItem.invoice == row.id).order_by(ChargeItem.position)
    return Whole(row, list(mine))

"""What practices asked of the person: one category of an export."""

from typing import Any

from app.account.export.sheets import Sheet, sheet
from app.billing import labels, queries
from app.kernel.i18n import _


def invoices(source: Any) -> Sheet:
    """As `contents.Source` opens each practice; cents as euros, a line for each invoice."""
    found = sheet(
        "invoices", _("My invoices"), practice=_("Practice"), whose=_("For"), number=_("Number"),
        issued=_("Invoice of"), due=_("To be paid by"), total=_("Amount in euros"), state=_("State"),
        paid=_("Paid on"), reference=_("Structured communication"),
    )  # fmt: skip
    for connected in source.connections:
        with source.at(connected) as practice:
            for whole in queries.of_patient(connected.patient.id):
                row = whole.row
                state, total = str(labels.STATES[row.state]), row.total_cents / 100
                dates = (row.issued_on, row.due_on, total, state, row.paid_on)
                found.rows.append(
                    (practice.name, connected.patient.name, whole.number, *dates, whole.reference)
                )
    return found

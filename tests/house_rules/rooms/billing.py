"""Invoices: their addresses, and one of somebody next door."""

from app.billing import actions
from app.billing.models import Invoice
from app.billing.numbers import Item
from app.kernel.owners import Practice
from app.kernel.tenancy import current_practice_id
from tests.factories import NOW
from tests.house_rules.stranger import CANARY

DECLARED = {
    "person": """
        GET /me/invoices
        GET /me/invoices/<uuid:invoice_id>
    """,
    "invoices:manage": """
        POST /desk/fees/<uuid:fee_id>/invoice
        GET /desk/invoices
        GET /desk/invoices/<uuid:invoice_id>
        POST /desk/invoices/<uuid:invoice_id>/cancellation
        POST /desk/invoices/<uuid:invoice_id>/payment
        POST /desk/invoices/<uuid:invoice_id>/reopening
        GET,POST /desk/patients/<uuid:patient_id>/invoices
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {"invoice.created_by", "invoice.settled_by", "invoice.reference"}


def furnish(there):
    """One that is open, and one that was cancelled with a reason."""
    practice = Practice.get_by_id(current_practice_id())
    made = {"practice": practice, "by": f"account:{there.staff.id}", "now": NOW}
    first = actions.issue(there.patient.id, [Item(CANARY, 4500)], **made)
    second = actions.issue(there.patient.id, [Item(CANARY, 4500)], **made)
    actions.cancel(Invoice.get_by_id(second.id), reason=CANARY, by=made["by"], now=NOW)
    return {"Invoice": first.id}

"""A paid and an open invoice for the demo's patients with an account."""

from datetime import datetime, timedelta

from app.billing import actions
from app.billing.models import Invoice
from app.billing.numbers import Item
from app.kernel.owners import Practice
from app.patients.models import Patient

LINES = {
    "fr": (Item("Séance de kinésithérapie", 4250, 2), Item("Bande de tape", 800)),
    "nl": (Item("Kinesitherapiesessie", 4250, 2), Item("Rol tape", 800)),
}
MONTH = timedelta(days=30)


def bill(practice: Practice, mails: list[str], *, now: datetime) -> None:
    """Once: somebody who has an invoice gets no other."""
    for patient in Patient.select().where(Patient.email.in_(mails)).order_by(Patient.created_at):
        lines = LINES.get(patient.language, LINES["fr"])
        if Invoice.select().where(Invoice.patient == patient).exists():
            continue
        made = {"practice": practice, "by": "operator"}
        before = actions.issue(patient.id, lines[:1], **made, now=now - MONTH)
        paid_on = (now - MONTH / 2).date()
        actions.note_paid(before, way="transfer", on=paid_on, by="operator", now=now - MONTH / 2)
        actions.issue(patient.id, lines, **made, now=now)

"""Invoices and their lines; amounts are whole cents of a euro."""

import peewee as pw

from app.booking.models import FeeProposal
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField
from app.patients.models import Patient

STATES = ("open", "paid", "cancelled")
WAYS = ("transfer", "cash", "card", "other")  # how it was paid, as the desk noted it


def one_of(column: str, values: tuple[str, ...]) -> pw.Check:
    return pw.Check(f"{column} IN ({', '.join(repr(value) for value in values)})")


class InvoiceSeries(TenantModel):
    """The last number given in a year: numbers follow one another without a gap (RD no. 1 on VAT, art. 5)."""

    year = pw.SmallIntegerField()
    last = pw.IntegerField(default=0)

    class Meta:
        table_name = "invoice_series"
        indexes = ((("practice", "year"), True),)


class Invoice(TenantModel):
    """The bill: FHIR Invoice. Its lines and its number never change; a mistake is cancelled, and made anew."""

    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    year = pw.SmallIntegerField()
    number = pw.IntegerField()  # from 1 in each year
    reference = pw.CharField(12)  # structured communication: ten digits and their remainder
    total_cents = pw.IntegerField()
    issued_on = pw.DateField()
    due_on = pw.DateField()
    state = pw.CharField(9, default="open", constraints=[one_of("state", STATES)])
    settled_at = InstantField(null=True)  # when it was noted as paid, or cancelled
    settled_by = pw.CharField(80, null=True)
    paid_on = pw.DateField(null=True)
    way = pw.CharField(8, null=True, constraints=[one_of("way", WAYS)])
    reason = pw.CharField(300, default="")  # why it was cancelled
    fee = pw.ForeignKeyField(FeeProposal, null=True, index=False, backref="+", on_delete="RESTRICT")
    created_at = InstantField()
    created_by = pw.CharField(80)

    class Meta:
        table_name = "invoice"
        indexes = (
            *OWN_KEY,
            (("practice", "year", "number"), True),
            (("practice", "reference"), True),
            (("practice", "patient", "issued_on"), False),
            (("practice", "state", "due_on"), False),
            (("practice", "fee"), False),
        )
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("fee_proposal", "fee_id"),
            pw.Check("total_cents > 0"),
            pw.Check("number > 0"),
            pw.Check("due_on >= issued_on"),
            pw.Check("(state = 'open') = (settled_at IS NULL)"),
            pw.Check("(state = 'open') = (settled_by IS NULL)"),
            pw.Check("(state = 'paid') = (paid_on IS NOT NULL)"),
            pw.Check("(paid_on IS NULL) = (way IS NULL)"),
        ]


class ChargeItem(TenantModel):
    """One line of an invoice: FHIR ChargeItem."""

    invoice = pw.ForeignKeyField(Invoice, index=False, backref="items", on_delete="CASCADE")
    position = pw.SmallIntegerField()
    words = pw.CharField(200)
    quantity = pw.SmallIntegerField(default=1)
    unit_cents = pw.IntegerField()

    class Meta:
        table_name = "charge_item"
        indexes = ((("practice", "invoice", "position"), True),)
        constraints = [
            same_practice("invoice", "invoice_id", on_delete="CASCADE"),
            pw.Check("quantity BETWEEN 1 AND 999"),
            pw.Check("unit_cents > 0"),
        ]

    @property
    def cents(self) -> int:
        return self.quantity * self.unit_cents

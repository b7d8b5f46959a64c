"""FeeProposal: what a practice may ask for a visit given up late or missed, until somebody there decides."""

import peewee as pw

from app.booking.models.appointments import Appointment
from app.booking.models.words import one_of
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField

FEE_CAUSES = ("late", "noshow")
FEE_STATES = ("proposed", "kept", "waived")


class FeeProposal(TenantModel):
    """Proposed by the portal, kept or waived by a person. Nothing is charged or sent by itself."""

    appointment = pw.ForeignKeyField(Appointment, index=False, backref="+", on_delete="RESTRICT")
    cents = pw.IntegerField()  # as told to the person before they booked
    cause = pw.CharField(6, constraints=[one_of("cause", FEE_CAUSES)])
    state = pw.CharField(8, default="proposed", constraints=[one_of("state", FEE_STATES)])
    proposed_at = InstantField()
    decided_at = InstantField(null=True)
    decided_by = pw.CharField(80, null=True)
    reason = pw.CharField(300, default="")

    class Meta:
        table_name = "fee_proposal"
        indexes = (
            *OWN_KEY,
            (("practice", "appointment"), True),
            (("practice", "state", "proposed_at"), False),
        )
        constraints = [
            same_practice("appointment", "appointment_id"),
            pw.Check("cents > 0"),
            pw.Check("(state = 'proposed') = (decided_at IS NULL)"),
            pw.Check("(decided_at IS NULL) = (decided_by IS NULL)"),
        ]

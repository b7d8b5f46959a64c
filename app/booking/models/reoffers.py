"""What was offered to the people whose appointments a change of the agenda left without a place."""

import peewee as pw

from app.booking.models.appointments import Appointment
from app.booking.models.words import one_of
from app.directory.models import Practitioner
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText

CAUSES = ("absence", "closure", "holiday", "hours", "exception", "service", "room", "orphans")
CHOICES = ("keep", "colleague", "times", "cancel", "call")
# told: moved or cancelled, and read by mail at most; sent: waits for an answer; call: to be telephoned
REOFFER_STATES = ("told", "sent", "accepted", "declined", "expired", "call", "called")


class Rearrangement(TenantModel):
    """One send: somebody chose, at one moment, what becomes of several appointments."""

    cause = pw.CharField(10, constraints=[one_of("cause", CAUSES)])
    practitioner = pw.ForeignKeyField(Practitioner, null=True, index=False, backref="+", on_delete="CASCADE")
    attempt = pw.UUIDField()  # of the page it was sent from: the same page twice is one send
    actor = pw.CharField(80)
    created_at = InstantField()

    class Meta:
        table_name = "rearrangement"
        indexes = (*OWN_KEY, (("practice", "attempt"), True), (("practice", "created_at"), False))
        constraints = [same_practice("practitioner", "practitioner_id", on_delete="CASCADE")]


class Reoffer(TenantModel):
    """What one person was offered instead of an appointment, by which link, and what they answered."""

    rearrangement = pw.ForeignKeyField(Rearrangement, index=False, backref="reoffers", on_delete="CASCADE")
    appointment = pw.ForeignKeyField(Appointment, index=False, backref="+", on_delete="CASCADE")
    choice = pw.CharField(9, constraints=[one_of("choice", CHOICES)])
    alternatives = JSONText(default=list)  # [[id of an agenda (hex), start], …]
    version = pw.IntegerField()  # of the appointment it is about
    was_start = pw.IntegerField()  # minutes since 1970, the time it is about
    words = pw.CharField(500, null=True)  # what the practice adds
    token_hash = pw.CharField(64, unique=True)
    expires = pw.IntegerField()
    state = pw.CharField(8, constraints=[one_of("state", REOFFER_STATES)])
    created_at = InstantField()
    answered_at = InstantField(null=True)
    called_at = InstantField(null=True)
    called_by = pw.CharField(80, null=True)

    class Meta:
        table_name = "reoffer"
        indexes = (
            *OWN_KEY,
            (("practice", "rearrangement", "appointment"), True),
            (("practice", "appointment"), False),
            (("state", "expires"), False),
        )
        constraints = [
            same_practice("rearrangement", "rearrangement_id", on_delete="CASCADE"),
            same_practice("appointment", "appointment_id", on_delete="CASCADE"),
            pw.Check("(called_at IS NULL) = (called_by IS NULL)"),
        ]

"""What the practice asks about a request before it answers, and the other times it offers when it refuses."""

import peewee as pw

from app.booking.models.appointments import Appointment
from app.directory.models import Schedule
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField


class RequestQuestion(TenantModel):
    """One question to whoever asked for an appointment; it stands with the request, answered or not."""

    appointment = pw.ForeignKeyField(Appointment, backref="questions", index=False, on_delete="CASCADE")
    position = pw.SmallIntegerField()  # in the order they were asked, over all rounds
    question = pw.CharField(300)
    answer = pw.CharField(1000, null=True)
    asked_at = InstantField()
    answered_at = InstantField(null=True)

    class Meta:
        table_name = "request_question"
        indexes = (*OWN_KEY, (("practice", "appointment", "position"), True))
        constraints = [
            same_practice("appointment", "appointment_id", on_delete="CASCADE"),
            pw.Check("(answer IS NULL) = (answered_at IS NULL)"),
        ]


class AlternativeTime(TenantModel):
    """Another time the practice offers to whoever it refused: booked at once when chosen, while it is free."""

    appointment = pw.ForeignKeyField(Appointment, backref="alternatives", index=False, on_delete="CASCADE")
    position = pw.SmallIntegerField(constraints=[pw.Check("position BETWEEN 0 AND 2")])
    schedule = pw.ForeignKeyField(Schedule, backref="+", index=False, on_delete="CASCADE")
    starts = pw.IntegerField()  # minutes since 1970, UTC

    class Meta:
        table_name = "alternative_time"
        indexes = (*OWN_KEY, (("practice", "appointment", "position"), True))
        constraints = [
            same_practice("appointment", "appointment_id", on_delete="CASCADE"),
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
        ]

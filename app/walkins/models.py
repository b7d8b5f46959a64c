"""How a practice takes people without an appointment, and each number it gave out."""

import peewee as pw

from app.booking.models import Appointment, one_of
from app.directory.models import Location
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText

STATES = ("waiting", "called", "taken", "gave-up")
PRIORITIES = (1, 2, 3)  # 1 goes first
REASONS = ("care", "consultation", "prescription", "question", "other")


class WalkInPlan(TenantModel):
    """One row a practice; without it, or with `enabled` false, nobody can take a number."""

    enabled = pw.BooleanField(default=False)
    reasons = JSONText(default=list)  # of REASONS, in that order
    average_minutes = pw.SmallIntegerField(
        default=15, constraints=[pw.Check("average_minutes BETWEEN 5 AND 120")]
    )
    sound = pw.BooleanField(default=False)  # whether the screen may sound when a number is called
    screen_round = pw.IntegerField(default=1)  # another round, another secret address
    screen_hash = pw.CharField(64, unique=True)
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "walk_in_plan"
        indexes = ((("practice",), True),)


class WalkIn(TenantModel):
    """One number of a day at a site. The first name is forgotten after a month; the patient is the appointment's."""

    location = pw.ForeignKeyField(Location, index=False, backref="+", on_delete="RESTRICT")
    day = pw.DateField()  # on the wall of the site
    number = pw.SmallIntegerField(constraints=[pw.Check("number BETWEEN 1 AND 9999")])
    first_name = pw.CharField(100, null=True)
    reason = pw.CharField(12, constraints=[one_of("reason", REASONS)])
    priority = pw.SmallIntegerField(default=2, constraints=[pw.Check("priority BETWEEN 1 AND 3")])
    state = pw.CharField(7, default="waiting", constraints=[one_of("state", STATES)])
    outside = pw.BooleanField(default=False)  # waits in front of the door, and comes when called
    language = pw.CharField(2)
    attempt = pw.UUIDField()  # the same form sent twice is one number
    version = pw.IntegerField(default=1)
    created_at = InstantField()
    called_at = InstantField(null=True)
    called_by = pw.CharField(80, null=True)
    ended_at = InstantField(null=True)  # gave up, or taken in
    appointment = pw.ForeignKeyField(Appointment, null=True, index=False, backref="+", on_delete="RESTRICT")

    class Meta:
        table_name = "walk_in"
        indexes = (
            *OWN_KEY,
            (("practice", "location", "day", "number"), True),
            (("practice", "attempt"), True),
            (("practice", "appointment"), True),
        )
        constraints = [
            same_practice("location", "location_id"),
            same_practice("appointment", "appointment_id"),
            pw.Check("(state = 'taken') = (appointment_id IS NOT NULL)"),
            pw.Check("(state IN ('taken', 'gave-up')) = (ended_at IS NOT NULL)"),
            pw.Check("(called_at IS NULL) = (called_by IS NULL)"),
        ]

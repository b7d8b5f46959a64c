"""Who waits for which time, and the log of who was offered what."""

import peewee as pw

from app.booking.models import Appointment, one_of
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField
from app.patients.models import Patient

ENTRY_STATES = ("waiting", "served", "withdrawn", "removed", "over")
OFFER_STATES = ("open", "accepted", "declined", "expired", "withdrawn", "lost")
PRIORITIES = (0, 1, 2)


class WaitEntry(TenantModel):
    """One wish. Days and minutes are those of the wall at the site; `weekdays` has one bit a day, Monday first."""

    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    account_id = pw.UUIDField(null=True)  # who asked; no foreign key: the wish outlives the account
    dependant = pw.UUIDField(null=True)  # for whom of the people they act for
    contact_email = pw.CharField(254)
    language = pw.CharField(2)
    service = pw.ForeignKeyField(HealthcareService, index=False, backref="+", on_delete="CASCADE")
    location = pw.ForeignKeyField(Location, index=False, backref="+", on_delete="CASCADE")
    schedule = pw.ForeignKeyField(
        Schedule, null=True, index=False, backref="+", on_delete="CASCADE"
    )  # NULL: any
    first_day = pw.DateField()
    last_day = pw.DateField()
    weekdays = pw.SmallIntegerField(default=127, constraints=[pw.Check("weekdays BETWEEN 1 AND 127")])
    start_minute = pw.SmallIntegerField(default=0)
    end_minute = pw.SmallIntegerField(default=1440)
    notice_minutes = pw.IntegerField(default=0)  # what the person needs to get there
    swap = pw.ForeignKeyField(Appointment, null=True, index=False, backref="+", on_delete="RESTRICT")
    priority = pw.SmallIntegerField(default=0, constraints=[pw.Check("priority BETWEEN 0 AND 2")])
    priority_reason = pw.CharField(300, null=True)
    looked_version = pw.IntegerField()  # of the catalogue: a newer one may have hours this wish never saw
    state = pw.CharField(9, default="waiting", constraints=[one_of("state", ENTRY_STATES)])
    created_at = InstantField()
    ended_at = InstantField(null=True)
    ended_by = pw.CharField(80, null=True)

    class Meta:
        table_name = "wait_entry"
        indexes = (
            *OWN_KEY,
            (("practice", "state", "priority", "created_at"), False),
            (("practice", "patient"), False),
            (("account_id",), False),
        )
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("healthcare_service", "service_id", on_delete="CASCADE"),
            same_practice("location", "location_id", on_delete="CASCADE"),
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            same_practice("appointment", "swap_id"),
            pw.Check("first_day <= last_day"),
            pw.Check("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440"),
            pw.Check("(state = 'waiting') = (ended_at IS NULL)"),
        ]


class WaitOffer(TenantModel):
    """One time offered to one person, with a hold of its own (`hold_id`; holds are swept, offers stay as the log)."""

    entry = pw.ForeignKeyField(WaitEntry, backref="offers", on_delete="CASCADE")
    practitioner = pw.ForeignKeyField(Practitioner, index=False, backref="+", on_delete="CASCADE")
    schedule = pw.ForeignKeyField(Schedule, index=False, backref="+", on_delete="CASCADE")
    starts = pw.IntegerField()  # minutes since 1970, UTC
    ends = pw.IntegerField()
    freed_at = pw.IntegerField()  # when the time came free: nobody is offered the same one twice
    hold_id = pw.UUIDField()
    token_hash = pw.CharField(64, unique=True)
    state = pw.CharField(9, default="open", constraints=[one_of("state", OFFER_STATES)])
    offered_at = InstantField()
    expires = pw.IntegerField()  # minutes since 1970
    answered_at = InstantField(null=True)
    appointment = pw.ForeignKeyField(Appointment, null=True, index=False, backref="+", on_delete="SET NULL")

    class Meta:
        table_name = "wait_offer"
        indexes = (
            *OWN_KEY,
            (("practice", "hold_id"), True),
            (("practice", "practitioner", "starts"), False),
            (("practice", "offered_at"), False),
        )
        constraints = [
            same_practice("wait_entry", "entry_id", on_delete="CASCADE"),
            same_practice("practitioner", "practitioner_id", on_delete="CASCADE"),
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            same_practice("appointment", "appointment_id"),
            pw.Check("starts < ends"),
            pw.Check("(state = 'open') = (answered_at IS NULL)"),
            pw.Check("(appointment_id IS NULL) OR state = 'accepted'"),
        ]


# the database's own word: a wish has one open offer at most
ONE_OPEN = "CREATE UNIQUE INDEX wait_offer_open ON wait_offer (practice_id, entry_id) WHERE state = 'open'"

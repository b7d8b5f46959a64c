"""Holds and appointments, and what a link in a mail may do with one."""

import peewee as pw

from app.booking.models.words import CANCEL_KINDS, HOLD_KINDS, ORIGINS, STATUSES, one_of
from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.patients.models import Patient


class Hold(TenantModel):
    """A time kept for somebody who is still typing. Used once an appointment carries its id; else it expires."""

    practitioner = pw.ForeignKeyField(Practitioner, index=False, backref="+", on_delete="CASCADE")
    schedule = pw.ForeignKeyField(Schedule, index=False, backref="+", on_delete="CASCADE")
    service = pw.ForeignKeyField(HealthcareService, index=False, backref="+", on_delete="CASCADE")
    starts = pw.IntegerField()
    ends = pw.IntegerField()
    buffer_before = pw.SmallIntegerField()
    buffer_after = pw.SmallIntegerField()
    session_key = pw.UUIDField()
    capacity = pw.SmallIntegerField()
    expires = pw.IntegerField()  # minutes since 1970
    renewed = pw.BooleanField(default=False)
    kind = pw.CharField(6, default="typing", constraints=[one_of("kind", HOLD_KINDS)])

    class Meta:
        table_name = "hold"
        indexes = (*OWN_KEY, (("practice", "practitioner", "starts"), False), (("expires",), False))
        constraints = [
            same_practice("practitioner", "practitioner_id", on_delete="CASCADE"),
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            same_practice("healthcare_service", "service_id", on_delete="CASCADE"),
            pw.Check("starts < ends AND ends <= starts + 1440"),
            pw.Check("buffer_before BETWEEN 0 AND 240 AND buffer_after BETWEEN 0 AND 240"),
        ]


class Appointment(TenantModel):
    """A booking: FHIR Appointment. Duration, buffers, capacity and price are stamped: later settings leave it alone."""

    patient = pw.ForeignKeyField(Patient, index=False, backref="appointments", on_delete="RESTRICT")
    practitioner = pw.ForeignKeyField(Practitioner, index=False, backref="+", on_delete="RESTRICT")
    schedule = pw.ForeignKeyField(Schedule, index=False, backref="+", on_delete="RESTRICT")
    service = pw.ForeignKeyField(HealthcareService, index=False, backref="+", on_delete="RESTRICT")
    location = pw.ForeignKeyField(Location, index=False, backref="+", on_delete="RESTRICT")
    starts = pw.IntegerField()  # minutes since 1970, UTC
    ends = pw.IntegerField()
    buffer_before = pw.SmallIntegerField(default=0)
    buffer_after = pw.SmallIntegerField(default=0)
    session_key = pw.UUIDField()  # own for one person; shared by the places of a group session
    seat = pw.SmallIntegerField(default=1)
    capacity = pw.SmallIntegerField(default=1)
    status = pw.CharField(16, default="booked", constraints=[one_of("status", STATUSES)])
    origin = pw.CharField(8, default="web", constraints=[one_of("origin", ORIGINS)])
    # rises with every change: SEQUENCE of the calendar file, lock of mail links
    version = pw.IntegerField(default=1)
    price_cents = pw.IntegerField(null=True)
    contact_email = pw.CharField(254, null=True)  # as given with this booking; the record may say otherwise
    language = pw.CharField(2)
    idempotency_key = pw.UUIDField()
    cancel_until = pw.IntegerField()  # minutes since 1970, the deadline as told to the person
    late_fee_cents = pw.IntegerField(null=True)
    move_until = pw.IntegerField(null=True)  # as cancel_until
    level = pw.SmallIntegerField(null=True)  # how far the practice knew the person when they booked
    note = pw.CharField(1000, null=True)  # what the person wrote with a request
    answer_by = pw.IntegerField(null=True)  # of a request: when it expires
    series_id = pw.UUIDField(null=True)  # shared by the dates of a series
    units = JSONText(null=True)  # rooms and devices its session has; room_index keeps their time
    # the consent: which texts were shown ([{kind, version, language, sha256}]), the computed policy as it was read, and
    # whether it was accepted; written once
    policy_texts = JSONText(null=True)
    policy_sentence = pw.CharField(500, null=True)
    accepted = pw.BooleanField(null=True)
    treated_from = pw.IntegerField(
        null=True
    )  # minutes since 1970: when the desk noted it, not when it was to be
    treated_until = pw.IntegerField(null=True)
    fit = pw.CharField(9, default="supported", constraints=[one_of("fit", ("supported", "orphaned"))])
    created_at = InstantField()
    undo_until = InstantField(null=True)
    cancelled_at = InstantField(null=True)
    cancelled_by = pw.CharField(80, null=True)
    cancelled_late = pw.BooleanField(default=False)
    cancel_kind = pw.CharField(8, null=True, constraints=[one_of("cancel_kind", CANCEL_KINDS)])
    cancel_reason = pw.CharField(500, null=True)  # what the person, or the practice, said

    class Meta:
        table_name = "appointment"
        indexes = (
            *OWN_KEY,
            (("practice", "idempotency_key"), True),
            (("practice", "patient", "starts"), False),
            (("practice", "starts"), False),
            (("practice", "series_id"), False),
        )
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("practitioner", "practitioner_id"),
            same_practice("schedule", "schedule_id"),
            same_practice("healthcare_service", "service_id"),
            same_practice("location", "location_id"),
            pw.Check("starts < ends AND ends <= starts + 1440"),
            pw.Check("buffer_before BETWEEN 0 AND 240 AND buffer_after BETWEEN 0 AND 240"),
            pw.Check("seat BETWEEN 1 AND capacity"),
            pw.Check("(status = 'cancelled') = (cancelled_at IS NOT NULL)"),
            pw.Check("(cancelled_at IS NULL) = (cancelled_by IS NULL)"),
        ]


# decline: of an appointment made by telephone; answer: what the practice asked; choose: of other times it offers
LINK_ACTIONS = ("cancel", "move", "decline", "answer", "choose")


class ActionLink(TenantModel):
    """What a link in a mail may do, once, while the appointment is still the one the mail spoke of."""

    token_hash = pw.CharField(64, unique=True)
    appointment = pw.ForeignKeyField(Appointment, backref="+", on_delete="CASCADE")
    action = pw.CharField(10, constraints=[one_of("action", LINK_ACTIONS)])
    appointment_version = pw.IntegerField()
    expires = pw.IntegerField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "action_link"
        indexes = OWN_KEY
        constraints = [same_practice("appointment", "appointment_id", on_delete="CASCADE")]

"""Weekly hours, exceptions, policy, holds and appointments."""

import peewee as pw

from app.directory.models import HealthcareService, Location, Practitioner, Schedule
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.patients.models import Patient

# FHIR appointment status; an «occupying» one keeps its time from everybody else
STATUSES = ("proposed", "pending", "booked", "arrived", "checked-in", "fulfilled", "cancelled", "noshow",
            "waitlist", "entered-in-error")  # fmt: skip
OCCUPYING = ("proposed", "pending", "booked", "arrived", "checked-in", "fulfilled")


def one_of(column: str, values: tuple[str, ...]) -> pw.Check:
    return pw.Check(f"{column} IN ({', '.join(repr(value) for value in values)})")


class WorkingHours(TenantModel):
    """One window of a weekly plan, in wall-clock minutes of the site; a break is the gap between two windows."""

    schedule = pw.ForeignKeyField(Schedule, backref="+", on_delete="CASCADE")
    weekday = pw.SmallIntegerField(constraints=[pw.Check("weekday BETWEEN 0 AND 6")])
    start_minute = pw.SmallIntegerField()
    end_minute = pw.SmallIntegerField()
    valid_from = pw.DateField()
    valid_to = pw.DateField(null=True)
    cycle_weeks = pw.SmallIntegerField(default=1, constraints=[pw.Check("cycle_weeks BETWEEN 1 AND 8")])
    week_in_cycle = pw.SmallIntegerField(default=0)
    services = JSONText(null=True)  # keys; NULL: every service of the agenda
    audience = pw.CharField(6, default="public", constraints=[one_of("audience", ("public", "staff"))])

    class Meta:
        table_name = "working_hours"
        indexes = (*OWN_KEY, (("practice", "schedule"), False))
        constraints = [
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            pw.Check("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440"),
        ]


class HoursException(TenantModel):
    """Days that differ from the plan: closed, replaced by other hours, or with hours added."""

    schedule = pw.ForeignKeyField(Schedule, backref="+", on_delete="CASCADE")
    kind = pw.CharField(8, constraints=[one_of("kind", ("close", "replace", "add"))])
    first_day = pw.DateField()
    last_day = pw.DateField()
    start_minute = pw.SmallIntegerField(default=0)
    end_minute = pw.SmallIntegerField(default=1440)
    services = JSONText(null=True)
    audience = pw.CharField(6, default="public", constraints=[one_of("audience", ("public", "staff"))])

    class Meta:
        table_name = "hours_exception"
        indexes = (*OWN_KEY, (("practice", "schedule"), False))
        constraints = [
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            pw.Check("first_day <= last_day"),
            pw.Check("0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440"),
        ]


class TimeOff(TenantModel):
    """Closed or away, as instants: the whole practice, one site, or one practitioner (at most one of both is set)."""

    location = pw.ForeignKeyField(Location, null=True, backref="+", on_delete="CASCADE")
    practitioner = pw.ForeignKeyField(Practitioner, null=True, backref="+", on_delete="CASCADE")
    kind = pw.CharField(8, constraints=[one_of("kind", ("closure", "absence", "block"))])
    starts = pw.IntegerField()
    ends = pw.IntegerField()
    label = JSONText(default=dict)

    class Meta:
        table_name = "time_off"
        indexes = (*OWN_KEY, (("practice", "ends"), False))
        constraints = [
            same_practice("location", "location_id", on_delete="CASCADE"),
            same_practice("practitioner", "practitioner_id", on_delete="CASCADE"),
            pw.Check("starts < ends"),
            pw.Check("location_id IS NULL OR practitioner_id IS NULL"),
        ]


class OpenedHoliday(TenantModel):
    """A public holiday on which the practice works all the same."""

    day = pw.DateField()

    class Meta:
        table_name = "opened_holiday"
        indexes = (*OWN_KEY, (("practice", "day"), True))


class BookingPolicy(TenantModel):
    """The practice's rules, and field by field those of a service; NULL inherits."""

    service = pw.ForeignKeyField(HealthcareService, null=True, backref="+", on_delete="CASCADE")
    min_notice_minutes = pw.IntegerField(null=True)
    horizon_days = pw.IntegerField(null=True)
    cancellation_notice_minutes = pw.IntegerField(null=True)
    late_fee_cents = pw.IntegerField(null=True)
    conditions_required = pw.BooleanField(null=True)

    class Meta:
        table_name = "booking_policy"
        indexes = (*OWN_KEY, (("practice", "service"), True))
        constraints = [same_practice("healthcare_service", "service_id", on_delete="CASCADE")]


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
    origin = pw.CharField(
        8, default="web", constraints=[one_of("origin", ("web", "phone", "desk", "walkin", "import"))]
    )
    version = pw.IntegerField(
        default=1
    )  # rises with every change: SEQUENCE of the calendar file, lock of mail links
    price_cents = pw.IntegerField(null=True)
    contact_email = pw.CharField(254, null=True)  # as given with this booking; the record may say otherwise
    language = pw.CharField(2)
    idempotency_key = pw.UUIDField()
    cancel_until = pw.IntegerField()  # minutes since 1970, the deadline as told to the person
    late_fee_cents = pw.IntegerField(null=True)
    created_at = InstantField()
    undo_until = InstantField(null=True)
    cancelled_at = InstantField(null=True)
    cancelled_by = pw.CharField(80, null=True)
    cancelled_late = pw.BooleanField(default=False)

    class Meta:
        table_name = "appointment"
        indexes = (
            *OWN_KEY,
            (("practice", "idempotency_key"), True),
            (("practice", "patient", "starts"), False),
            (("practice", "starts"), False),
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


class ActionLink(TenantModel):
    """What a link in a mail may do, once, while the appointment is still the one the mail spoke of."""

    token_hash = pw.CharField(64, unique=True)
    appointment = pw.ForeignKeyField(Appointment, backref="+", on_delete="CASCADE")
    action = pw.CharField(10, constraints=[one_of("action", ("cancel",))])
    appointment_version = pw.IntegerField()
    expires = pw.IntegerField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "action_link"
        indexes = OWN_KEY
        constraints = [same_practice("appointment", "appointment_id", on_delete="CASCADE")]

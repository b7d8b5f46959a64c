"""Who may book what, how soon, how far ahead and how often: the rules of the practice."""

import peewee as pw

from app.booking.models.words import LEVELS, OUTCOMES, one_of
from app.directory.models import HealthcareService, Schedule
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText

REASONS = ("off", "optional", "required")  # whether cancelling asks why


class BookingPolicy(TenantModel):
    """One row of the matrix: for a service, an agenda, a level of trust, new or known people; NULL is «whichever».

    Every other field that is NULL inherits, field by field: app/booking/policy.py says from where. In counts and
    amounts 0 means «none»: no limit, no fee.
    """

    service = pw.ForeignKeyField(HealthcareService, null=True, backref="+", on_delete="CASCADE")
    schedule = pw.ForeignKeyField(Schedule, null=True, backref="+", on_delete="CASCADE")
    level = pw.SmallIntegerField(null=True)
    known = pw.BooleanField(null=True)  # has been here before
    outcome = pw.CharField(8, null=True, constraints=[one_of("outcome", OUTCOMES)])
    min_notice_minutes = pw.IntegerField(null=True)
    move_notice_minutes = pw.IntegerField(null=True)
    cancellation_notice_minutes = pw.IntegerField(null=True)
    horizon_days = pw.IntegerField(null=True)
    late_fee_cents = pw.IntegerField(null=True)
    conditions_required = pw.BooleanField(null=True)
    sign_in_required = pw.BooleanField(null=True)
    move_allowed = pw.BooleanField(null=True)
    cancellation_allowed = pw.BooleanField(null=True)
    cancel_reason = pw.CharField(8, null=True, constraints=[one_of("cancel_reason", REASONS)])
    upcoming_most = pw.SmallIntegerField(null=True)  # appointments a person may hold
    window_most = pw.SmallIntegerField(null=True)  # appointments within any `window_days`
    window_days = pw.SmallIntegerField(null=True)
    gap_days = pw.SmallIntegerField(null=True)  # between two appointments of a person; 1: not twice a day
    series_most = pw.SmallIntegerField(null=True)  # dates of one series
    waiting_list = pw.BooleanField(null=True)
    answer_hours = pw.SmallIntegerField(null=True)  # of days the practice is open, to answer a request

    class Meta:
        table_name = "booking_policy"
        indexes = (*OWN_KEY, (("practice", "service", "schedule", "level", "known"), False))
        constraints = [
            same_practice("healthcare_service", "service_id", on_delete="CASCADE"),
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            pw.Check(f"level IS NULL OR level BETWEEN {LEVELS[0]} AND {LEVELS[-1]}"),
        ]


class AgendaLimit(TenantModel):
    """How much of an agenda the public may take in a day, a week or a month; staff may go beyond."""

    schedule = pw.ForeignKeyField(Schedule, backref="+", on_delete="CASCADE")
    service = pw.ForeignKeyField(HealthcareService, null=True, backref="+", on_delete="CASCADE")  # NULL: all
    period = pw.CharField(5, constraints=[one_of("period", ("day", "week", "month"))])
    unit = pw.CharField(7, default="count", constraints=[one_of("unit", ("count", "minutes"))])
    most = pw.IntegerField(constraints=[pw.Check("most BETWEEN 0 AND 100000")])

    class Meta:
        table_name = "agenda_limit"
        indexes = (*OWN_KEY, (("practice", "schedule"), False))
        constraints = [
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            same_practice("healthcare_service", "service_id", on_delete="CASCADE"),
        ]


class PolicyDraft(TenantModel):
    """What will be otherwise in the rules of the practice, and from when on; nothing of it holds yet."""

    changes = JSONText()  # booking.rulebook.plain, with what inherits again as null
    publish_on = pw.DateField(
        null=True
    )  # holds from 0:00 on that day of the practice; null: until somebody says so
    updated_at = InstantField()
    updated_by = pw.CharField(80)

    class Meta:
        table_name = "policy_draft"
        indexes = (*OWN_KEY, (("practice",), True))


class PolicyVersion(TenantModel):
    """All rules of the practice as they held from an instant on: written once, and never changed."""

    number = pw.IntegerField()
    content = JSONText()  # booking.rulebook.plain
    starts_at = InstantField()
    published_at = InstantField()  # when it was written down: a dated one at the first request of its day
    published_by = pw.CharField(80)
    again = pw.IntegerField(null=True)  # the older version it says the same as

    class Meta:
        table_name = "policy_version"
        indexes = (*OWN_KEY, (("practice", "number"), True))

"""When agendas are open: weekly hours, exceptions, closures and absences."""

import peewee as pw

from app.booking.models.words import one_of
from app.directory.models import Location, Practitioner, Schedule
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import JSONText


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

"""The practice's exercises, the programmes made of them, and what was done on which day (FHIR CarePlan)."""

import peewee as pw

from app.booking.models import one_of
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.kernel.files import KEY_LENGTH
from app.patients.models import Patient

STATES = ("active", "revoked")  # codes of FHIR CarePlan.status; that the last day is past makes one old
FEELINGS = ("easy", "right", "hard", "painful")
EVERY_DAY = 127


class Exercise(TenantModel):
    """One exercise of the practice's own library."""

    name = JSONText(default=dict)  # texts per language
    text = JSONText(default=dict)
    drawing = pw.CharField(40, null=True)  # of exercises.common, shipped with the portal
    picture = pw.CharField(KEY_LENGTH, null=True)  # of the practice's own: a stored file (kernel/files.py)
    archived_at = InstantField(null=True)
    created_at = InstantField()
    revision = pw.IntegerField(default=1)

    class Meta:
        table_name = "exercise"
        indexes = (*OWN_KEY,)


class CarePlan(TenantModel):
    """A programme of one patient; without a patient, a template."""

    patient = pw.ForeignKeyField(Patient, null=True, index=False, backref="+", on_delete="RESTRICT")
    title = pw.CharField(120)
    note = pw.CharField(1000, null=True)
    status = pw.CharField(7, default="active", constraints=[one_of("status", STATES)])
    starts_on = pw.DateField(null=True)
    ends_on = pw.DateField(null=True)  # NULL: until it is ended
    created_at = InstantField()
    created_by = pw.CharField(80)
    ended_at = InstantField(null=True)
    revision = pw.IntegerField(default=1)

    class Meta:
        table_name = "care_plan"
        indexes = (*OWN_KEY, (("practice", "patient", "created_at"), False))
        constraints = [
            same_practice("patient", "patient_id"),
            pw.Check("(patient_id IS NULL) = (starts_on IS NULL)"),
            pw.Check("ends_on IS NULL OR (starts_on IS NOT NULL AND starts_on <= ends_on)"),
            pw.Check("(status = 'revoked') = (ended_at IS NOT NULL)"),
        ]


class CareActivity(TenantModel):
    """One exercise in a programme, as it was when it was put there: the library may change, a programme does not.

    `weekdays` has one bit a day, Monday first. One that is taken out stays for what was done of it.
    """

    plan = pw.ForeignKeyField(CarePlan, backref="activities", index=False, on_delete="CASCADE")
    position = pw.SmallIntegerField()
    name = JSONText(default=dict)
    text = JSONText(default=dict)
    drawing = pw.CharField(40, null=True)
    picture = pw.CharField(KEY_LENGTH, null=True)
    series = pw.SmallIntegerField(null=True, constraints=[pw.Check("series BETWEEN 1 AND 50")])
    repetitions = pw.SmallIntegerField(null=True, constraints=[pw.Check("repetitions BETWEEN 1 AND 500")])
    seconds = pw.SmallIntegerField(null=True, constraints=[pw.Check("seconds BETWEEN 1 AND 7200")])
    weekdays = pw.SmallIntegerField(default=EVERY_DAY, constraints=[pw.Check("weekdays BETWEEN 1 AND 127")])
    note = pw.CharField(300, null=True)
    added_on = pw.DateField(null=True)  # of a patient's programme: nothing was due before
    dropped_on = pw.DateField(null=True)

    class Meta:
        table_name = "care_activity"
        indexes = (*OWN_KEY, (("practice", "plan", "position"), False))
        constraints = [same_practice("care_plan", "plan_id", on_delete="CASCADE")]


class ActivityDone(TenantModel):
    """One exercise done on one day, as its patient ticked it."""

    activity = pw.ForeignKeyField(CareActivity, index=False, backref="+", on_delete="CASCADE")
    day = pw.DateField()
    feeling = pw.CharField(7, null=True, constraints=[one_of("feeling", FEELINGS)])
    done_at = InstantField()
    done_by = pw.CharField(80)

    class Meta:
        table_name = "activity_done"
        indexes = (*OWN_KEY, (("practice", "activity", "day"), True))
        constraints = [same_practice("care_activity", "activity_id", on_delete="CASCADE")]

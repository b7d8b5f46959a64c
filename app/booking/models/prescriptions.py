"""What was prescribed, and how many sessions a year the insurance reimburses in full."""

import peewee as pw

from app.directory.models import Practitioner
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.patients.models import Patient


class QuotaRule(TenantModel):
    """The sessions of one kind of care in a calendar year: the practice's own copy of what the nomenclature says."""

    key = pw.CharField(40)
    discipline = pw.CharField(40)
    name = JSONText(default=dict)
    per_year = pw.SmallIntegerField(null=True)  # after it nothing is reimbursed; NULL: no end
    tiers = JSONText(default=list)  # after this many sessions of the year reimbursement is lower
    start_within_days = pw.SmallIntegerField(null=True)  # of the prescription
    position = pw.IntegerField(default=0)

    class Meta:
        table_name = "quota_rule"
        indexes = (*OWN_KEY, (("practice", "key"), True))


class Prescription(TenantModel):
    """Sessions prescribed to a patient: FHIR ServiceRequest. `used_elsewhere` were had before, or elsewhere."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="RESTRICT")
    practitioner = pw.ForeignKeyField(Practitioner, null=True, backref="+", on_delete="RESTRICT")
    quota = pw.ForeignKeyField(QuotaRule, null=True, backref="+", on_delete="RESTRICT")
    prescribed_on = pw.DateField()
    sessions = pw.SmallIntegerField(constraints=[pw.Check("sessions BETWEEN 1 AND 500")])
    used_elsewhere = pw.SmallIntegerField(
        default=0, constraints=[pw.Check("used_elsewhere BETWEEN 0 AND 500")]
    )
    actor = pw.CharField(80)
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "prescription"
        indexes = (*OWN_KEY, (("practice", "patient", "prescribed_on"), False))
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("practitioner", "practitioner_id"),
            same_practice("quota_rule", "quota_id"),
        ]

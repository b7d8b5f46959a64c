"""What was measured, with whom it is shared, who reads as whom, what stays at the practice, and the goals it sets."""

import peewee as pw

from app.directory.models import Practitioner
from app.kernel.cabinets import OWN_KEY, AccountModel, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.kernel.owners import Practice
from app.patients.models import Patient
from app.record.kinds import KINDS, MEALS, TAKEN
from app.record.targets import DIRECTIONS
from app.staff.models import Member

IMPORT_STATES = ("arriving", "waiting", "running", "done", "failed")
SOURCES = ("manual", "file", "google_health", "staff")


def one_of(column: str, values: tuple[str, ...]) -> pw.Check:
    return pw.Check(f"{column} IN ({', '.join(repr(value) for value in values)})")


class Observation(AccountModel):
    """FHIR Observation. `value` and `second` are whole numbers of the kind's smallest decimal (record/kinds.py)."""

    dependant = pw.UUIDField(null=True)  # identity's Dependant, when it is of somebody the person acts for
    kind = pw.CharField(20, constraints=[one_of("kind", tuple(KINDS))])
    value = pw.IntegerField(constraints=[pw.Check("value >= 0")])
    second = pw.IntegerField(null=True)
    at = InstantField()
    taken = pw.CharField(
        16, null=True, constraints=[one_of("taken", TAKEN)]
    )  # glucose: at which moment of the day
    meal = pw.CharField(
        8, null=True, constraints=[one_of("meal", MEALS)]
    )  # glucose: how rich the meal before was
    source = pw.CharField(16, default="manual", constraints=[one_of("source", SOURCES)])
    external_id = pw.CharField(120, null=True)  # of the source; of what was typed, Reading.number
    note = pw.CharField(300, default="")
    created_at = InstantField()

    class Meta:
        table_name = "observation"
        indexes = (
            (("account", "dependant", "kind", "at", "value", "second"), False),  # a picture reads it alone
            (("account", "source", "external_id"), True),
        )


class ImportJob(AccountModel):
    """A file that arrives and is read: its sealed pieces until it is, and what became of its rows. Never its name."""

    dependant = pw.UUIDField(null=True)
    kind = pw.CharField(20, null=True, constraints=[one_of("kind", tuple(KINDS))])  # of a plain table
    attempt = pw.UUIDField()  # of the form: sent twice, it is read once
    state = pw.CharField(8, default="waiting", constraints=[one_of("state", IMPORT_STATES)])
    pieces = JSONText(default=list)  # keys of kernel.files, emptied when they are forgotten
    size = pw.IntegerField()  # bytes, as announced
    position = pw.IntegerField(
        default=0
    )  # how many of them arrived; afterwards how many are read, for the bar alone
    read = pw.IntegerField(default=0)  # rows whose outcome is written: where an interrupted reading goes on
    kept = pw.IntegerField(default=0)
    known = pw.IntegerField(default=0)
    refused = JSONText(default=dict)  # reason of imports/points.py -> rows
    unusual = JSONText(default=dict)  # kind -> values that are noted though they are far from usual
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "import_job"
        indexes = ((("account", "attempt"), True),)


class ObservationShare(AccountModel):
    """A person lets one practitioner read one kind: what was measured `since` an instant (none: all), until a day."""

    dependant = pw.UUIDField(null=True)
    kind = pw.CharField(20, constraints=[one_of("kind", tuple(KINDS))])
    practice = pw.ForeignKeyField(Practice, backref="+", on_delete="CASCADE", index=False)
    practitioner = pw.ForeignKeyField(Practitioner, backref="+", on_delete="CASCADE", index=False)
    since = InstantField(null=True)
    until_day = pw.DateField(null=True)  # the last day on which it is read
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        table_name = "observation_share"
        indexes = (
            (("account", "dependant", "kind"), False),
            (("practice", "practitioner"), False),
        )
        constraints = [
            same_practice("practitioner", "practitioner_id", on_delete="CASCADE"),
        ]


class HealthReader(TenantModel):
    """A member reads what was shared with this practitioner: their own account, or one the owner names."""

    member = pw.ForeignKeyField(Member, backref="+", on_delete="CASCADE", index=False)
    practitioner = pw.ForeignKeyField(Practitioner, backref="+", on_delete="CASCADE", index=False)
    created_at = InstantField()

    class Meta:
        table_name = "health_reader"
        indexes = (*OWN_KEY, (("practice", "member", "practitioner"), True))
        constraints = [
            same_practice("member", "member_id", on_delete="CASCADE"),
            same_practice("practitioner", "practitioner_id", on_delete="CASCADE"),
        ]


class SharedObservation(TenantModel):
    """What was shared when the person deleted their account: it stays with the practice, as part of its record."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="RESTRICT", index=False)
    practitioner = pw.ForeignKeyField(Practitioner, backref="+", on_delete="RESTRICT", index=False)
    kind = pw.CharField(20, constraints=[one_of("kind", tuple(KINDS))])
    value = pw.IntegerField()
    second = pw.IntegerField(null=True)
    at = InstantField()
    taken = pw.CharField(16, null=True, constraints=[one_of("taken", TAKEN)])
    meal = pw.CharField(8, null=True, constraints=[one_of("meal", MEALS)])
    source = pw.CharField(16, constraints=[one_of("source", SOURCES)])
    note = pw.CharField(300, default="")
    kept_at = InstantField()

    class Meta:
        table_name = "shared_observation"
        indexes = (*OWN_KEY, (("practice", "patient", "kind", "at"), False))
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("practitioner", "practitioner_id"),
        ]


class Goal(TenantModel):
    """FHIR Goal: what a practitioner would like a patient to reach, in the smallest decimal of the kind."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="RESTRICT", index=False)
    kind = pw.CharField(20, constraints=[one_of("kind", tuple(KINDS))])
    direction = pw.CharField(8, constraints=[one_of("direction", DIRECTIONS)])
    low = pw.IntegerField(null=True)
    high = pw.IntegerField(null=True)
    second_low = pw.IntegerField(null=True)
    second_high = pw.IntegerField(null=True)
    starts_on = pw.DateField()
    ends_on = pw.DateField(null=True)
    words = pw.CharField(300, default="")
    setter = pw.CharField(201)  # the name as it was
    actor = pw.CharField(80)
    created_at = InstantField()
    ended_at = InstantField(null=True)
    ended_by = pw.CharField(80, null=True)

    class Meta:
        table_name = "goal"
        indexes = (*OWN_KEY, (("practice", "patient", "kind"), False))
        constraints = [
            same_practice("patient", "patient_id"),
            pw.Check("ends_on IS NULL OR starts_on <= ends_on"),
            pw.Check("(ended_at IS NULL) = (ended_by IS NULL)"),
            pw.Check("low IS NOT NULL OR high IS NOT NULL"),
        ]


# what was typed a moment ago, without going through what was ever measured
TYPED = "CREATE INDEX observation_typed ON observation (account_id, created_at) WHERE source = 'manual'"

# the database's own word: one living share and one living goal of each
ONE_EACH = (
    "CREATE UNIQUE INDEX observation_share_own ON observation_share (account_id, kind, practitioner_id) "
    "WHERE ended_at IS NULL AND dependant IS NULL",
    "CREATE UNIQUE INDEX observation_share_theirs ON observation_share (account_id, dependant, kind, practitioner_id) "
    "WHERE ended_at IS NULL AND dependant IS NOT NULL",
    "CREATE UNIQUE INDEX goal_living ON goal (practice_id, patient_id, kind) WHERE ended_at IS NULL",
)

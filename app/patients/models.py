"""Patient: what this practice knows of a person, never shared with another; and what ties it to an account."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.kernel.owners import Account

# what raises the practice's trust, weakest first
EVIDENCE = ("invited", "known", "eid-read", "eid-pin", "csam")


class Patient(TenantModel):
    """The national number is sealed; `niss_index` finds it again here, `identity_key` finds the person."""

    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    email = pw.CharField(254, null=True)
    phone = pw.CharField(30, null=True)
    language = pw.CharField(2, default="fr")
    birth_date = pw.DateField(null=True)  # asked of people without a Belgian number, or from a card
    country = pw.CharField(2, null=True)  # whose number they have instead
    street = pw.CharField(120, null=True)  # these three from an identity card
    postcode = pw.CharField(12, null=True)
    town = pw.CharField(80, null=True)
    niss_sealed = pw.BlobField(null=True)
    niss_index = pw.CharField(64, null=True)
    identity_key = pw.CharField(64)  # blind index of number (or birth date and mail) and names
    niss_confirmed_at = InstantField(null=True)
    created_at = InstantField()
    seen_at = InstantField()  # last booking
    letters = pw.TextField(
        default=""
    )  # names and mail as `patients.words` folds them: PatientWord is made of it
    # the file this one was merged into; no foreign key, for SQLite adds none to a table that stands
    merged_into = pw.UUIDField(null=True)

    class Meta:
        table_name = "patient"
        indexes = (
            *OWN_KEY,
            (("practice", "identity_key"), True),
            (("practice", "niss_index"), False),
            (("practice", "family_name"), False),
            (("practice", "merged_into"), False),
        )

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class PatientWord(TenantModel):
    """What a file is found by (see `patients.words`): made by the database of its letters, and read as a range."""

    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="CASCADE")
    word = pw.CharField(200)  # compared byte by byte on both engines

    class Meta:
        table_name = "patient_word"
        primary_key = pw.CompositeKey("practice", "word", "patient")
        indexes = ((("practice", "patient"), False),)
        constraints = [same_practice("patient", "patient_id", on_delete="CASCADE")]


class Connection(TenantModel):
    """An account and its own record here (or that of a person it acts for). Leaving hides it, and deletes nothing."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="RESTRICT")
    account = pw.ForeignKeyField(Account, backref="+", on_delete="CASCADE")
    dependant = pw.UUIDField(null=True)  # identity's Dependant, when the record is of somebody they act for
    created_at = InstantField()
    left_at = InstantField(null=True)

    class Meta:
        table_name = "connection"
        indexes = (*OWN_KEY, (("practice", "account", "patient"), True))
        constraints = [same_practice("patient", "patient_id")]


class TrustEvidence(TenantModel):
    """Why the practice may believe who somebody is. Rows are added, never changed."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="RESTRICT")
    account_id = pw.UUIDField(null=True)  # no foreign key: the evidence outlives the account
    kind = pw.CharField(10, constraints=[pw.Check(f"kind IN ({', '.join(map(repr, EVIDENCE))})")])
    actor = pw.CharField(80)
    at = InstantField()
    detail = JSONText(default=dict)

    class Meta:
        table_name = "trust_evidence"
        indexes = ((("practice", "patient"), False),)
        constraints = [same_practice("patient", "patient_id")]


class PatientInvitation(TenantModel):
    """A practice asks its patient to join; opened from the mailbox the practice knows, it proves the mailbox."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="CASCADE")
    email = pw.CharField(254)
    token_hash = pw.CharField(64, unique=True)
    actor = pw.CharField(80)
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "patient_invitation"
        indexes = (*OWN_KEY,)
        constraints = [same_practice("patient", "patient_id", on_delete="CASCADE")]


class AccessEntry(TenantModel):
    """One look of a member at a patient: what the patient reads in the access journal. Append-only, two years."""

    patient = pw.ForeignKeyField(Patient, backref="+", on_delete="RESTRICT")
    account_id = pw.UUIDField()  # of the member
    member = pw.CharField(201)  # the name as it was
    roles = JSONText(default=list)
    what = pw.CharField(20)  # a key of patients.labels.LOOKS: day, record, niss, invitation…
    why = pw.CharField(300, default="")
    at = InstantField()

    class Meta:
        table_name = "access_entry"
        indexes = ((("practice", "patient", "at"), False), (("practice", "account_id", "at"), False))
        constraints = [same_practice("patient", "patient_id")]


class PatientNote(TenantModel):
    """What the team writes for itself. A text never changes: a correction is another row of the same `thread`."""

    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    thread = pw.UUIDField()  # the id of the first text
    text = pw.CharField(2000)
    author = pw.CharField(201)  # the name as it was
    actor = pw.CharField(80)
    pinned = pw.BooleanField(default=False)
    at = InstantField()
    replaced_at = InstantField(null=True)  # by the next text of the thread, or withdrawn

    class Meta:
        table_name = "patient_note"
        indexes = (*OWN_KEY, (("practice", "patient", "at"), False), (("practice", "thread"), False))
        constraints = [same_practice("patient", "patient_id")]


class PatientChange(TenantModel):
    """One value of a file that the desk changed: what stood there before, and who changed it."""

    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    field = pw.CharField(20)
    before = pw.CharField(254, null=True)
    after = pw.CharField(254, null=True)
    actor = pw.CharField(80)
    at = InstantField()

    class Meta:
        table_name = "patient_change"
        indexes = ((("practice", "patient", "at"), False),)
        constraints = [same_practice("patient", "patient_id")]


class PatientMerge(TenantModel):
    """Two files of one person made one. For a day it knows how to undo itself exactly; then what it knew goes."""

    kept = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    gone = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    actor = pw.CharField(80)
    at = InstantField()
    until = InstantField()
    before = JSONText(default=dict)  # of the kept file: column -> value, of those that changed
    after = JSONText(default=dict)
    moved = JSONText(default=dict)  # table.column -> ids
    undone_at = InstantField(null=True)

    class Meta:
        table_name = "patient_merge"
        indexes = (*OWN_KEY, (("practice", "kept"), False), (("until",), False))
        constraints = [same_practice("patient", "kept_id"), same_practice("patient", "gone_id")]

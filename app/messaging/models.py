"""Messages and threads, when a practice reminds, whom it no longer reminds, and the address of somebody's calendar."""

import peewee as pw

from app.booking.models import Appointment
from app.directory.models import Practitioner
from app.kernel.cabinets import OWN_KEY, AccountModel, TenantModel, same_practice
from app.kernel.db import EPOCH, InstantField, JSONText
from app.kernel.files import KEY_LENGTH
from app.kernel.owners import Account
from app.patients.models import Patient
from app.staff.models import Member

SENDERS = ("practice", "patient")
THREAD_STATES = ("open", "answered")  # open: somebody of the practice has yet to answer
ASKERS = ("nobody", "account", "everybody")
RHYTHMS = ("none", "hourly", "daily")  # of mails to a member about what patients write
MESSAGE = "message"  # the kind of what people write; every other kind happened by itself
SUBJECT_LENGTH = 150


class Thread(TenantModel):
    """What one person and the practice write to each other about one subject.

    The person is a patient, or somebody who asked without an account: then name and address are sealed, and the thread
    is read behind a link that only their mailbox knows.
    """

    patient = pw.ForeignKeyField(Patient, null=True, index=False, backref="+", on_delete="RESTRICT")
    guest_sealed = pw.BlobField(null=True)  # {"name", "email"}
    guest_token_hash = pw.CharField(64, null=True, unique=True)
    practitioner = pw.ForeignKeyField(
        Practitioner, null=True, index=False, backref="+", on_delete="RESTRICT"
    )  # whom the person wrote to, where they chose one
    subject = pw.CharField(SUBJECT_LENGTH)
    language = pw.CharField(2)  # of the person, when it began
    state = pw.CharField(
        8, constraints=[pw.Check(f"state IN ({', '.join(repr(one) for one in THREAD_STATES)})")]
    )
    member = pw.ForeignKeyField(Member, null=True, index=False, backref="+", on_delete="RESTRICT")
    created_at = InstantField()
    last_at = InstantField()
    version = pw.IntegerField(default=1)  # one more with every message: two who answer at once see each other

    class Meta:
        table_name = "thread"
        indexes = (
            *OWN_KEY,
            (("practice", "state", "last_at"), False),
            (("practice", "patient", "last_at"), False),
        )
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("practitioner", "practitioner_id"),
            same_practice("member", "member_id"),
            pw.Check("(patient_id IS NULL) <> (guest_sealed IS NULL)"),
        ]


class ConfidentialThread(TenantModel):
    """A thread that of the whole practice one practitioner alone reads. What the patient asked for stays so."""

    thread = pw.ForeignKeyField(Thread, unique=True, index=False, backref="+", on_delete="CASCADE")
    practitioner = pw.ForeignKeyField(Practitioner, index=False, backref="+", on_delete="RESTRICT")
    chosen_by = pw.CharField(
        8, constraints=[pw.Check(f"chosen_by IN ({', '.join(repr(one) for one in SENDERS)})")]
    )
    created_at = InstantField()

    class Meta:
        table_name = "confidential_thread"
        indexes = (*OWN_KEY,)
        constraints = [
            same_practice("thread", "thread_id", on_delete="CASCADE"),
            same_practice("practitioner", "practitioner_id"),
        ]


class StaffNotice(TenantModel):
    """How often a member wants to hear by mail that something new waits; without a row, or a choice, as most do."""

    member = pw.ForeignKeyField(Member, unique=True, index=False, backref="+", on_delete="CASCADE")
    rhythm = pw.CharField(
        6,
        null=True,
        constraints=[pw.Check(f"rhythm IN ({', '.join(repr(one) for one in RHYTHMS)})")],
    )
    last_at = InstantField(null=True)  # when the last mail left, or the next one is to

    class Meta:
        table_name = "staff_notice"
        indexes = (*OWN_KEY,)
        constraints = [same_practice("member", "member_id", on_delete="CASCADE")]


class Communication(TenantModel):
    """One message (FHIR Communication): what somebody wrote in a thread, or what happened to an appointment. The latter
    is composed when it is read, in the reader's language; the row keeps what happened and to which appointment.
    """

    patient = pw.ForeignKeyField(
        Patient, null=True, index=False, backref="+", on_delete="RESTRICT"
    )  # none: of a thread with somebody who has no file
    thread = pw.ForeignKeyField(
        Thread, null=True, index=False, backref="+", on_delete="RESTRICT"
    )  # none: what happened by itself
    sender = pw.CharField(8, constraints=[pw.Check(f"sender IN ({', '.join(repr(one) for one in SENDERS)})")])
    kind = pw.CharField(20)  # MESSAGE, or a key of messaging.labels.TITLES
    appointment = pw.ForeignKeyField(Appointment, null=True, index=False, backref="+", on_delete="CASCADE")
    payload = JSONText(default=dict)  # minutes and words from a list; `said`: what the practice wrote itself
    created_at = InstantField()
    read_at = InstantField(
        null=True
    )  # by whoever of those who may read it, on the other side, opened it first
    hidden_at = InstantField(null=True)  # deleted by the patient's side: the practice keeps its own
    subject_folded = pw.CharField(SUBJECT_LENGTH, null=True)  # to search by: letters and digits alone
    body = pw.TextField(null=True)
    author = pw.CharField(80, null=True)  # as the journal writes it; these four of what people write alone
    author_name = pw.CharField(201, null=True)  # as it was
    attempt = pw.UUIDField(null=True)  # of the form it was sent with: pressed twice, it is sent once

    class Meta:
        table_name = "communication"
        indexes = (
            *OWN_KEY,
            (("practice", "patient", "created_at"), False),
            (("practice", "thread", "created_at"), False),
            (("practice", "attempt"), True),
            (("appointment",), False),
        )
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("thread", "thread_id"),
            same_practice("appointment", "appointment_id", on_delete="CASCADE"),
        ]


# a box with 10,000 messages is read from its end, and what is unread is counted without the rest
BOXES = (
    'CREATE INDEX "communication_box" ON "communication" ("practice_id", "patient_id", "sender", "created_at", "id") '
    "WHERE hidden_at IS NULL",
    'CREATE INDEX "communication_unread" ON "communication" '
    '("practice_id", "patient_id", "sender", "created_at", "id") '
    "WHERE read_at IS NULL AND hidden_at IS NULL AND sender = 'practice'",
)


class Attachment(TenantModel):
    """A file of a message. The content lies sealed under `key` (app/kernel/files.py)."""

    communication = pw.ForeignKeyField(Communication, index=False, backref="+", on_delete="RESTRICT")
    position = pw.SmallIntegerField()
    key = pw.CharField(KEY_LENGTH)
    name = pw.CharField(100)
    kind = pw.CharField(20)  # of uploads.ATTACHMENTS
    size = pw.IntegerField()

    class Meta:
        table_name = "attachment"
        indexes = (*OWN_KEY, (("practice", "communication"), False))
        constraints = [same_practice("communication", "communication_id")]


class QuickReply(TenantModel):
    """A text the desk answers with often, in one language."""

    language = pw.CharField(2)
    title = pw.CharField(80)
    body = pw.TextField()
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "quick_reply"
        indexes = (*OWN_KEY, (("practice", "language", "title"), True))


class QuestionRule(TenantModel):
    """Who may ask the practice something from its public page; without a row whoever has an account."""

    who = pw.CharField(
        9, default="account", constraints=[pw.Check(f"who IN ({', '.join(repr(one) for one in ASKERS)})")]
    )
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "question_rule"
        indexes = ((("practice",), True),)


class ReminderPlan(TenantModel):
    """When the practice reminds; without a row it does what most do (messaging.plans.USUAL)."""

    mail_leads = JSONText(default=list)  # minutes before the visit, of due.LEADS
    sms_leads = JSONText(default=list)
    sms_changes = pw.BooleanField(default=False)  # SMS too when the practice moves or cancels something
    since = InstantField(default=EPOCH)  # what was due before a lead was added is not made up for
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "reminder_plan"
        indexes = ((("practice",), True),)


class ReminderRefusal(TenantModel):
    """An address without an account that asked for no more reminders; kept as a keyed index alone."""

    address_index = pw.CharField(64)
    at = InstantField()

    class Meta:
        table_name = "reminder_refusal"
        indexes = ((("practice", "address_index"), True),)


class CalendarFeed(AccountModel):
    """The address under which a calendar program reads somebody's appointments: only its hash is kept."""

    account = pw.ForeignKeyField(Account, backref="+", on_delete="CASCADE", unique=True)
    token_hash = pw.CharField(64, unique=True)
    language = pw.CharField(2)  # of the person when it was made: a program says none
    created_at = InstantField()
    fetched_at = InstantField(null=True)

    class Meta:
        table_name = "calendar_feed"

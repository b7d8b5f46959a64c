"""Messages, when a practice reminds, whom it no longer reminds, and the secret address of somebody's calendar."""

import peewee as pw

from app.booking.models import Appointment
from app.kernel.cabinets import OWN_KEY, AccountModel, TenantModel, same_practice
from app.kernel.db import EPOCH, InstantField, JSONText
from app.kernel.owners import Account
from app.patients.models import Patient

SENDERS = ("practice", "patient")


class Communication(TenantModel):
    """One message about one of the practice's patients (FHIR Communication). What it says is composed when it is
    read, in the reader's language; the row keeps what happened and to which appointment.
    """

    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    thread = pw.UUIDField(
        index=True
    )  # the id of the message that opened it: its own, for what happened by itself
    sender = pw.CharField(8, constraints=[pw.Check(f"sender IN ({', '.join(repr(one) for one in SENDERS)})")])
    kind = pw.CharField(20)  # a key of messaging.labels.TITLES
    appointment = pw.ForeignKeyField(Appointment, null=True, index=False, backref="+", on_delete="CASCADE")
    payload = JSONText(default=dict)  # minutes and words from a list; `said`: what the practice wrote itself
    created_at = InstantField()
    read_at = InstantField(null=True)  # by whoever of those who may read this file opened it first

    class Meta:
        table_name = "communication"
        indexes = (*OWN_KEY, (("practice", "patient", "created_at"), False), (("appointment",), False))
        constraints = [
            same_practice("patient", "patient_id"),
            same_practice("appointment", "appointment_id", on_delete="CASCADE"),
        ]


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

"""A service somebody connected, and the way there and back with which they did."""

import peewee as pw

from app.kernel.cabinets import AccountModel
from app.kernel.db import InstantField, JSONText
from app.record.models import one_of

SERVICES = ("google_health",)  # of the SOURCES an observation may have
STATES = ("open", "broken")
OUTCOMES = ("done", "declined", "nothing", "failed")


class WearableJourney(AccountModel):
    """One way to a service and back: begun by one session, answered once, opened once by the same session."""

    source = pw.CharField(16, constraints=[one_of("source", SERVICES)])
    state_hash = pw.CharField(64, unique=True)  # of `state`
    session_id = pw.UUIDField()
    host = pw.CharField(253)
    sealed = pw.BlobField(
        null=True
    )  # verifier, then code, then grant; <account>|wearable_journey|sealed|<id>
    created_at = InstantField()
    expires_at = InstantField()
    answered_at = InstantField(null=True)
    ticket_hash = pw.CharField(64, null=True, unique=True)
    used_at = InstantField(null=True)
    ended_at = InstantField(null=True)
    outcome = pw.CharField(8, null=True, constraints=[one_of("outcome", OUTCOMES)])

    class Meta:
        table_name = "wearable_journey"


class WearableConnection(AccountModel):
    """What a service may tell us of its owner, and how far we have listened."""

    source = pw.CharField(16, constraints=[one_of("source", SERVICES)])
    state = pw.CharField(8, default="open", constraints=[one_of("state", STATES)])
    sealed = pw.BlobField(null=True)  # the grant, in <account>|wearable_connection|sealed|<id>
    user_index = pw.CharField(64, index=True)  # keyed, of what the service calls this person
    granted = JSONText(default=list)  # kinds
    unread = JSONText(default=list)  # of those, what it kept back last time
    passed_over = JSONText(default=list)  # days whose value the person deleted: they do not come back
    version = pw.IntegerField(default=1)  # another one for another grant
    run = pw.IntegerField(default=0)  # number of the newest synchronisation asked for
    queued_at = InstantField(null=True)  # of one that waits or works
    next_at = InstantField(index=True)  # of the one nobody asks for
    wanted_from = pw.DateField(null=True)  # the earliest day a notice spoke of
    synced_at = InstantField(null=True)
    tried_at = InstantField(null=True)  # when it last went wrong; None after one that went well
    changed = pw.IntegerField(default=0)  # values of the last time: new or corrected
    odd = pw.IntegerField(default=0)  # and those that cannot be
    created_at = InstantField()

    class Meta:
        table_name = "wearable_connection"
        indexes = ((("account", "source"), True),)

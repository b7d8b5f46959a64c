"""The addresses of a practice, and its own words in the messages to its patients."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel
from app.kernel.db import BaseModel, InstantField
from app.kernel.owners import Practice


class PracticeHost(BaseModel):
    """A host name that leads to a practice. A retired one stays, so that nobody inherits the address."""

    host = pw.CharField(253, unique=True)  # lower case, with :port when there is one
    practice = pw.ForeignKeyField(Practice, backref="hosts", on_delete="RESTRICT")
    primary = pw.BooleanField(default=False)
    retired_at = InstantField(null=True)

    class Meta:
        table_name = "practice_host"


class MessageWording(TenantModel):
    """What a practice says in one kind of message in one language, where it does not leave it to the product."""

    kind = pw.CharField(30)
    language = pw.CharField(2)
    subject = pw.CharField(150, default="")  # empty: the product's
    paragraph = pw.TextField(default="")  # of its own, with {placeholders}
    sms = pw.CharField(100, default="")  # a sentence after the product's

    class Meta:
        table_name = "message_wording"
        indexes = (*OWN_KEY, (("practice", "kind", "language"), True))


class DeskBoard(TenantModel):
    """What the owner pins to the start page of the desk; one row a practice."""

    important = pw.CharField(500, default="")
    birthdays = pw.BooleanField(
        default=False
    )  # whether the desk is told whose birthday it is, of those who come
    actor = pw.CharField(80)
    at = InstantField()
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "desk_board"
        indexes = ((("practice",), True),)

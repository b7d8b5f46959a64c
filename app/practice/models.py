"""The addresses of a practice."""

import peewee as pw

from app.kernel.cabinets import TenantModel
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

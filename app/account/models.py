"""ExportJob: a copy of everything, being made or ready to be fetched."""

import peewee as pw

from app.kernel.cabinets import AccountModel
from app.kernel.db import InstantField


class ExportJob(AccountModel):
    """`content` is the ZIP, sealed; it goes when the job expires."""

    state = pw.CharField(
        8,
        default="waiting",
        constraints=[pw.Check("state IN ('waiting', 'running', 'ready', 'failed', 'expired')")],
    )
    done = pw.SmallIntegerField(default=0)
    total = pw.SmallIntegerField(default=0)
    language = pw.CharField(2)
    with_number = pw.BooleanField(default=False)  # the national number in full, because they asked
    content = pw.BlobField(null=True)
    size = pw.IntegerField(default=0)
    sha256 = pw.CharField(64, default="")
    created_at = InstantField()
    ready_at = InstantField(null=True)
    expires_at = InstantField()
    fetched_at = InstantField(null=True)

    class Meta:
        table_name = "export_job"

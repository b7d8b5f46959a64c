"""What time takes away: looks that are two years old, and what would undo a merge of yesterday."""

from datetime import timedelta

from app.kernel.db import write_tx
from app.kernel.tenancy import across_practices
from app.patients.models import AccessEntry, PatientMerge
from app.web.outside import services

KEEP = timedelta(days=731)  # two years, whichever of them has a 29 February


def forget_merges() -> None:
    """What a merge needed to be undone, once its day is over."""
    with across_practices(reason="merges of every practice that can no longer be undone"):
        over = (PatientMerge.until < services().clock.now()) & (PatientMerge.moved != {})
        if PatientMerge.select().where(over).exists():
            with write_tx():
                PatientMerge.update(before={}, after={}, moved={}).where(over).execute()


def purge_looks() -> None:
    with across_practices(reason="old looks of every practice"):
        old = AccessEntry.at < services().clock.now() - KEEP
        if not AccessEntry.select().where(old).exists():
            return  # nothing to do: no write lock taken
        with write_tx():
            AccessEntry.delete().where(old).execute()

"""What time takes away: looks that are two years old."""

from datetime import timedelta

from app.kernel.db import write_tx
from app.kernel.tenancy import across_practices
from app.patients.models import AccessEntry
from app.web.outside import services

KEEP = timedelta(days=731)  # two years, whichever of them has a 29 February


def purge_looks() -> None:
    with across_practices(reason="old looks of every practice"):
        old = AccessEntry.at < services().clock.now() - KEEP
        if not AccessEntry.select().where(old).exists():
            return  # nothing to do: no write lock taken
        with write_tx():
            AccessEntry.delete().where(old).execute()

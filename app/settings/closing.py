"""Closes a practice: nobody books there any more, and its addresses are kept for ever so that nobody inherits them."""

from datetime import datetime

from app.directory.models import Listing
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.practice.models import PracticeHost


def close(practice: Practice, *, now: datetime) -> bool:
    """False when it was closed already. Records, appointments and texts stay: the law keeps them for years."""
    with write_tx(), practice_context(practice):
        still_open = (Practice.id == practice.id) & (Practice.status == "open")
        change = {"status": "closed", "catalogue_version": Practice.catalogue_version + 1}
        if not Practice.update(**change).where(still_open).execute():
            return False
        living = (PracticeHost.practice == practice.id) & PracticeHost.retired_at.is_null()
        PracticeHost.update(retired_at=now).where(living).execute()
        Listing.delete().where(Listing.practice == practice.id).execute()
        audit.record(
            by="operator", verb="practice.close", target=audit.of_id("practice", practice.id), at=now
        )
    return True

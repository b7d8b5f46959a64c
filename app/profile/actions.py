"""Arranging one's page."""

from datetime import datetime
from uuid import UUID

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.tenancy import account_context
from app.profile import layout, queries
from app.profile.layout import Layout
from app.profile.models import ProfileLayout


def arrange(account_id: UUID, given: Layout, *, now: datetime) -> None:
    """Kept for the portal and for every practice; two tabs: the last one counts."""
    with account_context(account_id), write_tx():
        # two tabs stand in line behind the account's row: the second finds what the first has kept
        Account.update(version=Account.version).where(Account.id == account_id).execute()
        kept = layout.merged(given, queries.saved_of(account_id))
        values = {"shown": list(kept.shown), "hidden": list(kept.hidden), "saved_at": now}
        if not ProfileLayout.update(values).execute():
            ProfileLayout.create(**values)
        audit.record_account(account_id, verb="profile.arrange", at=now, detail={"shown": list(kept.shown)})


def forget(account_id: UUID, *, now: datetime) -> None:
    """Back to how the page was at first."""
    with account_context(account_id), write_tx():
        if ProfileLayout.delete().execute():
            audit.record_account(account_id, verb="profile.reset", at=now)

"""The worker's night: who still waits from another day has left, and first names are forgotten after a month."""

from datetime import timedelta
from typing import Any

from app.kernel.db import write_tx
from app.kernel.tenancy import across_practices
from app.walkins.models import WalkIn
from app.web.outside import services

NAMES_KEPT = timedelta(days=30)


def close_days() -> int:
    """How many rows changed."""
    now = services().clock.now()
    yesterday = (now - timedelta(days=1)).date()
    left: Any = (WalkIn.day < yesterday) & WalkIn.state.in_(("waiting", "called"))
    old: Any = (WalkIn.day < (now - NAMES_KEPT).date()) & WalkIn.first_name.is_null(False)
    with across_practices(reason="numbers of other days, of every practice"):
        if not WalkIn.select().where(left | old).exists():
            return 0  # nothing to do: no write lock taken
        with write_tx():
            ended = {"state": "gave-up", "ended_at": now, "version": WalkIn.version + 1}
            changed = WalkIn.update(**ended).where(left).execute()
            return int(changed + WalkIn.update(first_name=None).where(old).execute())

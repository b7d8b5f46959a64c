"""Whether and how the open practice takes people without an appointment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer, hashed
from app.kernel.tenancy import current_practice_id
from app.walkins.models import REASONS, WalkInPlan
from app.walkins.refusals import PlanChanged


@dataclass(frozen=True)
class Plan:
    """`version` 0: nobody at the practice has chosen yet."""

    enabled: bool = False
    reasons: tuple[str, ...] = REASONS
    average_minutes: int = 15
    sound: bool = False
    version: int = 0


NONE = Plan()


def current() -> Plan:
    row = WalkInPlan.get_or_none()
    if row is None:
        return NONE
    return Plan(row.enabled, known(row.reasons), row.average_minutes, row.sound, row.version)


def known(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in REASONS if one in reasons)


def save(chosen: Plan, *, sealer: Sealer, by: str, now: datetime) -> Plan:
    """Raises PlanChanged when `chosen` was made from another version."""
    values = _values(chosen)
    with write_tx():
        _record("walk-ins.change", values, by=by, now=now)
        if current().version != chosen.version:
            raise PlanChanged
        if not (_next(values, chosen.version) if chosen.version else _first(values, sealer)):
            raise PlanChanged
        return current()


def begin(chosen: Plan, *, sealer: Sealer) -> None:
    """For a practice that is being opened from its folder."""
    _first(_values(chosen), sealer)


def _values(chosen: Plan) -> dict[str, Any]:
    return {
        "enabled": chosen.enabled,
        "reasons": list(known(chosen.reasons)),
        "average_minutes": chosen.average_minutes,
        "sound": chosen.sound,
    }


def _first(values: dict[str, Any], sealer: Sealer) -> bool:
    mine = uuid7()
    first = hashed(screen_token(1, sealer=sealer))
    WalkInPlan.insert(id=mine, screen_hash=first, **values).on_conflict(action="IGNORE").execute()
    return bool(WalkInPlan.get().id == mine)


def _next(values: dict[str, Any], seen: int) -> bool:
    query = WalkInPlan.update(**values, version=seen + 1).where(WalkInPlan.version == seen)
    return bool(query.execute())


# ---- the secret address of the screen


def screen_token(turn: int, *, sealer: Sealer) -> str:
    """Made again whenever it is shown: only its hash is kept."""
    return sealer.link_token("walk-in-screen", current_practice_id().hex, str(turn))


def screen(*, sealer: Sealer) -> str | None:
    row = WalkInPlan.get_or_none()
    return screen_token(row.screen_round, sealer=sealer) if row is not None else None


def renew_screen(*, sealer: Sealer, by: str, now: datetime) -> None:
    """The address before leads nowhere from now on."""
    with write_tx():
        _record("walk-ins.renew-screen", {}, by=by, now=now)
        row = WalkInPlan.get()
        turn = row.screen_round + 1
        WalkInPlan.update(
            screen_round=turn, screen_hash=hashed(screen_token(turn, sealer=sealer)), version=row.version + 1
        ).where(WalkInPlan.id == row.id).execute()


def _record(verb: str, detail: dict[str, Any], *, by: str, now: datetime) -> None:
    """First of all: it locks the end of the practice's journal, so that two at once are seen one after the other."""
    target = audit.of_id("practice", current_practice_id())
    audit.record(by=by, verb=verb, target=target, at=now, detail=detail)

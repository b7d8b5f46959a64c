"""[walk_ins] of practice.toml: whether people may come without an appointment, and for what."""

from app.practice.folder.fields import Table
from app.practice.folder.walk_in_terms import REASONS, WalkIns


def read_walk_ins(practice: Table) -> WalkIns | None:
    table = practice.table("walk_ins", required=False)
    if table is None:
        return None
    found = WalkIns(
        enabled=table.flag("enabled", default=True),
        reasons=table.words("reasons", allowed=REASONS, default=REASONS),
        average_minutes=table.whole("average_minutes", 5, 120, default=15),
        sound=table.flag("sound", default=False),
    )
    table.done()
    return found


def said(walk_ins: WalkIns) -> dict:
    """The same as a table."""
    return {
        "enabled": None if walk_ins.enabled else False,
        "reasons": list(walk_ins.reasons),
        "average_minutes": walk_ins.average_minutes,
        "sound": walk_ins.sound or None,
    }

"""Where a grant lies, and how it leaves: sealed for its one cell, given back through the outbox."""

import base64
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.kernel import outbox
from app.kernel.errors import Unavailable
from app.kernel.sealing import Sealer
from app.record.wearables.ports import Grant, WearableSource
from app.web.outside import services


def source() -> WearableSource:
    """Of the running portal; Unavailable where none is configured any more."""
    found: WearableSource | None = services().wearable_source
    if found is None:
        raise Unavailable("wearables", retry=False, why="none is configured")
    return found


def written(grant: Grant) -> dict[str, Any]:
    return {**asdict(grant), "until": grant.until.isoformat(), "kinds": list(grant.kinds)}


def read(found: dict[str, Any]) -> Grant:
    return Grant(
        found["access"], found["refresh"], datetime.fromisoformat(found["until"]), tuple(found["kinds"])
    )


def sealed(told: dict[str, Any], *, cell: str, sealer: Sealer) -> bytes:
    return sealer.seal(json.dumps(told), cell=cell)


def unsealed(blob: bytes, *, cell: str, sealer: Sealer) -> dict[str, Any]:
    return dict(json.loads(sealer.unseal(blob, cell=cell)))


def cell(table: str, account_id: UUID, row: UUID) -> str:
    return f"{account_id.hex}|{table}|sealed|{row.hex}"


def give_back(grant: Grant, *, source: str, now: datetime) -> None:
    """In the caller's transaction: whoever goes leaves nobody a key, whatever becomes of their account."""
    number = uuid4()
    token = services().sealer.seal(grant.refresh, cell=_parting(number))
    payload = {"source": source, "number": number.hex, "sealed": base64.b64encode(token).decode()}
    outbox.post("wearable-withdraw", payload, key=f"wearable-withdraw:{number.hex}", now=now)


def withdraw(payload: dict[str, Any]) -> None:
    """The worker's part."""
    token = base64.b64decode(payload["sealed"])
    source().withdraw(services().sealer.unseal(token, cell=_parting(UUID(payload["number"]))))


def _parting(number: UUID) -> str:
    return f"platform|wearable-withdraw|{number.hex}"

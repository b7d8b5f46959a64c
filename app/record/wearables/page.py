"""What «My devices» shows: what is connected, how far it is, and what it did not give."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.record import labels
from app.record.wearables import connections, journeys
from app.record.wearables.models import WearableConnection
from app.web.outside import services


@dataclass(frozen=True)
class Shown:
    """`state`: none, connecting, open or broken. `told`: what became of the last way there, when it was not good."""

    name: str
    state: str
    found: WearableConnection | None
    told: str | None
    kinds: list[str]  # in words: what it can tell, or does
    missing: list[str]  # what it could and does not
    going: bool  # something happens now: the page looks again
    is_offered: bool


def of(person: Any, *, now: datetime) -> Shown | None:
    """None where no service is configured and none was. `person` has the `account` of whoever is at the keyboard."""
    service, account = services().wearable_source, person.account.id
    found = connections.of_account(account, "google_health")
    if service is None:
        return _shown(found, "Google Health", "open", (), None, is_going=False) if found else None
    way = journeys.newest(account, now=now)
    is_coming = way is not None and way.ended_at is None
    told = way.outcome if way is not None and way.outcome != "done" else None
    if found is not None and way is not None and found.created_at > way.used_at:
        told = None
    state = "connecting" if is_coming else found.state if found else "none"
    at_work = found is not None and found.queued_at is not None and found.queued_at <= now
    is_going = is_coming or (at_work and found is not None and found.tried_at is None)
    return _shown(found, service.name, state, service.kinds, told, is_going=is_going)


def _shown(
    found: WearableConnection | None,
    name: str,
    state: str,
    kinds: tuple[str, ...],
    told: str | None,
    *,
    is_going: bool,
) -> Shown:
    read = [kind for kind in found.granted if kind not in found.unread] if found else list(kinds)
    missing = [kind for kind in kinds if kind not in read]
    return Shown(name, state, found, told, _words(read), _words(missing), is_going, is_offered=bool(kinds))


def _words(kinds: list[str]) -> list[str]:
    return [labels.name(kind) for kind in kinds]

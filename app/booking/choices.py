"""The times a practice offers instead of one it refused: which are still free, and taking one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.booking import actions, labels, pages, queries, rights
from app.booking.models import AlternativeTime, Appointment
from app.booking.refusals import NotOffered
from app.consent import queries as consent
from app.kernel.clock import local, to_minutes
from app.kernel.i18n import language
from app.kernel.owners import Practice
from app.web.outside import config, services


@dataclass(frozen=True)
class Choice:
    """One of the times, in words; one that is taken meanwhile is shown and cannot be chosen."""

    position: int
    words: str
    with_whom: str
    free: bool


def offered(refused: Appointment, practice: Practice, *, now: datetime) -> list[Choice]:
    """Those still to come; none once something came of them, or for what was not refused."""
    if refused.cancel_kind != "refused":
        return []
    found = queries.alternatives_of(refused.id, now=now)
    if not found or actions.chosen(refused) is not None:
        return []
    people = {offer.schedule.id: offer for offer in rights.granted(refused, practice, now=now)}
    free = _free(found, refused, practice, now=now)
    zone = refused.location.timezone
    return [
        Choice(
            position=one.position,
            words=labels.when(one.starts, zone),
            with_whom=people[one.schedule_id].practitioner.name if one.schedule_id in people else "",
            free=(one.schedule_id.hex, one.starts) in free,
        )
        for one in found
    ]


def _free(
    found: list[AlternativeTime], refused: Appointment, practice: Practice, *, now: datetime
) -> set[tuple[str, int]]:
    """One statement for all of them."""
    offers = rights.granted(refused, practice, now=now)
    if not offers:
        return set()
    zone = refused.location.timezone
    days = [local(one.starts, zone).date() for one in found]
    free = queries.free_times(offers, first_day=min(days), last_day=max(days), now=now)
    return {(who, start) for starts in free.days.values() for start, everybody in starts for who in everybody}


def take(
    refused: Appointment,
    position: str | None,
    *,
    practice: Practice,
    by: str,
    meanwhile: Callable[[], None] = lambda: None,
) -> UUID:
    """The new appointment's id. NotOffered for what was never offered, and what `actions.choose` raises."""
    now = services().clock.now()
    one = next((o for o in queries.alternatives_of(refused.id, now=now) if str(o.position) == position), None)
    offers = rights.granted(refused, practice, now=now)
    offer = next((o for o in offers if one is not None and o.schedule.id == one.schedule_id), None)
    if one is None or offer is None or refused.cancel_kind != "refused":
        raise NotOffered
    texts = (consent.in_force(practice, kind, language()) for kind in pages.SHOWN_TEXTS)
    return actions.choose(
        refused,
        offer,
        one.starts,
        sentence=labels.policy_sentence(offer, one.starts, to_minutes(now)),
        texts=[text for text in texts if text is not None],
        by=by,
        now=now,
        mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
        meanwhile=meanwhile,
    )


def instead_of(refused: Appointment) -> str:
    """The page of what came of the times offered, or nothing."""
    if refused.cancel_kind != "refused":
        return ""
    came = actions.chosen(refused)
    return f"/appointments/{pages.token(came.id)}" if came is not None else ""

"""What whoever looks is told before they commit: book, ask, sign in or call, and what would let them do more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.booking import catalogue, labels, queries
from app.booking.catalogue import Offer
from app.booking.models import Appointment
from app.booking.policy import Policy, Standing, answer_by
from app.booking.standing import Seen
from app.kernel.clock import to_minutes
from app.kernel.i18n import _, ngettext
from app.kernel.owners import Practice
from app.patients import trust

ORDER = ("direct", "request", "sign-in", "call")  # what one would rather have, first


@dataclass(frozen=True)
class Told:
    """`kind`: direct, request, sign-in or call; `to_do` leads to more than that."""

    kind: str
    sentence: str
    aim: str = ""
    to_do: tuple[str, ...] = ()
    guest: bool = False


@dataclass(frozen=True)
class Held:
    """An appointment of theirs, and when it is in words."""

    appointment: Appointment
    when: str


@dataclass(frozen=True)
class Reached:
    """The person holds as many appointments as the practice allows; these are theirs."""

    sentence: str
    held: Sequence[Held]


def kind_of(policy: Policy, *, guest: bool) -> str:
    if policy.outcome not in ("direct", "request"):
        return "call"
    return "sign-in" if policy.sign_in_required and guest else policy.outcome


def best(offers: Sequence[Offer], *, guest: bool) -> tuple[Offer, ...]:
    """Of several agendas those where one can do most, so that one sentence is true of each of them."""
    kinds = [kind_of(offer.policy, guest=guest) for offer in offers]
    first = min(kinds, key=ORDER.index)
    return tuple(offer for offer, kind in zip(offers, kinds, strict=True) if kind == first)


def of(
    practice: Practice, offers: Sequence[Offer], seen: Seen, *, now: datetime, start: int | None = None
) -> Told:
    """`offers` are of one kind (see `best`). With a `start`, until when exactly the practice answers."""
    kind = kind_of(offers[0].policy, guest=seen.is_guest)
    aim, to_do = ("", ()) if kind in ("direct", "sign-in") else _more(practice, offers, seen, kind, now=now)
    return Told(kind, _sentence(kind, offers, now=now, start=start), aim, to_do, seen.is_guest)


def _sentence(kind: str, offers: Sequence[Offer], *, now: datetime, start: int | None) -> str:
    if kind == "direct":
        return _("You book directly: the time is yours as soon as you confirm.")
    if kind == "sign-in":
        return _("To book this, the practice asks you to sign in first.")
    if kind == "call":
        return _("You cannot book this online. Please call us.")
    if start is None:
        hours = max(offer.policy.answer_hours for offer in offers)
        return ngettext(
            "You can ask for a time: the practice answers within %(num)s hour on working days.",
            "You can ask for a time: the practice answers within %(num)s hours on working days.",
            hours,
        )
    offer = offers[0]
    due = answer_by(
        to_minutes(now),
        offer.policy.answer_hours,
        offer.location.timezone,
        holidays=offer.agenda.holidays,
        start=start,
    )
    return _(
        "You can ask for this time: it is kept for you, and the practice answers by %(when)s.",
        when=labels.when(due, offer.location.timezone),
    )


def _more(
    practice: Practice, offers: Sequence[Offer], seen: Seen, kind: str, *, now: datetime
) -> tuple[str, tuple[str, ...]]:
    """The nearest standing in which one could do more here, and how one gets there."""
    here = {(offer.service.id, offer.schedule.id) for offer in offers}
    level, known = seen.standing.level, seen.standing.known
    mine = seen.standing
    steps = [
        replace(mine, level=above, known=known or above > 1) for above in range(level + 1, trust.HIGHEST + 1)
    ]
    if not known:
        steps.insert(0 if level else 1, replace(mine, level=max(level, 1), known=True))
    for step in steps:
        found = catalogue.of(practice, now=now, standing=step)
        there = [o for o in found.offers if (o.service.id, o.schedule.id) in here]
        kinds = [kind_of(offer.policy, guest=False) for offer in there]
        if kinds and ORDER.index(better := min(kinds, key=ORDER.index)) < ORDER.index(kind):
            return _aim(better), _way(seen, step)
    return "", ()


def _aim(kind: str) -> str:
    return _("To book directly:") if kind == "direct" else _("To ask for a time online:")


def _way(seen: Seen, step: Standing) -> tuple[str, ...]:
    """Sentences of what to do, the first step first."""
    to_do = [_("Sign in, or create an account.")] if seen.is_guest else []
    if step.level > max(seen.standing.level, 1):
        to_do += [str(one) for one in trust.raises(step.level - 1)]
    elif step.known and not seen.standing.known and step.level < 2:
        to_do.append(_("Come once: the practice then knows you."))
    return tuple(to_do)


def reached(offers: Sequence[Offer], seen: Seen, *, now: datetime) -> Reached | None:
    """Whether the person, who is signed in, holds as many as every one of these agendas allows."""
    count = sum(one.start >= to_minutes(now) for one in seen.asking.own)
    caps = [offer.policy.upcoming_most for offer in offers]
    if seen.file is None or not all(most and count >= most for most in caps):
        return None
    sentence = ngettext(
        "You already hold %(num)s appointment, as many as the practice allows. Move or cancel one to book another.",
        "You already hold %(num)s appointments, as many as the practice allows. Move or cancel one to book another.",
        count,
    )
    return Reached(sentence, held(seen, now=now))


def held(seen: Seen, *, now: datetime) -> Sequence[Held]:
    """What they hold here; of a guest nothing is told."""
    rows = queries.coming(seen.file, now=now) if seen.file is not None else []
    return [Held(one, labels.when(one.starts, one.location.timezone)) for one in rows]


def note(offers: Sequence[Offer], seen: Seen) -> Any:
    """One word beside a service in a list; nothing where one just books."""
    words = {"request": _("On request"), "sign-in": _("Sign in first"), "call": _("Call us")}
    return words.get(kind_of(best(offers, guest=seen.is_guest)[0].policy, guest=seen.is_guest), "")

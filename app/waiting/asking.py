"""The page on which somebody asks to wait, prepared: whom, which days, and what is free all the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask import g, render_template

from app.booking import calendar_file, labels
from app.booking import queries as bookings
from app.booking import whose as booking_whose
from app.booking.catalogue import Offer, horizon_end
from app.booking.pages import SHOWN_TEXTS
from app.booking.questions import Asking
from app.booking.whose import Whose
from app.consent import queries as consent
from app.kernel import clock
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import language
from app.waiting.actions import Wanted
from app.waiting.forms import GuestWaitForm, OwnWaitForm
from app.waiting.wishes import suits
from app.web import limits
from app.web.outside import services

USUAL_DAYS = 30  # how long somebody waits unless they say otherwise
SHOWN_FREE = 3

WaitForm = GuestWaitForm | OwnWaitForm


def with_list(offers: Sequence[Offer]) -> list[Offer]:
    """Those one can wait for; 404 where the practice keeps no list."""
    found = [offer for offer in offers if offer.policy.waiting_list and offer.is_bookable]
    if not found:
        raise NotFound
    return found


def whose(as_whom: str | None) -> Whose | None:
    return None if as_whom == "guest" else booking_whose.of_viewer(sealer=services().sealer)


def wants_sign_in(offers: Sequence[Offer]) -> bool:
    return all(offer.policy.sign_in_required for offer in offers)


def form(offers: Sequence[Offer], whose: Whose | None) -> WaitForm:
    now = services().clock.now()
    today = clock.today(now, offers[0].location.timezone)
    rules = {"today": today, "conditions_required": offers[0].policy.conditions_required}
    if whose is None:
        return GuestWaitForm(**rules)
    return OwnWaitForm(number_known=whose.number_known, **rules)


def begin(form: WaitForm, offers: Sequence[Offer], schedule: str | None) -> None:
    now, zone = services().clock.now(), offers[0].location.timezone
    today = clock.today(now, zone)
    form.begin(today, min(today + timedelta(days=USUAL_DAYS), horizon_end(offers, today)))
    if any(str(offer.schedule.id) == schedule for offer in offers):
        form.schedule.data = schedule


def wanted(form: WaitForm, offers: Sequence[Offer], whose: Whose | None, *, now: datetime) -> Wanted:
    """The form as the action takes it; an agenda that is not here is no choice."""
    chosen = [offer for offer in offers if str(offer.schedule.id) == form.schedule.data]
    offer = (chosen or offers)[0]
    code = language()
    return Wanted(
        wish=form.wish(offer.location.timezone),
        offer=offer,
        any_practitioner=not chosen,
        person=whose.person(code, typed=form) if whose else form.person(code),  # type: ignore[union-attr]
        address=limits.address(),
        behind=whose.behind if whose else None,
        detail=whose.detail if whose else {},
        swap=_uuid(form.swap.data) if whose else None,
    )


def free_already(
    wanted: Wanted, offers: Sequence[Offer], asking: Asking, *, now: datetime
) -> list[tuple[int, str]]:
    """Times that are free and suit: nobody waits for what they can have. (start, words), three at most."""
    chosen = offers if wanted.any_practitioner else [wanted.offer]
    zone, wish = wanted.offer.location.timezone, wanted.wish
    today = clock.today(now, zone)
    last = min(wish.last_day, horizon_end(chosen, today))
    if last < max(wish.first_day, today):
        return []
    free = bookings.free_times(
        chosen, first_day=max(wish.first_day, today), last_day=last, now=now, asking=asking
    )
    starts = (start for found in free.days.values() for start, _who in found)
    suiting = [start for start in starts if suits(wish, start, now=clock.to_minutes(now))]
    return [(start, labels.when(start, zone)) for start in suiting[:SHOWN_FREE]]


def page(
    form: WaitForm,
    offers: Sequence[Offer],
    whose: Whose | None,
    *,
    changed: str = "",
    free: Sequence[tuple[int, str]] = (),
    refusal: Refusal | None = None,
) -> str:
    offer = offers[0]
    g.here = f"/book/{offer.service.id}/{offer.location.id}/waiting"
    form.show_wish([(str(one.schedule.id), one.practitioner.name) for one in offers], _own(whose))
    form.show_countries()
    if whose is not None:
        form.whose.data = whose.mark  # type: ignore[union-attr]
    return render_template(
        "waiting/ask.html",
        form=form,
        whose=whose,
        changed=changed,
        free=free,
        refusal=refusal,
        offer=offer,
        several=len(offers) > 1,
        place=calendar_file.place_line(offer.location, g.practice, language()),
        texts={kind: consent.in_force(g.practice, kind, language()) for kind in SHOWN_TEXTS},
    )


def _own(whose: Whose | None) -> list[tuple[str, str]]:
    """Appointments that can be given up for an earlier one."""
    file = whose and whose.behind.file
    if not file:
        return []
    now = services().clock.now()
    held = [one for one in bookings.coming(file, now=now) if one.status == "booked"]
    held = [one for one in held if clock.to_minutes(now) <= min(one.cancel_until, one.starts)]
    return [(str(one.id), labels.when(one.starts, one.location.timezone)) for one in held]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None

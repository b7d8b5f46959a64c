"""The page of details, and what stands in its place when the time, or booking it, is not to be had."""

from typing import Any
from uuid import uuid4

from flask import current_app, g, render_template, url_for

from app.booking import actions, calendar_file, labels, pages, queries, told
from app.booking.catalogue import horizon_end
from app.booking.forms import GuestForm, OwnForm
from app.booking.models import Hold
from app.booking.patient_views.choice import Choice, as_uuid, choice, look_again, seen, shop
from app.booking.refusals import (
    CallUs,
    HeldAlready,
    LimitReached,
    NotOffered,
    RulesChanged,
    SignInFirst,
    SlotTaken,
)
from app.booking.whose import Whose
from app.consent import queries as consent
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.web.forms import BaseForm
from app.web.outside import services

NOT_THIS = (SlotTaken, NotOffered, RulesChanged, HeldAlready, LimitReached, CallUs, SignInFirst)
# the same page again, with what was typed and what applies now; the others lead to other times
SAME_PAGE = (RulesChanged, CallUs, SignInFirst)
OF_THEIRS = (HeldAlready, LimitReached)


def form_for(found: Choice, whose: Whose | None) -> GuestForm:
    now, offer = services().clock.now(), found.offer
    rules = {
        "today": clock.today(now, offer.location.timezone),
        "conditions_required": offer.policy.conditions_required,
        "is_request": offer.policy.outcome == "request",
    }
    return OwnForm(number_known=whose.number_known, **rules) if whose else GuestForm(**rules)


def details_page(
    form: GuestForm,
    found: Choice,
    start: int,
    *,
    whose: Whose | None,
    changed: str = "",
    refusal: Any = None,
) -> str:
    now, offer = services().clock.now(), found.offer
    form.show_countries()
    if whose is not None:
        form.whose.data = whose.mark
    g.here = url_for(
        "book.details",
        **found.where,
        start=start,
        schedule=form.schedule.data or "any",
        attempt=form.attempt.data,
    )
    return render_template(
        "booking/details.html",
        form=form,
        whose=whose,
        changed=changed,
        refusal=refusal,
        catalogue=shop(),
        offer=offer,
        any_practitioner=found.any_practitioner,
        start=start,
        moment=clock.local(start, offer.location.timezone),
        duration=labels.duration_label(offer.rules.duration),
        place=calendar_file.place_line(offer.location, g.practice, language()),
        told=found.told(start=start),
        again=g.here,
        sentence=labels.policy_sentence(offer, start, clock.to_minutes(now)),
        texts={kind: consent.in_force(g.practice, kind, language()) for kind in pages.SHOWN_TEXTS},
        kept=_kept(form.attempt.data),
        hold_minutes=actions.HOLD_MINUTES,
    )


def _kept(attempt: str | None) -> bool:
    found = as_uuid(attempt)
    now = clock.to_minutes(services().clock.now())
    return bool(found and Hold.select().where(Hold.id == found, Hold.expires > now).exists())


def refused(
    refusal: Any, found: Choice, start: int, *, form: GuestForm | None = None, whose: Whose | None = None
) -> Any:
    """What the person typed stays, with the next step they can take."""
    current_app.logger.info("refused %s", type(refusal).__name__)
    if isinstance(refusal, RulesChanged):
        look_again()
        try:
            found = choice(**found.where, schedule=found.schedule)
        except NotFound:
            return _lost(refusal, found, start, form, alternatives=[]), refusal.status
    if form is not None and isinstance(refusal, SAME_PAGE):
        shown = _as_it_is_now(form, found, whose)
        return details_page(shown, found, start, whose=whose, refusal=refusal), refusal.status
    return _lost(refusal, found, start, form, alternatives=_nearest(found, start)), refusal.status


def _as_it_is_now(form: GuestForm, found: Choice, whose: Whose | None) -> GuestForm:
    """The same fields under the rules that hold now: a request has a note, a booking has none."""
    fresh = form_for(found, whose)
    for field in fresh:
        if field.name in form and field.name != "csrf_token":
            field.data = form[field.name].data
    return fresh


def _nearest(found: Choice, start: int) -> list[int]:
    if found.told().kind == "call":
        return []
    now = services().clock.now()
    today, soonest = clock.today(now, found.offer.location.timezone), clock.to_minutes(now)
    soonest += min(offer.rules.min_notice for offer in found.chosen)
    near = min(max(start, soonest), soonest + 1440 * (horizon_end(found.chosen, today) - today).days)
    return queries.alternatives(found.chosen, near=near, now=now, asking=seen().asking)


def _lost(refusal: Any, found: Choice, start: int, form: GuestForm | None, *, alternatives: list[int]) -> str:
    """Three free times stand where the lost one was; somebody who holds too much sees what they hold."""
    g.here = url_for("book.choose_time", **found.where)
    now, zone = services().clock.now(), found.offer.location.timezone
    return render_template(
        "booking/lost.html",
        refusal=refusal,
        catalogue=shop(),
        offer=found.offer,
        told=found.told(),
        held=told.held(seen(), now=now) if isinstance(refusal, OF_THEIRS) else [],
        token=pages.token,
        alternatives=alternatives,
        moments={one: clock.local(one, zone) for one in alternatives},
        form=form or BaseForm(),
        typed=form is not None,
        attempt=uuid4(),
        schedule=found.schedule,
    )

"""An appointment goes to another time: the free times once more, old and new side by side, one press that moves it."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, current_app, g, render_template, request, session, url_for

from app.booking import actions, cards, fragment, labels, moving, pages, queries, rights, standing, view_as
from app.booking.catalogue import Offer
from app.booking.change_forms import MoveForm
from app.booking.models import Appointment
from app.booking.refusals import CannotBeChanged, RulesChanged, SlotTaken
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import _
from app.web import htmx, limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("move", __name__)


@bp.before_request
def _do_nothing_while_looking() -> None:
    if request.method == "POST":
        view_as.refuse(standing.seen(now=services().clock.now()).viewing)


HELD = "held-for-move"  # in the browser: the hold of the last time chosen
GONE = (SlotTaken, RulesChanged)  # their own sentences speak of a first booking


@bp.get("/appointments/<token>/move")
@practice_only
def choose_time(token: str) -> Any:
    appointment, args, now = cards.behind(token), single_args(), services().clock.now()
    offers = _offers(appointment)
    if not offers:
        return go(url_for("appointment.confirmed", token=token))
    shown = pages.times(
        offers,
        moving.chosen(offers, args.get("schedule"), appointment),
        span=args.get("span"),
        day=args.get("day"),
        begin=args.get("from"),
        now=now,
        asking=_asking(appointment, moving.identity(session.get(HELD))),
    )
    if htmx.wants_fragment():
        return fragment.html(shown, pages.around)
    return render_template(
        "booking/move.html",
        token=token,
        missing="missing" in args,
        same="same" in args,
        **{**cards.card(appointment), **pages.around(shown)},
    )


@bp.post("/appointments/<token>/move/holds")
@practice_only
def hold(token: str) -> Any:
    BaseForm()  # content type and single values
    appointment, wish = cards.behind(token), moving.wish(request.form)
    offers = _offers(appointment)
    if not offers:
        return htmx.redirect_to(url_for("appointment.confirmed", token=token))
    if wish.start is None or moving.is_same(appointment, wish):
        why = {"missing" if wish.start is None else "same": 1}
        back = {"day": wish.day, "schedule": wish.schedule, **why}
        return htmx.redirect_to(url_for(".choose_time", token=token, **{k: v for k, v in back.items() if v}))
    chosen = moving.chosen(offers, wish.schedule, appointment)
    now, before = services().clock.now(), moving.identity(session.get(HELD))
    asking = _asking(appointment, mine=before)  # whoever comes back chooses among what they saw
    try:
        kept = actions.hold(chosen, wish.start, now=now, address=limits.address(), asking=asking)
    except Refusal as no:
        return _lost(token, appointment, chosen, wish.start, no)
    if before is not None:
        actions.let_go(before)
    session[HELD] = str(kept.id)
    here = {"start": wish.start, "schedule": kept.schedule_id, "attempt": kept.id}
    return htmx.redirect_to(url_for(".check", token=token, **here))


@bp.get("/appointments/<token>/move/check")
@practice_only
def check(token: str) -> Any:
    appointment, wish = cards.behind(token), moving.wish(single_args())
    offers = moving.chosen(_offers(appointment), wish.schedule, appointment)
    if len(offers) != 1 or wish.start is None or moving.is_same(appointment, wish):
        return go(url_for("appointment.confirmed", token=token))
    offer, form = offers[0], MoveForm(formdata=None)
    form.version.data, form.start.data = str(appointment.version), str(wish.start)
    form.schedule.data, form.attempt.data = str(offer.schedule.id), str(wish.attempt or uuid4())
    return _check_page(token, appointment, offer, wish.start, form)


@bp.post("/appointments/<token>/move")
@practice_only
@checks_its_token
def move(token: str) -> Any:
    appointment, form, now = cards.behind(token), MoveForm(), services().clock.now()
    wish = moving.wish(request.form)
    if moving.is_same(appointment, wish):
        return _moved(token)  # this very press, a moment ago
    offers = moving.chosen(_offers(appointment), wish.schedule, appointment)
    if wish.start is None or len(offers) != 1:
        raise CannotBeChanged
    if not form.validate():
        return _check_page(token, appointment, offers[0], wish.start, form), 422
    try:
        if form.seen != appointment.version:
            raise CannotBeChanged
        actions.move(
            appointment,
            offers[0],
            wish.start,
            by=rights.actor_of(appointment),
            now=now,
            attempt=wish.attempt,
        )
    except CannotBeChanged:
        if moving.is_same(cards.behind(token), wish):
            return _moved(token)
        raise
    except Refusal as no:
        return _lost(token, appointment, offers, wish.start, no)
    return _moved(token)


# ---- shared by the steps


def _offers(appointment: Appointment) -> tuple[Offer, ...]:
    """Where it may go; empty when it may not."""
    now = services().clock.now()
    if not rights.of(appointment, g.practice, now=now).move:
        return ()
    return rights.to_move(appointment, g.practice, now=now)


def _asking(appointment: Appointment, mine: UUID | None = None) -> Any:
    guest = rights.actor_of(appointment) == "guest"
    return actions.asking_to_move(appointment, guest=guest, mine=mine)


def _moved(token: str) -> Any:
    return htmx.redirect_to(url_for("appointment.confirmed", token=token, done="moved"))


def _check_page(token: str, appointment: Appointment, offer: Offer, start: int, form: MoveForm) -> str:
    now = services().clock.now()
    here = {"start": start, "schedule": offer.schedule.id, "attempt": form.attempt.data}
    g.here = url_for(".check", token=token, **here)
    return render_template(
        "booking/move_check.html",
        token=token,
        form=form,
        offer=offer,
        new=clock.local(start, offer.location.timezone),
        new_sentence=labels.policy_sentence(offer, start, clock.to_minutes(now)),
        kept=moving.is_kept(form.attempt.data, now=now),
        hold_minutes=actions.HOLD_MINUTES,
        **cards.card(appointment),
    )


def _lost(token: str, appointment: Appointment, chosen: Any, start: int, refusal: Refusal) -> Any:
    """The old appointment stays; the three nearest free times stand where the lost one was."""
    now = services().clock.now()
    current_app.logger.info("refused %s", type(refusal).__name__)
    g.here = url_for(".choose_time", token=token)
    asking = _asking(appointment)
    near = moving.within(start, chosen, now=now)
    zone = appointment.location.timezone
    found = queries.alternatives(chosen, near=near, now=now, asking=asking, count=4)
    starts = [one for one in found if one != appointment.starts][:3]
    page = render_template(
        "booking/move_lost.html",
        token=token,
        why=_("This time has just been taken.") if isinstance(refusal, GONE) else refusal.sentence(),
        starts=[(one, clock.local(one, zone)) for one in starts],
        schedule=chosen[0].schedule.id if len(chosen) == 1 else "any",
        **cards.card(appointment),
    )
    return page, refusal.status

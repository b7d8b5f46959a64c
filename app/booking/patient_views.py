"""Booking as anybody can: service, site, day and agenda, time, details, done."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

from flask import Blueprint, Response, abort, current_app, g, render_template, request, url_for

from app.booking import actions, calendar_file, catalogue, fragment, labels, pages, queries, standing
from app.booking.catalogue import Catalogue, Offer, horizon_end
from app.booking.forms import GuestForm, OwnForm
from app.booking.models import Hold
from app.booking.refusals import (
    CallUs,
    HeldAlready,
    LimitReached,
    NotOffered,
    RulesChanged,
    SignInFirst,
    SlotTaken,
)
from app.booking.standing import Seen
from app.booking.whose import Whose, of_viewer
from app.consent import queries as consent
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import _, language
from app.web import htmx, limits
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import config, services

bp = Blueprint("book", __name__)
# another time may do: three are shown, and nothing typed is lost
NOT_THIS = (SlotTaken, NotOffered, RulesChanged, HeldAlready, LimitReached, CallUs, SignInFirst)


def seen() -> Seen:
    """Who looks, found out once a request."""
    if "seen" not in g:
        g.seen = standing.of_viewer(now=services().clock.now())
    return g.seen


def shop() -> Catalogue:
    return catalogue.of(g.practice, now=services().clock.now(), standing=seen().standing)


@bp.get("/book")
@practice_only
def choose_service() -> str:
    found = shop()
    return render_template("booking/services.html", catalogue=found, menu=pages.menu(found))


@bp.get("/book/<uuid:service_id>")
@practice_only
def choose_site(service_id: UUID) -> Any:
    found = shop()
    sites = found.sites_of(service_id) or abort(404)
    if len(sites) == 1:
        return go(url_for(".choose_time", service_id=service_id, location_id=sites[0].id))
    return render_template(
        "booking/sites.html",
        catalogue=found,
        service=found.of_service(service_id)[0].service,
        sites=[pages.site_line(found.at(service_id, site.id), now=services().clock.now()) for site in sites],
    )


@bp.get("/book/<uuid:service_id>/<uuid:location_id>")
@practice_only
def choose_time(service_id: UUID, location_id: UUID) -> Any:
    found, args, now = shop(), single_args(), services().clock.now()
    offers, chosen = _offers(found, service_id, location_id, args.get("schedule"))
    partial = htmx.wants_fragment()
    if partial:
        tag = f'"{pages.tag(chosen, seen(), now)}-{language()}-{crc32(request.query_string):x}"'
        if request.environ.get("HTTP_IF_NONE_MATCH") == tag:
            return _cacheable(Response(status=304), tag)
    shown = pages.times(
        offers,
        chosen,
        span=args.get("span"),
        day=args.get("day"),
        begin=args.get("from"),
        now=now,
        asking=seen().asking,
    )
    if partial:
        return _cacheable(Response(fragment.html(shown, pages.around)), tag)
    return render_template(
        "booking/times.html",
        catalogue=found,
        missing="missing" in args,
        place=calendar_file.place_line(chosen[0].location, g.practice, language()),
        **pages.around(shown),
    )


def _cacheable(response: Response, tag: str) -> Response:
    """Public and without a cookie: a browser may keep it, and asks again whether it still holds."""
    kept = "no-store" if seen().signed_in else "private, no-cache"
    response.headers.extend({"Cache-Control": kept, "ETag": tag})
    return response


@bp.post("/book/<uuid:service_id>/<uuid:location_id>/holds")
@practice_only
def hold(service_id: UUID, location_id: UUID) -> Any:
    BaseForm()  # content type and single values
    _offers_, chosen = _offers(shop(), service_id, location_id, request.form.get("schedule"))
    start = _start(request.form.get("start"))
    here = {"service_id": service_id, "location_id": location_id}
    if start is None:
        back = {
            "day": request.form.get("day"),
            "schedule": request.form.get("schedule") or None,
            "missing": 1,
        }
        return htmx.redirect_to(url_for(".choose_time", **here, **{k: v for k, v in back.items() if v}))
    now = services().clock.now()
    try:
        kept = actions.hold(chosen, start, now=now, address=limits.address(), asking=seen().asking)
    except NOT_THIS as refusal:
        return _lost(refusal, chosen, start)
    return htmx.redirect_to(
        url_for(".details", **here, start=start, schedule=kept.schedule_id, attempt=kept.id)
    )


@bp.get("/book/<uuid:service_id>/<uuid:location_id>/details")
@practice_only
def details(service_id: UUID, location_id: UUID) -> Any:
    args = single_args()
    _all, chosen = _offers(shop(), service_id, location_id, args.get("schedule"))
    start = _start(args.get("start"))
    if start is None:
        return go(url_for(".choose_time", service_id=service_id, location_id=location_id))
    whose = None if args.get("as") == "guest" else of_viewer(sealer=services().sealer)
    form = _form(chosen[0], whose)
    form.start.data, form.schedule.data = str(start), args.get("schedule", "")
    form.attempt.data = str(_uuid(args.get("attempt")) or uuid4())
    return _details(form, chosen, start, whose=whose, kept=_kept(form.attempt.data))


@bp.post("/book/<uuid:service_id>/<uuid:location_id>/appointments")
@practice_only
@checks_its_token
def book(service_id: UUID, location_id: UUID) -> Any:
    _all, chosen = _offers(shop(), service_id, location_id, request.form.get("schedule"))
    whose, changed = still(request.form.get("whose"))
    form, now = _form(chosen[0], whose), services().clock.now()
    start, attempt = _start(form.start.data), _uuid(form.attempt.data)
    if start is None or attempt is None:
        abort(400)
    if not form.validate() or changed:
        actions.renew(attempt, now=now)
        shown = _details(form, chosen, start, whose=whose, changed=changed, kept=_kept(form.attempt.data))
        return shown, 409 if changed else 422
    try:
        made = actions.book(
            chosen,
            pages.asked(form, chosen[0], start, attempt, g.practice, whose=whose, now=now),
            sealer=services().sealer,
            by=whose.actor if whose else "guest",
            now=now,
            mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
            standing_of=(lambda: standing.of_viewer(now=now).standing) if seen().signed_in else None,
        )
    except NOT_THIS as refusal:
        return _lost(refusal, chosen, start, form=form)
    return htmx.redirect_to(url_for("appointment.confirmed", token=pages.token(made)))


# ---- shared by the steps


def _offers(found: Catalogue, service_id: UUID, location_id: UUID, schedule: str | None) -> tuple[Any, Any]:
    """(all offers here, those of the chosen agenda, or all when any will do); 404 for what is not this practice's."""
    offers = found.at(service_id, location_id)
    if not offers:
        raise NotFound
    if not schedule or schedule == "any":
        return offers, offers
    wanted = _uuid(schedule)
    chosen = tuple(offer for offer in offers if offer.schedule.id == wanted)
    if not chosen:
        raise NotFound
    return offers, chosen


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text and len(text) <= 40 else None
    except ValueError:
        return None


def _start(text: str | None) -> int | None:
    """Minutes since 1970 within what a calendar can hold; anything else is no time."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 8:
        return None
    return int(text)


def _kept(attempt: str | None) -> bool:
    found = _uuid(attempt)
    now = clock.to_minutes(services().clock.now())
    return bool(found and Hold.select().where(Hold.id == found, Hold.expires > now).exists())


def still(mark: str | None) -> tuple[Whose | None, str]:
    """For whom the form was made, and what to say when this browser speaks for somebody else meanwhile.

    A form without a mark is a guest's, whoever is signed in.
    """
    if not mark:
        return None, ""
    whose = of_viewer(sealer=services().sealer)
    if whose is None:
        return None, _("You are no longer signed in. Sign in again, or fill in who is coming.")
    if whose.mark != mark:
        return whose, _("You now book for %(name)s. Please check, then confirm.", name=whose.name)
    return whose, ""


def _form(offer: Offer, whose: Whose | None = None) -> GuestForm:
    now = services().clock.now()
    today: date = clock.today(now, offer.location.timezone)
    rules = {"today": today, "conditions_required": offer.policy.conditions_required}
    return OwnForm(number_known=whose.number_known, **rules) if whose else GuestForm(**rules)


def _details(
    form: GuestForm, chosen: Any, start: int, *, whose: Whose | None, kept: bool, changed: str = ""
) -> str:
    now = services().clock.now()
    offer = chosen[0]
    form.show_countries()
    if whose is not None:
        form.whose.data = whose.mark
    g.here = _details_url(offer, start, form.schedule.data, form.attempt.data)
    return render_template(
        "booking/details.html",
        form=form,
        whose=whose,
        changed=changed,
        catalogue=shop(),
        offer=offer,
        any_practitioner=len(chosen) > 1,
        start=start,
        moment=clock.local(start, offer.location.timezone),
        duration=labels.duration_label(offer.rules.duration),
        place=calendar_file.place_line(offer.location, g.practice, language()),
        sentence=labels.policy_sentence(offer, start, clock.to_minutes(now)),
        texts={kind: consent.in_force(g.practice, kind, language()) for kind in pages.SHOWN_TEXTS},
        kept=kept,
        hold_minutes=actions.HOLD_MINUTES,
    )


def _details_url(offer: Offer, start: int, schedule: str | None, attempt: str | None) -> str:
    here = {"service_id": offer.service.id, "location_id": offer.location.id}
    return url_for(".details", **here, start=start, schedule=schedule or "any", attempt=attempt)


def _lost(refusal: Any, chosen: Any, start: int, form: GuestForm | None = None) -> Any:
    """What the person typed stays; three free times stand where the lost one was."""
    now = services().clock.now()
    g.here = url_for(".choose_time", service_id=chosen[0].service.id, location_id=chosen[0].location.id)
    current_app.logger.info("refused %s", type(refusal).__name__)
    today = clock.today(now, chosen[0].location.timezone)
    soonest = clock.to_minutes(now)
    near = min(max(start, soonest), soonest + 1440 * (horizon_end(chosen, today) - today).days)
    starts = queries.alternatives(chosen, near=near, now=now, asking=seen().asking)
    page = render_template(
        "booking/lost.html",
        refusal=refusal,
        catalogue=shop(),
        offer=chosen[0],
        alternatives=starts,
        moments={found: clock.local(found, chosen[0].location.timezone) for found in starts},
        form=form or BaseForm(),
        typed=form is not None,
        attempt=uuid4(),
        schedule=chosen[0].schedule.id if len(chosen) == 1 else "any",
    )
    return page, refusal.status

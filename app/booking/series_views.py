"""Several appointments at once: proposed from a pattern, ticked, booked together."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, g, render_template, request, url_for

from app.booking import actions, calendar_file, labels, pages, series_pages, standing, tokens, view_as
from app.booking.forms import OwnForm
from app.booking.patient_views.choice import seen, shop
from app.booking.patient_views.confirming import still
from app.booking.series_forms import PatternForm, ticked
from app.booking.whose import Whose, of_viewer
from app.consent import queries as consent
from app.identity.door import send
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import language
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import config, services

bp = Blueprint("series", __name__)


@bp.before_request
def _do_nothing_while_looking() -> None:
    if request.method == "POST":
        view_as.refuse(standing.seen(now=services().clock.now()).viewing)


@bp.get("/book/<uuid:service_id>/<uuid:location_id>/series")
@practice_only
def ask(service_id: UUID, location_id: UUID) -> Any:
    offers, whose = _offers(service_id, location_id), of_viewer(sealer=services().sealer)
    if whose is None:
        send("sign_in.form")
    form = _pattern(offers)
    if "count" not in single_args():
        form.begin(offers[0], request.args.get("schedule", "any"))
        return _page(form, offers, whose)
    if not form.validate():
        return _page(form, offers, whose), 422
    found = series_pages.rows(form, offers, asking=seen().asking, now=services().clock.now())
    return _page(form, offers, whose, lines=series_pages.lines(found, offers))


@bp.post("/book/<uuid:service_id>/<uuid:location_id>/series")
@practice_only
@checks_its_token
def book(service_id: UUID, location_id: UUID) -> Any:
    offers, (whose, changed) = _offers(service_id, location_id), still(request.form.get("whose"))
    if whose is None:
        send("sign_in.form")
    assert whose is not None
    form, own, now = _pattern(offers), _own(offers, whose), services().clock.now()
    if not form.validate():
        return _page(form, offers, whose), 422
    chosen = ticked()
    dates = series_pages.dates(chosen, offers)
    if not own.validate() or changed:
        return _again(form, own, offers, whose, chosen, changed=changed), 409 if changed else 422
    try:
        made = actions.book_series(
            dates,
            pages.asked(
                own, offers[0], dates[0][1] if dates else 0, _attempt(own), g.practice, whose=whose, now=now
            ),
            sealer=services().sealer,
            by=whose.actor,
            now=now,
            mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
            standing_of=lambda: standing.of_viewer(now=now).standing,
        )
    except Refusal as no:
        return _again(form, own, offers, whose, chosen, refusal=no), no.status
    return go(url_for("series_link.overview", token=tokens.token(series_pages.KIND, made)))


# ---- shared


def _offers(service_id: UUID, location_id: UUID) -> Any:
    """Those one can have a series of: 404 where there is none."""
    found = shop().at(service_id, location_id)
    return [one for one in found if one.policy.series_most > 1 and one.is_bookable] or abort(404)


def _pattern(offers: Any) -> PatternForm:
    today = clock.today(services().clock.now(), offers[0].location.timezone)
    return PatternForm(today=today, most=series_pages.most_dates(offers, staff=False))


def _own(offers: Any, whose: Whose) -> OwnForm:
    today = clock.today(services().clock.now(), offers[0].location.timezone)
    return OwnForm(
        number_known=whose.number_known, today=today, conditions_required=offers[0].policy.conditions_required
    )


def _attempt(own: OwnForm) -> UUID:
    try:
        return UUID(own.attempt.data or "")
    except ValueError:
        abort(400)


def _again(
    form: Any, own: Any, offers: Any, whose: Any, chosen: Any, *, refusal: Any = None, changed: str = ""
) -> str:
    """Everything that was ticked and typed stays; a date that was lost has others."""
    found = series_pages.rows(form, offers, asking=seen().asking, now=services().clock.now())
    lines = series_pages.lines(found, offers, ticked=chosen, lost=series_pages.lost_words(refusal))
    return _page(form, offers, whose, lines=lines, own=own, refusal=refusal, changed=changed)


def _page(
    form: PatternForm,
    offers: Any,
    whose: Any,
    *,
    lines: Any = None,
    own: Any = None,
    refusal: Any = None,
    changed: str = "",
) -> str:
    offer, now = offers[0], services().clock.now()
    g.here = url_for(".ask", service_id=offer.service.id, location_id=offer.location.id)
    form.show([(str(one.schedule.id), one.practitioner.name) for one in offers])
    own = own or _own(offers, whose)
    own.show_countries()
    own.whose.data = whose.mark
    own.attempt.data = own.attempt.data or str(uuid4())
    first = next((int(o.value.split("@")[0]) for line in lines or () for o in line.options), None)
    return render_template(
        "booking/series_new.html",
        form=form,
        own=own,
        whose=whose,
        offer=offer,
        several=len(offers) > 1,
        lines=lines,
        refusal=refusal,
        changed=changed,
        direct=all(one.policy.outcome == "direct" for one in offers),
        place=calendar_file.place_line(offer.location, g.practice, language()),
        sentence=labels.policy_sentence(offer, first, clock.to_minutes(now)) if first else "",
        texts={kind: consent.in_force(g.practice, kind, language()) for kind in pages.SHOWN_TEXTS},
    )

"""A series by its link: its dates, its calendar file; this date, or this and those after it, cancelled or moved."""

from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from app.booking import actions, calendar_file, catalogue, labels, pages, series_pages, standing, tokens
from app.booking.models import Appointment
from app.booking.series_forms import ticked
from app.kernel import clock
from app.kernel.errors import Refusal
from app.kernel.i18n import language, wall_label
from app.patients.queries import accounts_of
from app.practice.queries import primary_host
from app.web.access import practice_only
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services

bp = Blueprint("series_link", __name__)
USUAL = (480, 1080)  # the hours first shown, in minutes


@bp.get("/series/<token>")
@practice_only
def overview(token: str) -> str:
    found, now = _behind(token), services().clock.now()
    return _series_page(
        found, token, done=request.args.get("done", ""), start=_start(request.args.get("from")), now=now
    )


@bp.get("/series/<token>/calendar.ics")
@practice_only
def calendar(token: str) -> Response:
    coming = [one for one in _behind(token) if one.status == "booked"]
    host = primary_host(g.practice.id)
    content = calendar_file.of_many(((one, g.practice, host) for one in coming), code=language())
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


@bp.post("/series/<token>/cancellation")
@practice_only
def cancel(token: str) -> Any:
    """This date alone, or this one and those after it."""
    BaseForm()  # content type and single values
    found, now, start = _behind(token), services().clock.now(), _start(request.form.get("from"))
    rest = series_pages.following(found, start)
    alone = request.form.get("scope") != "following"
    try:
        if alone:
            actions.cancel(rest[0], by="guest", now=now)
        else:
            actions.cancel_following(rest, by="guest", now=now)
    except Refusal as no:
        return _series_page(_behind(token), token, refusal=no, now=now), no.status
    done = "one" if alone else "following"
    return go(url_for(".overview", token=token, done=done, **{"from": start}))


@bp.get("/series/<token>/move")
@practice_only
def ask_move(token: str) -> Any:
    moving, stays, offers = _to_move(token, request.args.get("from"))
    lines = None
    if "weekday" in single_args() and moving:
        found = series_pages.new_rows(moving, offers, **_wanted(request.args), now=services().clock.now())
        lines = series_pages.lines(found, offers)
    return _move_page(token, moving, stays, offers, lines=lines)


@bp.post("/series/<token>/move")
@practice_only
def move(token: str) -> Any:
    BaseForm()  # content type and single values
    moving, stays, offers = _to_move(token, request.form.get("from"))
    chosen, now = ticked(), services().clock.now()
    by_agenda = {one.agenda.id: one for one in offers}
    moves = [
        (one, by_agenda[choice.agenda], choice.start)
        for one, choice in zip(moving, (chosen.get(n) for n in range(len(moving))), strict=True)
        if choice is not None and choice.agenda in by_agenda
    ]
    try:
        actions.move_following(moves, by="guest", now=now)
    except Refusal as no:
        found = series_pages.new_rows(moving, offers, **_wanted(request.form), now=now)
        lines = series_pages.lines(found, offers, ticked=chosen, lost=series_pages.lost_words(no))
        return _move_page(token, moving, stays, offers, lines=lines, refusal=no), no.status
    return go(url_for(".overview", token=token, done="moved"))


# ---- shared


def _behind(token: str) -> list[Appointment]:
    return series_pages.of(tokens.of_token(series_pages.KIND, token))


def _start(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None


def _series_page(
    found: Any, token: str, *, now: Any, done: str = "", start: int | None = None, refusal: Any = None
) -> str:
    g.here = url_for(".overview", token=token)
    shown = series_pages.card(found, now=now)
    kept = [one for one in shown["coming"] if done == "following" and start and one.starts >= start]
    links = {one.id: url_for("appointment.confirmed", token=pages.token(one.id)) for one in found}
    return render_template(
        "booking/series.html", token=token, done=done, kept=kept, links=links, refusal=refusal, **shown
    )


def _to_move(token: str, start: str | None) -> tuple[list[Appointment], list[Appointment], Any]:
    """(dates that can be moved, dates past their deadline, where to)."""
    now = services().clock.now()
    rest = [one for one in series_pages.following(_behind(token), _start(start)) if one.status == "booked"]
    moving = [one for one in rest if actions.can_move(one, now=now)]
    rest = [one for one in rest if one not in moving and one.starts > clock.to_minutes(now)]
    one = (moving or rest or abort(404))[0]
    tie = next(iter(accounts_of(one.patient)), None)
    theirs = standing.of_file(one.patient_id, tie and tie.account_id, now=now)
    offers = catalogue.of(g.practice, now=now, standing=theirs).at(one.service_id, one.location_id)
    return moving, rest, [offer for offer in offers if offer.policy.outcome == "direct"] or abort(404)


def _wanted(given: Any) -> dict[str, Any]:
    """Weekday and hours as asked; the whole day for what cannot be read."""
    weekday, low, high = (_start(given.get(name)) for name in ("weekday", "after", "before"))
    low, high = min(low or 0, 23), min(high or 24, 24)
    return {"weekday": min(weekday or 0, 6), "window": (low * 60, max(high, low + 1) * 60)}


def _move_page(
    token: str, moving: Any, stays: Any, offers: Any, *, lines: Any = None, refusal: Any = None
) -> str:
    given = request.form if request.method == "POST" else request.args
    start = _start(given.get("from"))
    g.here = url_for(".ask_move", token=token, **{"from": start})
    day = series_pages.day_of((moving or stays)[0])
    return render_template(
        "booking/series_move.html",
        token=token,
        start=start,
        moving=moving,
        moments={a.id: clock.local(a.starts, a.location.timezone) for a in (*moving, *stays)},
        stays=stays,
        offer=offers[0],
        hours=[(hour, wall_label(hour * 60, language())) for hour in range(7, 22)],
        weekdays=[(number, labels.weekday(number)) for number in range(7)],
        asked=_wanted(given) if "weekday" in given else {"weekday": day.weekday(), "window": USUAL},
        lines=lines,
        refusal=refusal,
    )

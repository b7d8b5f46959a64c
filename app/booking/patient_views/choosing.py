"""The first steps: service, site, day and time; the time that is chosen is kept for ten minutes."""

from typing import Any
from uuid import UUID
from zlib import crc32

from flask import Response, abort, g, render_template, request, url_for

from app.booking import actions, calendar_file, fragment, menu, pages
from app.booking.patient_views.answers import NOT_THIS, refused
from app.booking.patient_views.choice import as_start, bp, choice, reached, seen, shop
from app.kernel.i18n import language
from app.web import htmx, limits
from app.web.access import practice_only
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.outside import services


@bp.get("/book")
@practice_only
def choose_service() -> str:
    found = shop()
    shown = menu.searched(pages.menu(found, seen()), single_args().get("q", ""))
    template = "booking/_services.html" if htmx.wants_fragment() else "booking/services.html"
    return render_template(template, catalogue=found, menu=shown)


@bp.get("/book/<uuid:service_id>")
@practice_only
def choose_site(service_id: UUID) -> Any:
    found, now = shop(), services().clock.now()
    sites = found.sites_of(service_id) or abort(404)
    if len(sites) == 1:
        return go(url_for(".choose_time", service_id=service_id, location_id=sites[0].id))
    return render_template(
        "booking/sites.html",
        catalogue=found,
        service=found.of_service(service_id)[0].service,
        sites=[pages.site_line(g.practice, found.at(service_id, site.id), seen(), now=now) for site in sites],
    )


@bp.get("/book/<uuid:service_id>/<uuid:location_id>")
@practice_only
def choose_time(service_id: UUID, location_id: UUID) -> Any:
    args, now = single_args(), services().clock.now()
    found = choice(service_id, location_id, args.get("schedule"))
    partial = htmx.wants_fragment()
    if partial:
        tag = f'"{pages.tag(found.chosen, seen(), now)}-{language()}-{crc32(request.query_string):x}"'
        if request.environ.get("HTTP_IF_NONE_MATCH") == tag:
            return _cacheable(Response(status=304), tag)
    shown = pages.times(
        found.offers,
        found.chosen,
        span=args.get("span"),
        day=args.get("day"),
        begin=args.get("from"),
        now=now,
        schedule=found.schedule,
        asking=seen().asking,
        applies=found.told(),
    )
    if partial:
        return _cacheable(Response(fragment.html(shown, pages.around)), tag)
    return render_template(
        "booking/times.html",
        catalogue=shop(),
        missing="missing" in args,
        place=calendar_file.place_line(found.offer.location, g.practice, language()),
        reached=reached(found),
        token=pages.token,
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
    found = choice(service_id, location_id, request.form.get("schedule"))
    start = as_start(request.form.get("start"))
    if start is None:
        back = {"day": request.form.get("day"), "schedule": request.form.get("schedule"), "missing": 1}
        kept = {name: value for name, value in back.items() if value}
        return htmx.redirect_to(url_for(".choose_time", **found.where, **kept))
    now = services().clock.now()
    try:
        made = actions.hold(found.chosen, start, now=now, address=limits.address(), asking=seen().asking)
    except NOT_THIS as refusal:
        return refused(refusal, found, start)
    return htmx.redirect_to(
        url_for(".details", **found.where, start=start, schedule=made.schedule_id, attempt=made.id)
    )

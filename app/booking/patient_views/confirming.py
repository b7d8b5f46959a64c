"""The last step: who comes, what they accept, and the appointment or the request it becomes."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import abort, g, request, url_for

from app.booking import actions, pages, standing
from app.booking.patient_views.answers import NOT_THIS, details_page, form_for, refused
from app.booking.patient_views.choice import as_start, as_uuid, bp, choice, seen
from app.booking.whose import Whose, of_viewer
from app.kernel.i18n import _
from app.web import htmx
from app.web.access import checks_its_token, practice_only
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import config, services


@bp.get("/book/<uuid:service_id>/<uuid:location_id>/details")
@practice_only
def details(service_id: UUID, location_id: UUID) -> Any:
    args = single_args()
    found = choice(service_id, location_id, args.get("schedule"))
    start = as_start(args.get("start"))
    if start is None:
        return go(url_for(".choose_time", **found.where))
    as_guest = args.get("as") == "guest" or seen().is_guest
    whose = None if as_guest else of_viewer(sealer=services().sealer)
    form = form_for(found, whose)
    form.start.data, form.schedule.data = str(start), args.get("schedule", "")
    form.attempt.data = str(as_uuid(args.get("attempt")) or uuid4())
    return details_page(form, found, start, whose=whose)


@bp.post("/book/<uuid:service_id>/<uuid:location_id>/appointments")
@practice_only
@checks_its_token
def book(service_id: UUID, location_id: UUID) -> Any:
    found = choice(service_id, location_id, request.form.get("schedule"))
    whose, changed = still(request.form.get("whose"))
    form, now = form_for(found, whose), services().clock.now()
    start, attempt = as_start(form.start.data), as_uuid(form.attempt.data)
    if start is None or attempt is None:
        abort(400)
    if not form.validate() or changed:
        actions.renew(attempt, now=now)
        page = details_page(form, found, start, whose=whose, changed=changed)
        return page, 409 if changed else 422
    try:
        made = actions.book(
            found.chosen,
            pages.asked(form, found.offer, start, attempt, g.practice, whose=whose, now=now),
            sealer=services().sealer,
            by=whose.actor if whose else "guest",
            now=now,
            mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
            standing_of=(lambda: standing.of_viewer(now=now).standing) if seen().signed_in else None,
        )
    except NOT_THIS as refusal:
        return refused(refusal, found, start, form=form, whose=whose)
    return htmx.redirect_to(url_for("appointment.confirmed", token=pages.token(made)))


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

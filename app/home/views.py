"""GET /: the search on the central portal, the practice's page on its own host."""

from flask import Blueprint, g, render_template

from app.booking import catalogue, pages, queries, standing
from app.booking.hours import open_at, opening_hours
from app.consent import queries as consent
from app.consent.rendering import rendered
from app.directory.disciplines import DISCIPLINES, practitioner_label
from app.kernel import clock
from app.kernel.i18n import language
from app.messaging.threads import asking
from app.web.access import public
from app.web.outside import services

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def home() -> str:
    if g.practice is None:
        return render_template("home/portal.html", disciplines=DISCIPLINES, asked={})
    now = services().clock.now()
    seen = standing.seen(now=now)
    found = catalogue.of(g.practice, now=now, standing=seen.standing)
    today = clock.today(now, g.practice.timezone)
    bookable = [offer for offer in found.offers if offer.is_bookable]
    soonest = queries.soonest(bookable, now=now) if bookable else None
    welcome = consent.in_force(g.practice, "welcome", language())
    return render_template(
        "home/practice.html",
        catalogue=found,
        menu=pages.menu(found, seen),
        first_free=pages.free_line(soonest) if soonest else None,
        hours=opening_hours(found, today=today),
        open_today={site.id: open_at(found, site.id, today) for site in found.locations},
        today=today,
        discipline=practitioner_label,
        welcome=rendered(welcome.body) if welcome else None,
        takes_questions=asking.rule().who != "nobody",
        welcome_language=welcome.language if welcome else None,
    )

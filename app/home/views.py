"""GET /: the search on the central portal, the practice's page on its own host."""

from flask import Blueprint, g, render_template

from app.booking import catalogue
from app.booking.hours import opening_hours
from app.consent import queries as consent
from app.directory.disciplines import DISCIPLINES
from app.kernel import clock
from app.kernel.i18n import language
from app.web.access import public
from app.web.outside import services

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def home() -> str:
    if g.practice is None:
        return render_template("home/portal.html", disciplines=DISCIPLINES, asked={})
    now = services().clock.now()
    found = catalogue.of(g.practice, now=now)
    today = clock.today(now, g.practice.timezone)
    return render_template(
        "home/practice.html",
        catalogue=found,
        hours=opening_hours(found, today=today),
        today=today,
        welcome=consent.in_force(g.practice, "welcome", language()),
    )

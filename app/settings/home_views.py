"""The way into the settings: what is still missing before the practice can be booked, and who changed what last."""

from flask import Blueprint, g, render_template

from app.settings import changes, overview
from app.settings.sections import SECTIONS
from app.web.access import desk
from app.web.outside import services

bp = Blueprint("settings_home", __name__)


@bp.get("/settings")
@desk("settings:manage")
def shown() -> str:
    steps = overview.steps(g.practice, now=services().clock.now())
    return render_template(
        "settings/home.html",
        steps=steps,
        bookable=overview.is_bookable(steps),
        done=sum(not one.missing for one in steps if one.needed),
        wanted=sum(one.needed for one in steps),
        newest=changes.newest(SECTIONS),
    )

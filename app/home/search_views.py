"""GET /search: the central search, as a page or as the part of it that changes."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template
from markupsafe import Markup

from app.booking import upkeep
from app.directory import search as directory
from app.home import results
from app.kernel.i18n import language
from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.web.access import portal_only
from app.web.forms import single_args
from app.web.htmx import wants_fragment
from app.web.outside import services

bp = Blueprint("search", __name__)


@bp.get("/search")
@portal_only
def search() -> str | bytes:
    now = services().clock.now()
    question = directory.read(single_args().to_dict())
    found = directory.search(question, now=now, recompute=lambda *ids: _first_free(*ids, now=now))
    answer = results.html(found, now=now)
    if wants_fragment():
        return answer
    heading = results.title(question, found.meaning, language())
    return render_template(
        "home/results.html", title=heading, answer=Markup(answer.decode()), **results.asked(question)
    )


def _first_free(practice_id: UUID, schedule_id: UUID, *, now: datetime) -> int | None:
    practice = Practice.get_by_id(practice_id)
    with practice_context(practice):
        return upkeep.refresh(practice, schedule_id, now=now)

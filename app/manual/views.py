"""The manual: its chapters, and a search through them. The same for everybody, signed in or not."""

from flask import Blueprint, abort, render_template

from app.kernel.i18n import language
from app.manual import chapters
from app.web.access import public
from app.web.forms import single_args

bp = Blueprint("manual", __name__)


@bp.get("/manual")
@public
def contents() -> str:
    asked = single_args().get("q", "")[:60]
    return render_template(
        "manual/contents.html",
        patients=chapters.part(chapters.PATIENTS, language()),
        practices=chapters.part(chapters.PRACTICES, language()),
        asked=asked,
        passages=chapters.search(asked, language()),
        least=chapters.LEAST,
    )


@bp.get("/manual/<string:slug>")
@public
def chapter(slug: str) -> str:
    found = chapters.chapter(slug, language()) or abort(404)
    before, after = chapters.neighbours(slug, language())
    return render_template("manual/chapter.html", chapter=found, before=before, after=after)

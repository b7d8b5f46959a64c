"""The texts of a practice, readable before and after accepting them."""

from flask import Blueprint, abort, g, render_template

from app.consent import queries
from app.consent.models import KINDS
from app.consent.rendering import rendered
from app.kernel.i18n import language
from app.web.access import practice_only

bp = Blueprint("consent", __name__)


@bp.get("/texts/<string:kind>")
@practice_only
def text(kind: str) -> str:
    if kind not in KINDS:
        abort(404)
    found = queries.in_force(g.practice, kind, language()) or abort(404)
    return render_template("consent/text.html", kind=kind, found=found, shown=rendered(found.body))


@bp.get("/texts/<string:kind>/<int:version>/<string(length=2):code>")
@practice_only
def version(kind: str, version: int, code: str) -> str:
    """An older version, for whoever accepted it."""
    if kind not in KINDS or version > 100_000:
        abort(404)
    found = queries.version(g.practice, kind, version, code) or abort(404)
    return render_template("consent/text.html", kind=kind, found=found, shown=rendered(found.body))

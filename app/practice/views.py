"""The practice's colours, logo and texts."""

from flask import Blueprint, Response, abort, g

from app.practice import brand
from app.web.access import practice_only, public

bp = Blueprint("practice", __name__)
FOR_A_YEAR = "public, max-age=31536000, immutable"


@bp.get("/theme/<string(length=6):colour>.css")
@public
def theme(colour: str) -> Response:
    """The palette of one colour: its address changes with the colour, so it is kept for ever."""
    try:
        css = brand.theme_css(brand.palette(f"#{colour}"))
    except (brand.NotAColour, brand.ColourRefused):
        abort(404)
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


@bp.get("/theme/<string(length=6):colour>/sample.css")
@public
def sample(colour: str) -> Response:
    """For the preview of a colour that is only being thought of."""
    try:
        css = brand.sample_css(brand.palette(f"#{colour}"))
    except (brand.NotAColour, brand.ColourRefused):
        abort(404)
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


@bp.get("/logo-<int:version>.png")
@practice_only
def logo(version: int) -> Response:
    if g.practice.logo is None or version != g.practice.catalogue_version:
        abort(404)
    response = Response(bytes(g.practice.logo), mimetype="image/png")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response

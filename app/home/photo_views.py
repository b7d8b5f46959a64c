"""The face of a practitioner, as public as the page it stands on."""

from uuid import UUID

from flask import Blueprint, Response, abort, g

from app.directory import photos
from app.web.access import public

bp = Blueprint("photo", __name__)
FOR_A_YEAR = "public, max-age=31536000, immutable"  # another photo has another address


@bp.get("/practitioners/<uuid:practitioner_id>/photo-<string:mark>.jpg")
@public
def photo(practitioner_id: UUID, mark: str) -> Response:
    find = photos.shown if g.practice is not None else photos.shown_on_portal
    content = find(practitioner_id, mark)
    if content is None:
        abort(404)
    return Response(content, mimetype=photos.KIND, headers={"Cache-Control": FOR_A_YEAR})

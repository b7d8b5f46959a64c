"""The faces of practitioners: their addresses, and one next door."""

from app.directory import photos
from app.directory.models import PractitionerPhoto
from tests.house_rules.stranger import CANARY

DECLARED = {
    "public": """
        GET /practitioners/<uuid:practitioner_id>/photo-<string:mark>.jpg
    """,
    "settings:manage": """
        POST /settings/practitioners/<uuid:practitioner_id>/photo
        POST /settings/practitioners/<uuid:practitioner_id>/photo/removal
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {"practitioner.photo"}


def furnish(there):
    photos.keep(there.ids["Practitioner"], CANARY.encode())
    return {"PractitionerPhoto": PractitionerPhoto.get().id}

"""Where people mean when they type a town or a postcode: names, positions and distances, no database."""

from app.directory.places.gazetteer import LANGUAGES, Place, find, suggest
from app.directory.places.geometry import BELGIUM, Box, bounding_box, distance_km
from app.directory.places.text import fold

__all__ = [
    "BELGIUM",
    "LANGUAGES",
    "Box",
    "Place",
    "bounding_box",
    "distance_km",
    "find",
    "fold",
    "suggest",
]

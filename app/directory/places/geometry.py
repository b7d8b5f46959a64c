"""Distances on the globe, in kilometres, and the box that a circle fits in."""

from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = EARTH_RADIUS_KM * pi / 180


class Box(NamedTuple):
    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lon <= self.east


BELGIUM = Box(south=49.49, north=51.51, west=2.54, east=6.41)


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half_chord = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half_chord)))


def bounding_box(lat: float, lon: float, km: float) -> Box:
    """The smallest box that holds every point within `km`; clamped at the poles and the date line."""
    reach = km / KM_PER_DEGREE
    south, north = lat - reach, lat + reach
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)
    # The meridians draw together towards the pole, so the widest point of the circle lies off its middle.
    width = degrees(asin(min(1.0, sin(radians(reach)) / cos(radians(lat)))))
    return Box(south, north, max(lon - width, -180.0), min(lon + width, 180.0))

"""The map of the shop window in squares of about 10 km, so that an index can find what lies around a place.

cell = ⌊latitude / 0.09°⌋ × 10 000 + ⌊longitude / 0.15°⌋. In Belgium 0.09° of latitude are 10.0 km and 0.15° of
longitude are 10.4 to 10.8 km: a circle of 10 km never touches more than 3 × 3 squares.
"""

from math import floor

from app.directory.places import bounding_box

LAT_STEP = 0.09
LON_STEP = 0.15
ROW = 10_000
TOUCHED = {10: 9, 25: 36, 50: 121}  # km: the most squares a circle of that radius touches up to 52° north
NOWHERE = -1  # fills a list up to its constant length


def cell_at(lat: float, lon: float) -> int:
    return floor(lat / LAT_STEP) * ROW + floor(lon / LON_STEP)


def cells_around(lat: float, lon: float, km: int) -> list[int]:
    """The squares a circle touches, always as many as TOUCHED says: the statement that reads them is constant."""
    box = bounding_box(lat, lon, km)
    rows = range(floor(box.south / LAT_STEP), floor(box.north / LAT_STEP) + 1)
    columns = range(floor(box.west / LON_STEP), floor(box.east / LON_STEP) + 1)
    found = [row * ROW + column for row in rows for column in columns]
    return found + [NOWHERE] * (TOUCHED[km] - len(found))

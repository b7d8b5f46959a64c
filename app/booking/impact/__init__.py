"""What a change of the agenda does to appointments: seen before it is saved, and settled one by one."""

from app.booking.impact.compare import Impact, compare, fits
from app.booking.impact.difference import Difference, Off
from app.booking.impact.of_rules import Touched, of_rules
from app.booking.impact.orphans import queue, settle, waiting
from app.booking.impact.reading import of, of_room, of_room_back
from app.booking.impact.saving import Differs, NotSeen, Trace, lock, save, save_room

__all__ = [
    "Difference",
    "Differs",
    "Impact",
    "NotSeen",
    "Off",
    "Touched",
    "Trace",
    "compare",
    "fits",
    "lock",
    "of",
    "of_room",
    "of_rules",
    "of_room_back",
    "queue",
    "save",
    "save_room",
    "settle",
    "waiting",
]

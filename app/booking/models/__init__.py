"""Weekly hours, exceptions, policy, rooms, holds and appointments."""

from app.booking.models.appointments import ActionLink, Appointment, Hold
from app.booking.models.fees import FEE_CAUSES, FEE_STATES, FeeProposal
from app.booking.models.hours import HoursException, OpenedHoliday, TimeOff, WorkingHours
from app.booking.models.policy import AgendaLimit, BookingPolicy
from app.booking.models.resources import Resource, ResourcePool, ResourceUse
from app.booking.models.words import (
    CANCEL_KINDS,
    COMING,
    HOLD_KINDS,
    LEVELS,
    OCCUPYING,
    ORIGINS,
    OUTCOMES,
    REQUESTED,
    STATUSES,
    one_of,
)

__all__ = [
    "CANCEL_KINDS",
    "COMING",
    "FEE_CAUSES",
    "FEE_STATES",
    "HOLD_KINDS",
    "LEVELS",
    "OCCUPYING",
    "ORIGINS",
    "OUTCOMES",
    "REQUESTED",
    "STATUSES",
    "ActionLink",
    "AgendaLimit",
    "Appointment",
    "BookingPolicy",
    "FeeProposal",
    "Hold",
    "HoursException",
    "OpenedHoliday",
    "Resource",
    "ResourcePool",
    "ResourceUse",
    "TimeOff",
    "WorkingHours",
    "one_of",
]

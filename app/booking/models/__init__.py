"""Weekly hours, exceptions, policy, rooms, holds, appointments and requests."""

from app.booking.models.appointments import ActionLink, Appointment, Hold
from app.booking.models.fees import FEE_CAUSES, FEE_STATES, FeeProposal
from app.booking.models.hours import HoursException, OpenedHoliday, TimeOff, WorkingHours
from app.booking.models.policy import AgendaLimit, BookingPolicy, PolicyDraft, PolicyVersion
from app.booking.models.prescriptions import Prescription, QuotaRule
from app.booking.models.reoffers import CAUSES, CHOICES, REOFFER_STATES, Rearrangement, Reoffer
from app.booking.models.requests import AlternativeTime, RequestQuestion
from app.booking.models.resources import Resource, ResourcePool, ResourceUse
from app.booking.models.words import (
    CANCEL_KINDS,
    CHANNELS,
    COMING,
    HOLD_KINDS,
    LEVELS,
    OCCUPYING,
    ORIGINS,
    OUTCOMES,
    REQUESTED,
    STATUSES,
    STILL,
    one_of,
)

__all__ = [
    "CANCEL_KINDS",
    "CAUSES",
    "CHANNELS",
    "CHOICES",
    "COMING",
    "FEE_CAUSES",
    "FEE_STATES",
    "HOLD_KINDS",
    "LEVELS",
    "OCCUPYING",
    "ORIGINS",
    "OUTCOMES",
    "REOFFER_STATES",
    "REQUESTED",
    "STATUSES",
    "STILL",
    "ActionLink",
    "AgendaLimit",
    "AlternativeTime",
    "Appointment",
    "BookingPolicy",
    "FeeProposal",
    "Hold",
    "HoursException",
    "OpenedHoliday",
    "PolicyDraft",
    "PolicyVersion",
    "Prescription",
    "QuotaRule",
    "Rearrangement",
    "Reoffer",
    "RequestQuestion",
    "Resource",
    "ResourcePool",
    "ResourceUse",
    "TimeOff",
    "WorkingHours",
    "one_of",
]

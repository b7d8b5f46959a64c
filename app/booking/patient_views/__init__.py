"""Booking as anybody can: service, site, day and agenda, time, details, done."""

from app.booking.patient_views import choosing, confirming
from app.booking.patient_views.choice import bp

__all__ = ["bp", "choosing", "confirming"]

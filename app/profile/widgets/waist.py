"""Waist size."""

from app.profile import parameter

widget = parameter.of("waist")

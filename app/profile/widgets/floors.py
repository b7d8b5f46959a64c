"""Floors climbed in a day."""

from app.profile import parameter

widget = parameter.of("floors")

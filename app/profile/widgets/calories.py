"""Calories burned in a day."""

from app.profile import parameter

widget = parameter.of("calories")

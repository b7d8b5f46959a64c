"""Basal metabolic rate, worked out from weight, height, age and sex."""

from app.profile import parameter

widget = parameter.of("metabolic-rate")

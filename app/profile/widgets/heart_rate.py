"""Heart rate."""

from app.profile import parameter

widget = parameter.of("heart-rate")

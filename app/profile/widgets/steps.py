"""Steps of a day."""

from app.profile import parameter

widget = parameter.of("steps")

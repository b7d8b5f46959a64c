"""State of mind, as faces."""

from app.profile import parameter

widget = parameter.of("mood")

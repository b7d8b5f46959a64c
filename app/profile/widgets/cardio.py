"""Minutes of cardio training in a day."""

from app.profile import parameter

widget = parameter.of("cardio")

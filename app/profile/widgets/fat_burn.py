"""Minutes of fat burning in a day."""

from app.profile import parameter

widget = parameter.of("fat-burn")

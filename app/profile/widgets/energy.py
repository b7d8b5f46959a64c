"""Energy level, as batteries with words."""

from app.profile import parameter

widget = parameter.of("energy")

"""Height."""

from app.profile import parameter

widget = parameter.of("height")

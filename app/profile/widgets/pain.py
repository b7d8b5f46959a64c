"""Pain, as faces from none to the worst."""

from app.profile import parameter

widget = parameter.of("pain")

"""Weight: the newest one, and the next."""

from app.profile import parameter

widget = parameter.of("weight")

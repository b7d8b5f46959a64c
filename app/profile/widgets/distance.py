"""Distance covered in a day."""

from app.profile import parameter

widget = parameter.of("distance")

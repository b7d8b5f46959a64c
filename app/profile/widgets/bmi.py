"""Body mass index, worked out from weight and height."""

from app.profile import parameter

widget = parameter.of("bmi")

"""Blood pressure, a pair of numbers."""

from app.profile import parameter

widget = parameter.of("blood-pressure")

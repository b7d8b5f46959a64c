"""Blood glucose, in four steps: date, measure, moment, meal."""

from app.profile import parameter

widget = parameter.of("glucose")

"""Exercise programmes: the library, programmes of it, and what was done on which day."""

from app.schema import EXERCISES
from tools.freeze import Step

STEP = Step(name="0017_exercises", tables=EXERCISES)

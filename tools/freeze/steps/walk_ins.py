"""People who come without an appointment."""

from app.schema import WALK_INS
from tools.freeze import Step

STEP = Step(name="0022_walk_ins", tables=WALK_INS)

"""Fees proposed to the practice."""

from app.schema import DESK
from tools.freeze import Step

STEP = Step(name="0011_desk", tables=DESK)

"""The waiting list."""

from app.schema import WAITING
from app.waiting.models import ONE_OPEN
from tools.freeze import DRY, Step

STEP = Step(name="0007_waiting", tables=WAITING, after=dict.fromkeys(DRY, (ONE_OPEN,)))

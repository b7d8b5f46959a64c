"""What people measure, share and aim at."""

from app.record.models import ONE_EACH, TYPED
from app.schema import RECORD
from tools.freeze import DRY, Step

STEP = Step(name="0018_observations", tables=RECORD, after=dict.fromkeys(DRY, (TYPED, *ONE_EACH)))

"""Services behind people's watches, and the way there and back."""

from app.schema import WEARABLES
from tools.freeze import Step

STEP = Step(name="0026_wearables", tables=WEARABLES)

"""Files of values that are being read."""

from app.schema import DEVICES
from tools.freeze import Step

STEP = Step(name="0025_devices", tables=DEVICES)

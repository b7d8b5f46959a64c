"""How people arranged their profile page."""

from app.schema import PROFILE
from tools.freeze import Step

STEP = Step(name="0013_profile", tables=PROFILE)

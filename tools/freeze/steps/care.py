"""Questionnaires that go with a service or are written down at the desk, and messages for one practitioner alone."""

from app.schema import CARE
from tools.freeze import Step

STEP = Step(name="0028_care", tables=CARE)

"""Prescriptions, and the usual numbers of sessions a year."""

from app.schema import BUDGET
from tools.freeze import Step

STEP = Step(name="0012_budget", tables=BUDGET)

"""Invoices and their lines."""

from app.schema import BILLING
from tools.freeze import Step

STEP = Step(name="0014_billing", tables=BILLING)

"""Invoices: what a practice asks for, and whether it was paid. Money itself moves elsewhere."""

CHANGED = "invoices-changed"

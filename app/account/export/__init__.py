"""A copy of everything this portal holds of a person: a workbook, JSON and a calendar in one archive (GDPR 15, 20)."""

"""Questionnaires: what a practice asks its patients, in versions that never change, and what they answer."""

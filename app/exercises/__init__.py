"""Exercise programmes: made by a practice for one patient, ticked day by day, seen by both."""

CHANGED = "exercises-changed"  # a tick was set or taken away

"""The members of a practice, what they may do, and since when."""

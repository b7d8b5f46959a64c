"""Ways to hand over a mail."""

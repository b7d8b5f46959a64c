"""Ways to hand over a short message to a telephone."""

"""`make bench`: how fast the portal is, as ratios to the machine's limit and to systems people would pick instead."""

"""The practice's own screens: today, per agenda."""

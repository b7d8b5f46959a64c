"""The tenant: its hosts, brand and folder; opening and closing."""

"""The first page: the portal's search, or the practice's own face."""

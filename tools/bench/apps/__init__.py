"""WSGI applications that exist for the benchmark alone."""

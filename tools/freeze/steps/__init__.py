"""One module a migration that is not released yet: `STEP`."""

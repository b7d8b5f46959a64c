"""Values out of a file: a table of one's own, or what Apple Health exports, read in the worker in small batches."""

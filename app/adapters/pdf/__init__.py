"""Paper: how a page becomes a PDF."""

"""The practice's own record of a person."""

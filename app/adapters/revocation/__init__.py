"""Whether a certificate was revoked: the State's own answer, or a fake."""

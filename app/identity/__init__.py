"""Who signs in: accounts, passwords and sessions."""

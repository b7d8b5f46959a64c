"""Services behind watches and bracelets, asked in the name of those who wear them."""

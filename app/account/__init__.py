"""The person's own pages: joining, signing in, the account with its tabs, export and farewell."""

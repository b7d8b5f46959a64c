"""Connected devices: the service behind somebody's watch, asked for the totals of their days."""

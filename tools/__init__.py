"""What `make` calls: set the portal up, run it, and give its tests a database and a verdict."""

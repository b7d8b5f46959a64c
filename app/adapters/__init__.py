"""The only room with windows to the street: each adapter translates one outside thing, and nothing else."""

"""Google Health as its own description has it, on this machine: a simulator, and the schemas that judge it."""

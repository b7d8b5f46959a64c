"""Where files people send are kept: a folder of this machine, or memory in tests."""

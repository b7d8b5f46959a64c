"""A Belgian identity card made of bytes, with a register of its own: for tests, for `make demo-card`, for no practice.

It is written from the public manuals of the applet (1.7 and 1.8) and plugs into Debian's vsmartcard-vpcd. Its root says
TEST in its name, and a portal on https refuses to start with it.
"""

"""Where a passkey is asked for, as the portal knows it."""

from flask import g, request

from app.identity import passkeys
from app.identity.passkeys import Place
from app.web.outside import config


def place() -> Place:
    """The host is one of the portal's: the door found it in the configuration or in the table of hosts."""
    settings = config()
    host = request.host.lower().rstrip(".") if g.practice else settings.app_host
    name = g.practice.name if g.practice else "Parvis"
    return passkeys.place(host, app_host=settings.app_host, scheme=settings.scheme, name=name)

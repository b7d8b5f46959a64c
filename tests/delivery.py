"""The worker's rounds until nothing is due, and what left by them."""

from app.kernel.db import connection
from app.worker import deliver_due


def deliver_all():
    """Also what the deliveries themselves post."""
    while deliver_due():
        pass


def deliver_for(app):
    """The same from outside: with the app and a connection of its own."""
    with app.app_context(), connection():
        deliver_all()


def emptied(box):
    """What lies in it, oldest first; it is empty afterwards."""
    found, box[:] = list(box), []
    return found

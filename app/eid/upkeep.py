"""What time takes away: readings that are over, within a minute."""

from app.eid import pairing
from app.web.outside import services


def forget_readings() -> None:
    pairing.sweep(now=services().clock.now())

"""What a card has to do with events of other rooms."""

from app.eid.actions import carry_over
from app.patients.events import AccountConnected
from app.web.outside import services


def connected(event: AccountConnected) -> None:
    carry_over(event, sealer=services().sealer)

"""A sender that keeps what it was given, for tests; `refuse` makes it fail as a real one would."""

from app.kernel.errors import Unavailable
from app.kernel.ports import TextMessage


class FakeSms:
    offered = True

    def __init__(self) -> None:
        self.messages: list[TextMessage] = []
        self.refuse: Unavailable | None = None

    def send(self, message: TextMessage) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.messages.append(message)

"""No SMS here: nothing offers them, and what was queued before they were switched off is given up."""

from app.kernel.errors import Unavailable
from app.kernel.ports import TextMessage


class NoSms:
    offered = False

    def send(self, message: TextMessage) -> None:
        raise Unavailable("sms", retry=False, why="this installation sends none")

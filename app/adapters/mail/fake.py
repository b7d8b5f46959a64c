"""A mailer that keeps what it was given, for tests; `refuse` makes it fail as a real one would."""

from app.adapters.mail.message import mime_message
from app.kernel.errors import Unavailable
from app.kernel.ports import Letter


class FakeMailer:
    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refuse: Unavailable | None = None

    def send(self, letter: Letter) -> None:
        if self.refuse is not None:
            raise self.refuse
        mime_message(letter, sender="no-reply@parvis.test")  # as strict as the real ones
        self.letters.append(letter)

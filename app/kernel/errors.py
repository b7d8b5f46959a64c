"""What may go wrong, in the words of the person it happens to."""

import traceback
from datetime import timedelta
from typing import Any

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext


class Refusal(Exception):
    """The rules say no. Children carry a translatable sentence, and data for the next possible step."""

    status = 422
    message: Any = _l("This cannot be done.")

    def __init__(self, **data: Any) -> None:
        super().__init__(type(self).__name__)
        self.data = data

    def sentence(self) -> str:
        return str(self.message) % self.data if self.data else str(self.message)


class NotFound(Exception):
    """Not there, or not yours: always the same 404."""


class NotAllowed(Exception):
    """Signed in, but this member's roles do not cover it."""


class Unavailable(Exception):
    """Something outside is down; `retry` says whether trying again can help."""

    def __init__(self, port: str, *, retry: bool, why: str = "") -> None:
        super().__init__(f"{port}: {why}" if why else port)
        self.port = port
        self.retry = retry


class TooMany(Exception):
    """More tries than a limit allows; `seconds` is how long to wait."""

    def __init__(self, limit: str, *, wait: timedelta) -> None:
        super().__init__(limit)
        self.seconds = max(1, -(-wait // timedelta(seconds=1)))

    def sentence(self) -> str:
        return ngettext(
            "Please wait a minute, then try again.",
            "Please wait %(num)s minutes, then try again.",
            -(-self.seconds // 60),
        )


def traced(error: BaseException) -> str:
    """For the log: where it broke, and the first line of each error. What follows in one of PostgreSQL's are values
    of a row: «Key (email)=(…) already exists»."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain:
        chain.insert(0, one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    lines = ["Traceback, the innermost error first:\n"]
    for one in chain:
        first = (str(one).splitlines() or [""])[0]
        lines += [*traceback.format_tb(one.__traceback__), f"{type(one).__qualname__}: {first}\n"]
    return "".join(lines).rstrip()

"""What the owner pins to the start page of the desk."""

from datetime import datetime

from app.kernel import audit
from app.kernel.db import EPOCH, write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.tenancy import current_practice_id
from app.practice.models import DeskBoard


class BoardChanged(Refusal):
    status = 409
    message = _l("Somebody else changed this meanwhile. It is shown as it is now: please look again.")


def current() -> DeskBoard:
    """Version 0: nobody has pinned anything yet."""
    return DeskBoard.get_or_none() or DeskBoard(actor="", at=EPOCH, version=0)


def pin(text: str, *, birthdays: bool, seen: int, by: str, now: datetime) -> None:
    """Raises BoardChanged when the page showed an older version."""
    with write_tx():
        # first of all: it locks the end of the practice's journal, so that two owners come one after the other
        target = audit.of_id("practice", current_practice_id())
        audit.record(by=by, verb="desk.pin", target=target, at=now, detail={"birthdays": birthdays})
        board = current()
        if board.version != seen:
            raise BoardChanged
        values = {"important": text, "birthdays": birthdays, "actor": by, "at": now, "version": seen + 1}
        if seen:
            DeskBoard.update(**values).where(DeskBoard.id == board.id).execute()
        else:
            DeskBoard.create(**values)

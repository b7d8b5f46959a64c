"""What was told to the person, and the address of their calendar: two categories of an export."""

from typing import Any

from app.account.export.sheets import Sheet, sheet
from app.kernel import clock
from app.kernel.i18n import _
from app.messaging import labels
from app.messaging.models import Attachment, CalendarFeed, Communication
from app.messaging.threads import queries as threads
from app.web.outside import services


def messages(source: Any) -> Sheet:
    """As `contents.Source` opens each practice; of every file of theirs, also where they left."""
    found = sheet(
        "messages", _("My messages"), practice=_("Practice"), whose=_("For"), when=_("When"), what=_("Message"),
        about=_("Appointment"), said=_("The practice writes"), read=_("Read on"), sender=_("From"),
        text=_("Text"), files=_("Files"), deleted=_("Deleted on"),
    )  # fmt: skip
    for connected in source.connections:
        with source.at(connected) as practice:
            mine = Communication.patient == connected.patient.id
            for row in Communication.select().where(mine).order_by(Communication.created_at):
                zone = row.appointment.location.timezone if row.appointment_id else practice.timezone
                start = row.payload.get("start")
                found.rows.append(
                    (
                        practice.name,
                        connected.patient.name,
                        row.created_at,
                        row.thread.subject if row.thread_id else labels.title(row.kind, row.payload),
                        clock.local(start, zone) if start is not None else None,
                        row.payload.get("said"),
                        row.read_at,
                        row.author_name or practice.name,
                        row.body,
                        ", ".join(_name(one) for one in threads.files_of(row.id)) or None,
                        row.hidden_at,
                    )
                )
    return found


def attachments(source: Any) -> dict[str, bytes]:
    """Name in the archive -> content, of every message of theirs."""
    found = {}
    for connected in source.connections:
        with source.at(connected):
            mine = Communication.patient == connected.patient.id
            for one in Attachment.select(Attachment).join(Communication).where(mine):
                found[_name(one)] = services().files.read(one.key)
    return found


def _name(one: Attachment) -> str:
    """Two files called the same are two."""
    return f"attachments/{one.id.hex[-12:]}-{one.name}"


def calendars(source: Any) -> Sheet:
    """The address itself is kept nowhere."""
    found = sheet(
        "calendars", _("My calendar address"), since=_("Since"), used=_("Last used"), language=_("Language")
    )
    found.rows.extend((row.created_at, row.fetched_at, row.language) for row in CalendarFeed.select())
    return found

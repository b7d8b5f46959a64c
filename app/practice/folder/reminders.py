"""[reminders] of practice.toml: how long before a visit a practice reminds, in words."""

from app.practice.folder.contents import Reminders
from app.practice.folder.fields import Table

LEADS = {"7-days": 10_080, "3-days": 4320, "2-days": 2880, "1-day": 1440, "4-hours": 240, "2-hours": 120}
WORDS = {minutes: word for word, minutes in LEADS.items()}
MOST = 2  # of each way


def read_reminders(practice: Table) -> Reminders | None:
    table = practice.table("reminders", required=False)
    if table is None:
        return None
    mail, sms = (_leads(table, way) for way in ("mail", "sms"))
    found = Reminders(mail=mail, sms=sms, sms_changes=table.flag("sms_changes", default=False))
    table.done()
    return found


def _leads(table: Table, way: str) -> tuple[int, ...]:
    words = table.words(way, allowed=tuple(LEADS), default=())
    if len(words) > MOST:
        table.wrong(way, f"has {len(words)} entries; at most {MOST}")
    return tuple(sorted((LEADS[word] for word in words if word in LEADS), reverse=True))


def said(reminders: Reminders) -> dict:
    """The same as a table."""
    return {
        "mail": [WORDS[lead] for lead in reminders.mail],
        "sms": [WORDS[lead] for lead in reminders.sms],
        "sms_changes": reminders.sms_changes or None,
    }

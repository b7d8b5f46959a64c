"""What the desk has done for it at night: a fresh day sheet for every practice that wants one."""

import logging

from app.desk import day_sheet
from app.desk.models import DaySheet
from app.kernel.owners import Practice
from app.kernel.tenancy import across_practices, practice_context
from app.web.outside import services

log = logging.getLogger("parvis.desk")


def make_sheets() -> int:
    """How many were made; one that cannot be made does not keep the others from it."""
    with across_practices(reason="the day sheets of the night"):
        practices = [row.practice_id for row in DaySheet.select(DaySheet.practice)]
    made, now = 0, services().clock.now()
    for practice_id in practices:
        with practice_context(practice_id):
            sheet, practice = day_sheet.current(), Practice.get_by_id(practice_id)
            if sheet is None or practice.status != "open":
                continue
            day_sheet.make(sheet, practice, sealer=services().sealer, by="worker", now=now)
            made += 1
    return made

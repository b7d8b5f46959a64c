"""The worker's round: wishes that have not seen the newest hours, and those whose days are over."""

from app.kernel.owners import Practice
from app.kernel.tenancy import practice_context
from app.waiting import actions, queries
from app.web.outside import services


def look_again() -> int:
    """How many were offered a time."""
    now, offered = services().clock.now(), 0
    for practice_id in queries.practices_to_look_at(today=now.date()):
        with practice_context(practice_id):
            offered += actions.look_again(Practice.get_by_id(practice_id), now=now)
    return offered

"""The owner sees the public site as somebody else would: a mark that counts for one session at one practice."""

from typing import Any
from uuid import UUID

from flask import Flask, g, request
from flask import session as browser_session

from app.booking import rule_words, rulebooks
from app.booking.models import LEVELS
from app.booking.policy import Standing
from app.booking.refusals import OnlyLooking
from app.booking.rulebook import spelled
from app.identity.sign_in import SignedIn
from app.kernel import clock
from app.kernel.i18n import _
from app.staff.queries import active_member
from app.web.outside import services

KEY = "view_as"
PERMISSION = "settings:manage"


def start(person: SignedIn, practice: Any, standing: Standing, *, draft: bool = False) -> None:
    """From now on this session looks at this practice's site as somebody of that standing, under the draft's rules
    where that is asked."""
    browser_session[KEY] = [person.session.id.hex, practice.id.hex, standing.level, standing.known, draft]


def stop() -> bool:
    """Whether it was the draft that was looked at."""
    mark = browser_session.pop(KEY, None)
    return isinstance(mark, list) and mark[4:] == [True]


def standing_of(person: SignedIn | None) -> Standing | None:
    """As whom this request is looked at; None for everybody but whoever started it, here, and may still do so.

    The cookie is signed, and the mark in it names its session and its practice: in any other browser, on any other
    host and for anybody without the permission it says nothing.
    """
    if person is None or not person.is_open or g.practice is None:
        return None
    mark = browser_session.get(KEY)
    if not _is_ours(mark, person.session.id, g.practice.id):
        return None
    today = clock.today(services().clock.now(), g.practice.timezone)
    member = active_member(person.account.id, today=today)
    if member is None or not member.may(PERMISSION):
        return None
    changes = rulebooks.changes_of(rulebooks.draft()) if mark[4] else None
    return Standing(mark[2], mark[3], spelled(changes) if changes else "")


def _is_ours(mark: Any, session_id: UUID, practice_id: UUID) -> bool:
    return (
        isinstance(mark, list)
        and len(mark) == 5
        and mark[:2] == [session_id.hex, practice_id.hex]
        and mark[2] in LEVELS
        and isinstance(mark[3], bool)
        and isinstance(mark[4], bool)
    )


def refuse(viewing: bool) -> None:
    """Nothing is done while one only looks. OnlyLooking."""
    if viewing and request.method not in ("GET", "HEAD", "OPTIONS"):
        raise OnlyLooking


def install(app: Flask) -> None:
    """The banner of the public pages asks whether it is wanted."""
    app.jinja_env.globals["looked_as"] = _words


def _words(person: SignedIn) -> str:
    found = standing_of(person)
    if found is None:
        return ""
    who = rule_words.of_standing(found.level, found.known)
    return _("%(people)s, with the rules of the draft", people=who) if found.under else who

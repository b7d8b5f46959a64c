"""Texts the desk answers with often: the practice's own, in each of its languages."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import peewee as pw

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.messaging.models import QuickReply
from app.messaging.threads.refusals import ReplyChanged, SameTitle


def replies() -> Sequence[QuickReply]:
    """All of the open practice, by language and title."""
    return list(QuickReply.select().order_by(QuickReply.language, QuickReply.title))


def for_language(code: str) -> Sequence[QuickReply]:
    return [one for one in replies() if one.language == code]


def reply(reply_id: UUID) -> QuickReply:
    found = QuickReply.get_or_none(QuickReply.id == reply_id)
    if found is None:
        raise NotFound
    return found


def add(language: str, title: str, body: str, *, by: str, now: datetime) -> QuickReply:
    """Raises SameTitle."""
    try:
        with write_tx():
            made = QuickReply.create(language=language, title=title, body=body)
            _trace(made.id, "add", by, now)
    except pw.IntegrityError as twice:
        raise SameTitle from twice
    return made


def change(
    found: QuickReply, language: str, title: str, body: str, *, seen: int, by: str, now: datetime
) -> None:
    """Raises SameTitle, and ReplyChanged when `seen` is no longer the version."""
    try:
        with write_tx():
            _trace(found.id, "change", by, now)
            values = {"language": language, "title": title, "body": body, "version": seen + 1}
            mine = (QuickReply.id == found.id) & (QuickReply.version == seen)
            if not QuickReply.update(**values).where(mine).execute():
                raise ReplyChanged
    except pw.IntegrityError as twice:
        raise SameTitle from twice


def remove(found: QuickReply, *, by: str, now: datetime) -> None:
    with write_tx():
        _trace(found.id, "remove", by, now)
        QuickReply.delete().where(QuickReply.id == found.id).execute()


def _trace(identity: UUID, what: str, by: str, now: datetime) -> None:
    audit.record(by=by, verb=f"quick-reply.{what}", target=audit.of_id("quick-reply", identity), at=now)

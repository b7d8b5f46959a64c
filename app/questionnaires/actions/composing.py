"""A draft is written and rewritten; published it never changes again, and the next change starts a new version."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.ids import uuid7
from app.kernel.tenancy import current_practice_id
from app.questionnaires import items
from app.questionnaires.items import MOST_ITEMS, Item
from app.questionnaires.models import Questionnaire, QuestionnaireVersion
from app.questionnaires.queries import Known
from app.questionnaires.refusals import Empty, NotADraft, Stale, TooManyItems


def create(
    title: dict[str, str],
    *,
    by: str,
    now: datetime,
    questions: list[Item] | None = None,
    attempt: UUID | None = None,
) -> UUID:
    """A new questionnaire, as a draft. `attempt` is of the form: sent twice with the same title it is one."""
    told = f"{current_practice_id()}|{by}|{sorted(title.items())}"
    identity = uuid5(attempt, told) if attempt else uuid7()
    with write_tx():
        audit.stand_in_line()
        if Questionnaire.get_or_none(Questionnaire.id == identity) is not None:
            return identity
        Questionnaire.create(id=identity, created_at=now, created_by=by)
        stored = [one.stored() for one in questions or ()]
        QuestionnaireVersion.create(questionnaire=identity, number=1, title=title, items=stored)
        _note(identity, "create", by, now)
    return identity


def start_draft(known: Known, *, by: str, now: datetime) -> None:
    """A copy of what is published, to be changed. A draft that is here already stays as it is."""
    published = known.published
    if known.draft is not None or published is None:
        return
    with write_tx():
        QuestionnaireVersion.insert(
            questionnaire=known.row.id,
            number=published.number + 1,
            title=published.title,
            intro=published.intro,
            items=published.items,
        ).on_conflict(action="IGNORE").execute()
        _note(known.row.id, "draft", by, now)


def reword(
    known: Known, title: dict[str, str], intro: dict[str, str], *, seen: int, by: str, now: datetime
) -> None:
    """Raises Stale, NotADraft."""
    _write(known, seen=seen, by=by, now=now, title=title, intro=intro)


def add_item(known: Known, item: Item, *, seen: int, by: str, now: datetime) -> None:
    """At the end. Raises TooManyItems, Stale, NotADraft."""
    if len(known.items) >= MOST_ITEMS:
        raise TooManyItems
    _keep(known, [*known.items, replace(item, key=str(uuid7()))], seen=seen, by=by, now=now)


def change_item(known: Known, item: Item, *, seen: int, by: str, now: datetime) -> None:
    """The one with the same key. Raises NotFound, Stale, NotADraft."""
    one_of(known, item.key)
    new = [item if one.key == item.key else one for one in known.items]
    _keep(known, new, seen=seen, by=by, now=now)


def move_item(known: Known, key: str, step: int, *, seen: int, by: str, now: datetime) -> None:
    one_of(known, key)
    _keep(known, items.moved(known.items, key, step), seen=seen, by=by, now=now)


def remove_item(known: Known, key: str, *, seen: int, by: str, now: datetime) -> None:
    one_of(known, key)
    _keep(known, [one for one in known.items if one.key != key], seen=seen, by=by, now=now)


def one_of(known: Known, key: str) -> Item:
    """NotFound when no question of it has this key."""
    for one in known.items:
        if one.key == key:
            return one
    raise NotFound


def publish_draft(known: Known, *, seen: int, by: str, now: datetime) -> None:
    """From here on it is what is sent. Raises Empty, Stale, NotADraft."""
    if not known.items or not any(known.shown.title.values()):
        raise Empty
    _write(known, seen=seen, by=by, now=now, verb="publish", published_at=now, published_by=by)


def archive(known: Known, *, by: str, now: datetime) -> None:
    """No longer offered; what was sent can still be answered."""
    _set_archived(known, now, "archive", by, now)


def bring_back(known: Known, *, by: str, now: datetime) -> None:
    _set_archived(known, None, "return", by, now)


def _set_archived(known: Known, at: datetime | None, verb: str, by: str, now: datetime) -> None:
    with write_tx():
        Questionnaire.update(archived_at=at).where(Questionnaire.id == known.row.id).execute()
        _note(known.row.id, verb, by, now)


def _keep(known: Known, new: list[Item], *, seen: int, by: str, now: datetime) -> None:
    _write(known, seen=seen, by=by, now=now, items=[one.stored() for one in new])


def _write(known: Known, *, seen: int, by: str, now: datetime, verb: str = "change", **changes: Any) -> None:
    if known.draft is None:
        raise NotADraft
    V = QuestionnaireVersion
    same = (V.id == known.draft.id) & (V.revision == seen) & V.published_at.is_null()
    with write_tx():
        if not V.update(revision=V.revision + 1, **changes).where(same).execute():
            raise Stale
        _note(known.row.id, verb, by, now)


def _note(questionnaire_id: UUID, verb: str, by: str, now: datetime) -> None:
    audit.record(
        by=by, verb=f"questionnaire.{verb}", target=audit.of_id("questionnaire", questionnaire_id), at=now
    )

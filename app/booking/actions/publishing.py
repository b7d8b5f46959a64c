"""Rules come into force, at once or on their day, and every version of them is kept."""

from datetime import datetime

from app.booking import rule_difference, rulebooks
from app.booking.models import AgendaLimit, BookingPolicy, PolicyDraft, PolicyVersion
from app.booking.policy import FIELDS, Key
from app.booking.refusals import RulesEdited
from app.booking.rulebook import Lines, Rulebook, applied, between, plain
from app.directory import listing
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.i18n import speaking
from app.kernel.owners import Practice

# what changes when an agenda can first be booked, and so the central search
SHOWN = {"outcome", "min_notice_minutes", "horizon_days"}
MOST_SENTENCES = 60  # of one publication, in the journal; all of it is in the version
FOUND = "operator"  # whoever gave the practice the rules that it had before its first version


def publish(practice: Practice, *, seen: str, by: str, now: datetime) -> int | None:
    """The draft holds from now on; the number of the new version, None where it changed nothing any more.

    NotFound without a draft; RulesEdited when it is another one, or differs otherwise, than the page showed: `seen`.
    """
    with write_tx():
        bump(practice)
        kept, before = rulebooks.draft(), rulebooks.in_force()
        if kept is None:
            raise NotFound
        changes = rulebooks.drafted(before, kept)
        if rulebooks.draft_stamp(before, kept) != seen:
            raise RulesEdited
        return _come_into_force(practice, before, changes, verb="rules.publish", by=by, now=now)


def publish_due(practice: Practice, *, now: datetime) -> bool:
    """The draft whose instant has come holds since then. Of two who come at once, one does it: False for the other."""
    with write_tx():
        mine = (Practice.id == practice.id) & (Practice.turns_at <= now)
        starts = Practice.select(Practice.turns_at).where(mine).scalar()
        change = {"turns_at": None, "catalogue_version": Practice.catalogue_version + 1}
        if starts is None or not Practice.update(**change).where(mine).execute():
            return False
        kept, before = rulebooks.draft(), rulebooks.in_force()
        if kept is None or kept.publish_on is None:
            return False
        changes = rulebooks.drafted(before, kept)
        _come_into_force(
            practice, before, changes, verb="rules.turn", by=kept.updated_by, now=now, starts=starts
        )
    return True


def again(practice: Practice, number: int, *, newest: int, by: str, now: datetime) -> int | None:
    """The rules as they were in an older version hold from now on, as a new version; None where they do already.

    RulesEdited when another than the `newest` that was shown has come out meanwhile. What is gone since stays gone,
    and a draft stays what it is: changes to what is in force.
    """
    with write_tx():
        bump(practice)
        before = rulebooks.in_force()
        if rulebooks.newest() != newest:
            raise RulesEdited
        after = rulebooks.existing(rulebooks.content(rulebooks.version(number)))
        told = _words(practice, before, after)
        if not put_in_force(practice, before, after, by=by, now=now, of=number):
            return None
        made = newest + 1
        _trace("rules.again", by, now, {"changes": told, "version": made, "of": number})
        return made


def _come_into_force(
    practice: Practice,
    before: Rulebook,
    changes: Rulebook,
    *,
    verb: str,
    by: str,
    now: datetime,
    starts: datetime | None = None,
) -> int | None:
    """The draft is done with, whatever is left of it."""
    PolicyDraft.delete().execute()
    Practice.update(turns_at=None).where(Practice.id == practice.id).execute()
    after = applied(before, changes)
    told = _words(practice, before, after)
    if not put_in_force(practice, before, after, by=by, now=now, starts=starts):
        _trace("rules.discard", by, now, {})
        return None
    number = rulebooks.newest()
    who = by if starts is None else "worker"
    _trace(verb, who, now, {"changes": told, "version": number})
    return number


def put_in_force(
    practice: Practice,
    before: Rulebook,
    after: Rulebook,
    *,
    by: str,
    now: datetime,
    starts: datetime | None = None,
    of: int | None = None,
) -> Rulebook:
    """Inside the caller's transaction, after `bump`: writes what differs, keeps the version; what differed."""
    changes = between(before, after)
    if not changes:
        return changes
    number = rulebooks.newest()
    if not number:
        number = 1
        PolicyVersion.create(
            number=number,
            content=plain(before),
            starts_at=practice.created_at,
            published_at=practice.created_at,
            published_by=FOUND,
        )
    for key in changes.values:
        _write_row(key, after)
    for agenda, lines in changes.limits.items():
        _write_limits(agenda, lines)
    PolicyVersion.create(
        number=number + 1,
        content=plain(after),
        starts_at=starts or now,
        published_at=now,
        published_by=by,
        again=of,
    )
    if changes.limits or any(SHOWN & said.keys() for said in changes.values.values()):
        listing.rebuild(practice, now=now)
    return changes


def _write_row(key: Key, after: Rulebook) -> None:
    """A row that says nothing any more goes."""
    service, schedule, level, known = key
    row = {"service": service, "schedule": schedule, "level": level, "known": known}
    here = [
        column.is_null() if value is None else column == value
        for column, value in ((getattr(BookingPolicy, name), value) for name, value in row.items())
    ]
    said = after.values.get(key)
    if said is None:
        BookingPolicy.delete().where(*here).execute()
        return
    values = dict.fromkeys(FIELDS) | dict(said)
    if not BookingPolicy.update(**values).where(*here).execute():
        BookingPolicy.create(**row, **values)


def _write_limits(agenda: str, lines: Lines) -> None:
    AgendaLimit.delete().where(AgendaLimit.schedule == agenda).execute()
    for line in lines:
        AgendaLimit.create(schedule=agenda, **line._asdict())


def bump(practice: Practice) -> None:
    """First statement of every change of what is offered; on PostgreSQL the lock that puts owners in line."""
    version = Practice.catalogue_version + 1
    Practice.update(catalogue_version=version).where(Practice.id == practice.id).execute()


def _words(practice: Practice, before: Rulebook, after: Rulebook) -> list[str]:
    """In the language the practice keeps its journal in."""
    with speaking(practice.languages[0]):
        names = rule_difference.names(practice)
        return [str(one) for one in rule_difference.told(before, after, names)][:MOST_SENTENCES]


def _trace(verb: str, by: str, now: datetime, detail: dict[str, object]) -> None:
    audit.record(by=by, verb=verb, target="rules:draft", at=now, detail=detail)

"""A value is added, undone or deleted; a kind is shared or no longer; a goal is set or ended."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from app.kernel import audit
from app.kernel.clock import HOME, today, zone
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.owners import Account
from app.kernel.tenancy import practice_context
from app.patients.models import Patient
from app.record import lines, queries
from app.record.kinds import Kind
from app.record.models import Goal, Observation, ObservationShare
from app.record.queries import WithWhom, of_whom
from app.record.refusals import NothingToWorkOut, ShareIsOver, TooLateToUndo
from app.record.targets import Target
from app.record.wearables.connections import pass_over
from app.record.whose import Subject

# the hour a value of an earlier day is kept at, so that the moments of a day stand in their order
HOURS = {
    "fasting": 7, "after-breakfast": 9, "before-lunch": 12, "after-lunch": 14, "before-dinner": 18,
    "after-dinner": 20, "bedtime": 22, "night": 3,
}  # fmt: skip


BY_HAND = ("manual", "file", "staff")  # whatever comes from elsewhere would come again


@dataclass(frozen=True)
class Reading:
    """One value as it was typed. `token` is of its form: the same value sent twice from it counts once."""

    kind: Kind
    value: int
    day: date
    token: str
    second: int | None = None
    taken: str | None = None
    meal: str | None = None
    note: str = ""

    @property
    def number(self) -> str:
        """Another one for whoever goes back in the browser and corrects the value; plain whatever the token holds."""
        typed = (
            self.kind.key,
            self.value,
            self.second,
            self.day,
            self.taken,
            self.meal,
            self.note,
            self.token,
        )
        return str(uuid5(NAMESPACE_OID, repr(typed)))


def add(subject: Subject, reading: Reading, *, now: datetime) -> Observation:
    """The value and its trace. Of a kind with one value a day, what was typed for that day before gives way."""
    kind = reading.kind
    with subject.opened(), write_tx():
        _queue(subject)
        before = Observation.get_or_none(
            (Observation.source == "manual") & (Observation.external_id == reading.number)
        )
        if before is not None:
            return before
        if kind.daily:
            _give_way(subject, kind, reading.day)
        made = Observation.create(
            dependant=subject.dependant,
            kind=kind.key,
            value=reading.value,
            second=reading.second,
            at=_moment(reading, now),
            taken=reading.taken,
            meal=reading.meal,
            external_id=reading.number,
            note=reading.note,
            created_at=now,
        )
        _trace(subject, "observation.add", audit.of_id("observation", made.id), now)
    return made


def add_derived(subject: Subject, kind: Kind, *, token: str, now: datetime) -> Observation:
    """BMI or metabolic rate of today, as it follows from what is noted. NothingToWorkOut."""
    day = today(now, HOME)
    value, _missing = queries.derivable(kind.key, queries.latest(subject, now=now), today=day)
    if value is None:
        raise NothingToWorkOut
    return add(subject, Reading(kind, value, day, token), now=now)


def _queue(subject: Subject) -> None:
    """Two clicks stand in line behind the account's row."""
    Account.update(version=Account.version).where(Account.id == subject.account).execute()


def _give_way(subject: Subject, kind: Kind, day: date) -> None:
    since, until = lines.between(day, day, HOME)
    Observation.delete().where(
        of_whom(Observation, subject),
        Observation.kind == kind.key,
        Observation.source == "manual",
        Observation.at >= since,
        Observation.at < until,
    ).execute()


def _moment(reading: Reading, now: datetime) -> datetime:
    if reading.day == today(now, HOME):
        return now
    hour = HOURS.get(reading.taken or "", 12)
    return datetime.combine(reading.day, time(hour), zone(HOME))


def undo(subject: Subject, observation: Observation, *, now: datetime) -> None:
    """Within minutes of adding it. TooLateToUndo."""
    if observation.source != "manual" or now - observation.created_at >= queries.UNDO:
        raise TooLateToUndo
    delete(subject, observation, now=now)


def delete(subject: Subject, observation: Observation, *, now: datetime) -> None:
    """NotFound when it is gone already."""
    with subject.opened(), write_tx():
        gone = Observation.delete().where(
            Observation.id == observation.id, of_whom(Observation, subject)
        ).execute()  # fmt: skip
        if not gone:
            raise NotFound
        if observation.source not in BY_HAND:
            pass_over(observation)
        _trace(subject, "observation.delete", audit.of_id("observation", observation.id), now)


# ---- sharing --------------------------------------------------------------------------------------------------------


def share(
    subject: Subject,
    whom: WithWhom,
    kind: Kind,
    *,
    earlier: bool,
    until_day: date | None,
    now: datetime,
) -> None:
    """The practitioner reads this kind, `earlier` values too or from today on; again changes that. ShareIsOver."""
    day = today(now, HOME)
    if until_day is not None and until_day < day:
        raise ShareIsOver
    with subject.opened(), write_tx():
        _queue(subject)
        _stop(subject, whom, kind, now)
        made = ObservationShare.create(
            dependant=subject.dependant,
            kind=kind.key,
            practice=whom.file.practice_id,
            practitioner=whom.practitioner.id,
            since=None if earlier else lines.between(day, None, HOME)[0],
            until_day=until_day,
            created_at=now,
        )
        _share_trace(subject, whom, "share.give", made.id, now)


def stop_sharing(subject: Subject, whom: WithWhom, kind: Kind, *, now: datetime) -> None:
    """At once, also for a page that is being read; nothing happens where nothing is shared."""
    with subject.opened(), write_tx():
        _queue(subject)
        ended = _stop(subject, whom, kind, now)
        if ended is not None:
            _share_trace(subject, whom, "share.end", ended, now)


def _stop(subject: Subject, whom: WithWhom, kind: Kind, now: datetime) -> UUID | None:
    S = ObservationShare
    mine = (
        of_whom(S, subject)
        & (S.kind == kind.key)
        & (S.practitioner == whom.practitioner.id)
        & S.ended_at.is_null()
    )
    row = S.get_or_none(mine)
    if row is None:
        return None
    S.update(ended_at=now).where(S.id == row.id).execute()
    return UUID(str(row.id))


def _share_trace(subject: Subject, whom: WithWhom, verb: str, share_id: UUID, now: datetime) -> None:
    """In both journals: what a practice may read is a fact of its record too."""
    target = audit.of_id("share", share_id)
    detail = {"patient": str(whom.file.patient_id), "practitioner": str(whom.practitioner.id)}
    with practice_context(whom.file.practice_id):
        audit.record(by=subject.actor, verb=verb, target=target, at=now, detail=detail)
    _trace(subject, verb, target, now)


def _trace(subject: Subject, verb: str, target: str, now: datetime) -> None:
    detail = {"dependant": str(subject.dependant)} if subject.dependant else None
    audit.record_account(subject.account, verb=verb, target=target, at=now, by=subject.actor, detail=detail)


# ---- goals ----------------------------------------------------------------------------------------------------------


def set_goal(
    patient: Patient,
    kind: Kind,
    target: Target,
    *,
    starts_on: date,
    ends_on: date | None,
    words: str,
    member: Any,
    now: datetime,
    attempt: UUID,
) -> Goal:
    """The practice's one goal of this kind for this patient: the one before ends. `attempt` is of the form: sent
    twice with the same words it is one goal, as long as that one lives.
    """
    actor = audit.of_id("account", member.account_id)
    told = f"{patient.practice_id}|{patient.id}|{kind.key}|{target}|{starts_on}|{ends_on}|{words}|{actor}"
    made = uuid5(attempt, told)
    with write_tx():
        audit.stand_in_line()  # two who set one at once
        before = Goal.get_or_none(Goal.id == made)
        if before is not None and before.ended_at is None:
            return cast(Goal, before)
        if before is not None:
            made = uuid4()
        audit.record(by=actor, verb="goal.set", target=audit.of_id("goal", made), at=now)
        mine = (Goal.patient == patient.id) & (Goal.kind == kind.key) & Goal.ended_at.is_null()
        Goal.update(ended_at=now, ended_by=actor).where(mine).execute()
        return Goal.create(
            id=made,
            patient=patient.id,
            kind=kind.key,
            direction=target.direction,
            low=target.low,
            high=target.high,
            second_low=target.second_low,
            second_high=target.second_high,
            starts_on=starts_on,
            ends_on=ends_on,
            words=words,
            setter=member.name,
            actor=actor,
            created_at=now,
        )


def end_goal(goal: Goal, *, by: str, now: datetime) -> None:
    """Ended twice it stays ended."""
    with write_tx():
        ended = Goal.update(ended_at=now, ended_by=by).where(Goal.id == goal.id, Goal.ended_at.is_null())
        if ended.execute():
            audit.record(by=by, verb="goal.end", target=audit.of_id("goal", goal.id), at=now)

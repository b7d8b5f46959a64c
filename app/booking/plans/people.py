"""The practitioners of a practice: who they are, from when on they work there, and who of the staff they are."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.booking.impact import Differs, Impact, Trace
from app.booking.plans import endings, shelving
from app.booking.plans.endings import Spell
from app.directory import photos
from app.directory.models import Practitioner, PractitionerMember
from app.kernel import audit
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.practice.portrait import as_portrait


class NumberTaken(Refusal):
    message = _l("Another practitioner of the practice has this INAMI number.")


class MemberTaken(Refusal):
    message = _l("This member of the team is another practitioner already.")


@dataclass(frozen=True)
class Who:
    """The values an owner sets. `inami` has 11 digits or none; `member` is somebody of the team."""

    title: str
    given_name: str
    family_name: str
    discipline: str
    languages: tuple[str, ...]
    inami: str
    presentation: dict[str, str]
    starts_on: date | None = None
    member: UUID | None = None

    @property
    def columns(self) -> dict[str, Any]:
        values = asdict(self) | {"languages": list(self.languages)}
        del values["member"]
        return values


def practitioner(practitioner_id: UUID) -> Practitioner:
    return shelving.found(Practitioner, practitioner_id)


def practitioners() -> list[Practitioner]:
    return shelving.shelf(Practitioner)


def members() -> dict[UUID, UUID]:
    """Practitioner -> the member of the team they are."""
    return {row.practitioner_id: row.member_id for row in PractitionerMember.select()}


def of(row: Practitioner) -> Who:
    names = (name for name in Who.__dataclass_fields__ if name not in ("languages", "member"))
    values = {name: getattr(row, name) for name in names}
    return Who(**values, languages=tuple(row.languages), member=members().get(row.id))


def mark(row: Practitioner) -> str:
    return shelving.mark(of(row))


def add(practice: Practice, new: Who, *, by: str, now: datetime) -> UUID:
    """NumberTaken, MemberTaken."""
    identifier = uuid7()

    def write() -> None:
        _refuse(new, None)
        key = shelving.free_key(Practitioner, f"{new.given_name} {new.family_name}")
        place = shelving.last_place(Practitioner)
        Practitioner.create(id=identifier, key=key, position=place, **new.columns)
        _link(identifier, new.member)

    trace = Trace(by, "practitioner.add", audit.of_id("practitioner", identifier), _named(new))
    shelving.keep(practice, write, trace=trace, now=now)
    return identifier


def change(
    practice: Practice, row: Practitioner, new: Who, *, before: str, by: str, now: datetime, seen: str = ""
) -> Impact:
    """A later first day may cost appointments their place. NotSeen, Differs, NumberTaken, MemberTaken."""
    was = of(row)
    if mark(row) != before:
        raise Differs

    def write() -> None:
        if mark(practitioner(row.id)) != before:
            raise Differs
        _refuse(new, row.id)
        Practitioner.update(**new.columns).where(Practitioner.id == row.id).execute()
        _link(row.id, new.member)

    trace = Trace(
        by,
        "practitioner.change",
        audit.of_id("practitioner", row.id),
        shelving.told(asdict(was), asdict(new)),
    )
    change = endings.difference(practice, row, Spell(new.starts_on, row.ends_on))
    return shelving.keep(practice, write, trace=trace, now=now, seen=seen, change=change, people=[row.id])


def keep_photo(practice: Practice, row: Practitioner, picture: bytes, *, by: str, now: datetime) -> None:
    """`picture` as web/uploads.py drew it. TooSmall."""
    drawn = as_portrait(picture)
    trace = Trace(by, "practitioner.photo", audit.of_id("practitioner", row.id), {})
    shelving.keep(practice, lambda: photos.keep(row.id, drawn), trace=trace, now=now)


def remove_photo(practice: Practice, row: Practitioner, *, by: str, now: datetime) -> None:
    trace = Trace(by, "practitioner.photo-remove", audit.of_id("practitioner", row.id), {})
    shelving.keep(practice, lambda: photos.remove(row.id), trace=trace, now=now)


def _refuse(new: Who, but: UUID | None) -> None:
    """The first eight digits are the person; the last three what they may do."""
    for row in Practitioner.select(Practitioner.id, Practitioner.inami):
        if row.id != but and new.inami and row.inami[:8] == new.inami[:8]:
            raise NumberTaken
    if new.member and any(who != but for who, member in members().items() if member == new.member):
        raise MemberTaken


def _link(identifier: UUID, member: UUID | None) -> None:
    PractitionerMember.delete().where(PractitionerMember.practitioner == identifier).execute()
    if member is not None:
        PractitionerMember.create(practitioner=identifier, member=member)


def _named(new: Who) -> dict[str, str]:
    return {"name": f"{new.given_name} {new.family_name}", "discipline": new.discipline}

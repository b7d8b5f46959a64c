"""The access journal in words: who looked at one's file, in which role, where, at what, why and when."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.account.moments import moment
from app.kernel.i18n import _
from app.kernel.owners import Account, Practice
from app.patients import queries
from app.patients.queries import Look
from app.staff.labels import roles_in_words


@dataclass(frozen=True)
class Line:
    """One look, as its person reads it."""

    who: str
    role: str
    what: str
    why: str
    when: str
    iso: str
    ask_url: str | None
    practice: Practice


def newest(account: Account, **chosen: Any) -> list[Line]:
    """As looks_at: practice, first and last day, limit and offset."""
    return [_line(look) for look in queries.looks_at(account, **chosen)]


def _line(look: Look) -> Line:
    reference = look.id.hex[-8:].upper()
    return Line(
        who=look.member,
        role=_(
            "%(role)s at %(practice)s", role=roles_in_words(list(look.roles)), practice=look.practice.name
        ),
        what=_("%(what)s of %(name)s", what=look.what, name=look.patient.name)
        if look.dependant
        else look.what,
        why=look.why,
        when=_("%(moment)s, reference %(reference)s", moment=moment(look.at), reference=reference),
        iso=look.at.isoformat(timespec="seconds"),
        ask_url=_ask_url(look, reference),
        practice=look.practice,
    )


def _ask_url(look: Look, reference: str) -> str | None:
    """A mail of the person's own; it names the entry by its reference and tells nothing else."""
    address = look.practice.profile.get("email")
    subject = _("Question about the access to my file, reference %(reference)s", reference=reference)
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject)}" if address else None

"""How the open practice stands with whoever looks: the level it knows them at, and whether they came before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g

from app.booking import queries, view_as
from app.booking.models import OCCUPYING, Appointment
from app.booking.policy import GUEST, Standing
from app.booking.questions import ANYBODY, Asking
from app.identity import sign_in
from app.kernel.clock import to_minutes
from app.patients import actions as patients
from app.patients import queries as files

MATCHED = 2  # from this level on the practice knows the person, visits or not


@dataclass(frozen=True)
class Seen:
    """Whoever looks at free times: their standing, and what of theirs shapes them."""

    standing: Standing = GUEST
    asking: Asking = ANYBODY
    signed_in: bool = False
    file: UUID | None = None  # theirs at the open practice
    viewing: bool = False  # an owner who looks at the site as somebody else

    @property
    def is_guest(self) -> bool:
        """Whether the page speaks to somebody who is not signed in."""
        return not self.signed_in or (self.viewing and self.standing.level == 0)


NOBODY = Seen()


def of_viewer(*, now: datetime) -> Seen:
    """A guest's unless a session's cookie came along: then nothing is asked of the database."""
    who = sign_in.who()
    if who is None or not who.is_open:
        return NOBODY
    looked_as = view_as.standing_of(who)
    if looked_as is not None:
        return Seen(looked_as, signed_in=True, viewing=True)
    acted = who.acting_for
    account, dependant = who.account.id, None
    if acted is not None:
        account, dependant = acted.principal or account, acted.dependant
    file = patients.own_file(account, dependant=dependant)
    held = queries.held(file, now=now) if file else []
    return Seen(of_file(file, account, now=now), Asking(own=tuple(held)), signed_in=True, file=file)


def seen(*, now: datetime) -> Seen:
    """`of_viewer`, found out once a request."""
    if "seen" not in g:
        g.seen = of_viewer(now=now)
    found: Seen = g.seen
    return found


def forget() -> None:
    """What this request found out may have changed: the next look asks again."""
    g.pop("seen", None)


def of_file(file: UUID | None, account_id: UUID | None, *, now: datetime) -> Standing:
    """The standing of a patient's file read by this account; without a file, of the account alone."""
    level = files.level_of_file(file, account_id)
    return Standing(level, known=file is not None and (level >= MATCHED or came_before(file, now=now)))


def came_before(file: UUID, *, now: datetime) -> bool:
    """Whether the person was here: an appointment that began and was not missed."""
    return (
        Appointment.select()
        .where(
            Appointment.patient == file,
            Appointment.starts < to_minutes(now),
            Appointment.status.in_(OCCUPYING),
        )
        .exists()
    )

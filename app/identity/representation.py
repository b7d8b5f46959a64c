"""Acting for somebody: a child without an account, or a grown-up who gave a mandate."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.identity import ages
from app.identity.models import Dependant, Representation, Session
from app.kernel import audit
from app.kernel.clock import HOME
from app.kernel.clock import today as day_at
from app.kernel.constant_sql import ConstantSQL
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context, across_accounts

MOST = 12  # people one person acts for
PEOPLE = ConstantSQL(
    lambda: Representation.select().order_by(Representation.created_at), tenant=False, account=True
)


class GrownUp(Refusal):
    message = _l("Somebody of eighteen or over gives a mandate from an account of their own.")


class TooMany(Refusal):
    message = _l("You can act for at most %(most)s people.")


class Stale(Refusal):
    """Changed in another window meanwhile."""

    status = 409
    message = _l("These data were changed in another window. Please look at them again.")


@dataclass(frozen=True)
class ActedFor:
    """Whom a session acts for: exactly one of dependant and principal is set."""

    representation: UUID
    name: str
    scopes: tuple[str, ...]
    dependant: UUID | None = None
    principal: UUID | None = None

    @property
    def on_behalf_of(self) -> str:
        """As the journals write it."""
        return f"dependant:{self.dependant}" if self.dependant else f"account:{self.principal}"


@dataclass(frozen=True)
class Child:
    """As a parent or guardian enters them. With a number or, without one, the country of their papers."""

    given_name: str
    family_name: str
    birth_date: date
    sex: str
    language: str
    niss: str | None = None
    country: str | None = None


def acted_for(session: Session, *, now: datetime) -> ActedFor | None:
    """None when it ended, by date or by either of them: the session then acts for its own person again."""
    with account_context(session.account_id):
        found = Representation.get_or_none(Representation.id == session.acting_for)
        return shown(found, today=day_at(now, HOME)) if found is not None else None


def shown(found: Representation, *, today: date) -> ActedFor | None:
    """A representation as it stands today; None once it is over."""
    if found.ended_at is not None or found.starts_on > today:
        return None
    if found.ends_on is not None and today >= found.ends_on:
        return None
    if found.dependant_id:
        child = found.dependant
        scopes = ages.scopes_of_child(child.birth_date, today)
        return ActedFor(found.id, child.name, scopes, dependant=child.id) if scopes else None
    principal = Account.get_or_none(Account.id == found.principal)
    if principal is None:
        return None
    return ActedFor(found.id, principal.name, tuple(found.scopes), principal=principal.id)


def people_of(account: Account, *, now: datetime) -> list[tuple[Representation, ActedFor]]:
    """Everybody this account may act for today, with the row behind it."""
    today = day_at(now, HOME)
    with account_context(account):
        rows = PEOPLE.every(Representation)
        return [(row, whom) for row in rows if (whom := shown(row, today=today)) is not None]


def of_id(account: Account, representation_id: UUID, *, now: datetime) -> tuple[Representation, ActedFor]:
    """One of them; NotFound for anybody else's, and once it is over."""
    for row, whom in people_of(account, now=now):
        if row.id == representation_id:
            return row, whom
    raise NotFound


def add_child(account: Account, child: Child, *, basis: str, sealer: Sealer, now: datetime) -> Representation:
    """Raises GrownUp for somebody of eighteen, TooMany beyond a large family."""
    today = day_at(now, HOME)
    if not ages.scopes_of_child(child.birth_date, today):
        raise GrownUp
    with account_context(account), write_tx():
        Account.update(version=Account.version).where(Account.id == account.id).execute()  # counts stay true
        if Representation.select().where(Representation.ended_at.is_null()).count() >= MOST:
            raise TooMany(most=MOST)
        made = Dependant.create(**_plain(child), created_at=now)
        _seal(made, child, sealer=sealer)
        row = Representation.create(
            basis=basis,
            dependant=made.id,
            scopes=[],  # a child's follow from the age
            starts_on=today,
            ends_on=ages.birthday(child.birth_date, ages.GROWN_UP),
            noted=[years for years in ages.TOLD if ages.birthday(child.birth_date, years) <= today],
            created_at=now,
        )
        audit.record_account(
            account.id, verb="representation.add", at=now, target=audit.of_id("dependant", made.id),
            detail={"basis": basis},
        )  # fmt: skip
    return row


def change_child(
    account: Account, row: Representation, child: Child, *, version: int, sealer: Sealer, now: datetime
) -> None:
    """Raises Stale when somebody was quicker, GrownUp when the new birth date says so."""
    today = day_at(now, HOME)
    if not ages.scopes_of_child(child.birth_date, today):
        raise GrownUp
    with account_context(account), write_tx():
        query = Dependant.update(**_plain(child), version=Dependant.version + 1).where(
            Dependant.id == row.dependant_id, Dependant.version == version
        )
        if not query.execute():
            raise Stale
        _seal(Dependant.get_by_id(row.dependant_id), child, sealer=sealer)
        Representation.update(ends_on=ages.birthday(child.birth_date, ages.GROWN_UP)).where(
            Representation.id == row.id
        ).execute()
        audit.record_account(
            account.id, verb="representation.change", at=now,
            target=audit.of_id("dependant", row.dependant_id),
        )  # fmt: skip


def niss_of(child: Dependant, *, sealer: Sealer) -> str | None:
    return sealer.unseal(child.niss_sealed, cell=_cell(child)) if child.niss_sealed is not None else None


def end(account: Account, row: Representation, *, now: datetime) -> None:
    """Nobody acts for them any more; what the practices know of them stays there."""
    with account_context(account), write_tx():
        Representation.update(ended_at=now).where(
            Representation.id == row.id, Representation.ended_at.is_null()
        ).execute()
        Session.update(acting_for=None).where(Session.acting_for == row.id).execute()
        audit.record_account(
            account.id, verb="representation.end", at=now, target=audit.of_id("representation", row.id)
        )


def start_acting(session: Session, whom: ActedFor, *, now: datetime) -> None:
    """From the next page on this browser speaks for them; other browsers of the account do not."""
    _act(
        session, whom.representation, "representation.start-acting", {"on_behalf_of": whom.on_behalf_of}, now
    )


def stop_acting(session: Session, *, now: datetime) -> None:
    _act(session, None, "representation.stop-acting", {}, now)


def _act(session: Session, whom: UUID | None, verb: str, detail: dict[str, Any], now: datetime) -> None:
    with account_context(session.account_id), write_tx():
        Session.update(acting_for=whom).where(Session.id == session.id).execute()
        audit.record_account(session.account_id, verb=verb, at=now, detail=detail)


def birthdays(*, now: datetime) -> list[tuple[Representation, int]]:
    """(representation, years) of every birthday reached and not yet told; marked as told in the same transaction."""
    today, found = day_at(now, HOME), []
    with across_accounts(reason="children of everybody grow up"), write_tx():
        living = Representation.ended_at.is_null() & Representation.dependant.is_null(False)
        query = Representation.select(Representation, Dependant).join(Dependant).where(living)
        for row in query:
            due = ages.due_birthdays(row.dependant.birth_date, today, noted=row.noted)
            over = row.ends_on is not None and today >= row.ends_on
            if due:
                Representation.update(noted=[*row.noted, *due]).where(Representation.id == row.id).execute()
                found += [(row, years) for years in due]
            if over:
                Representation.update(ended_at=now).where(Representation.id == row.id).execute()
                found.append((row, ages.GROWN_UP))
    return found


def _plain(child: Child) -> dict[str, Any]:
    return {
        "given_name": child.given_name,
        "family_name": child.family_name,
        "birth_date": child.birth_date,
        "sex": child.sex,
        "language": child.language,
        "country": child.country,
    }


def _seal(made: Dependant, child: Child, *, sealer: Sealer) -> None:
    sealed = sealer.seal(child.niss, cell=_cell(made)) if child.niss else None
    Dependant.update(niss_sealed=sealed).where(Dependant.id == made.id).execute()


def _cell(child: Dependant) -> str:
    return f"{child.account_id.hex}|dependant|niss|{child.id.hex}"

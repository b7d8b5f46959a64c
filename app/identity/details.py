"""What a person says of themself: saved without undoing another tab, and locked where a practice confirmed it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.identity.actions import details_of, niss_cell
from app.identity.models import PersonalDetails
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context

NAMES = ("given_name", "family_name", "language")  # columns of the account
CONTACT = ("birth_date", "sex", "phone", "street", "postcode", "town", "country")  # columns of the details
WISHES = ("changes", "lists", "reminders", "messages", "sms")  # the last: the first and the third by SMS too


class Stale(Exception):
    """Another tab saved meanwhile; nothing was written."""


class NumberConfirmed(Refusal):
    status = 409
    message = _l(
        "A practice or CSAM has confirmed your national number: from then on it cannot be changed here."
    )


def stamp(account: Account, own: PersonalDetails) -> str:
    """Changes with every change of what the form shows: a form carries it, and is stale when it is another."""
    return f"{account.version}-{own.version}"


def shown(account: Account, own: PersonalDetails) -> dict[str, Any]:
    """Column -> value, of everything a person may change by themself."""
    return {name: getattr(account, name) for name in NAMES} | {name: getattr(own, name) for name in CONTACT}


def save(account: Account, values: dict[str, Any], *, seen: str, now: datetime) -> list[str]:
    """Write what differs, and nothing else; the names of the columns that changed. Raises Stale."""
    with account_context(account), write_tx():
        account, own = Account.get_by_id(account.id), details_of(account)
        before = shown(account, own)
        changed = [name for name in (*NAMES, *CONTACT) if values[name] != before[name]]
        if not changed:
            return []
        if seen != stamp(account, own):
            raise Stale
        _write(Account, account, {name: values[name] for name in changed if name in NAMES})
        _write(PersonalDetails, own, {name: values[name] for name in changed if name in CONTACT})
        audit.record_account(account.id, verb="details.change", at=now, detail={"fields": changed})
    return changed


def _write(table: type[Any], row: Any, values: dict[str, Any]) -> None:
    if not values:
        return
    query = table.update(version=table.version + 1, **values).where(
        table.id == row.id, table.version == row.version
    )
    if not query.execute():
        raise Stale


# ---- the national number ----------------------------------------------------------------------------------------


def number_of(account: Account, own: PersonalDetails, *, sealer: Sealer) -> str | None:
    """The eleven digits, opened."""
    return sealer.unseal(own.niss_sealed, cell=niss_cell(account)) if own.niss_sealed else None


def set_number(
    account: Account,
    digits: str | None,
    *,
    birth_date: date | None,
    country: str | None,
    seen: int,
    sealer: Sealer,
    now: datetime,
) -> None:
    """A number; or, without one, birth date and country of one's papers. Raises NumberConfirmed, and Stale."""
    born = {} if digits else {"birth_date": birth_date}
    sealed = sealer.seal(digits, cell=niss_cell(account)) if digits else None
    index = sealer.fingerprint("niss", digits) if digits else None
    with account_context(account), write_tx():
        changed = (
            PersonalDetails.update(
                niss_sealed=sealed,
                niss_index=index,
                no_niss_country=None if digits else country,
                **born,
                version=PersonalDetails.version + 1,
            )
            .where(PersonalDetails.niss_confirmed_at.is_null(), PersonalDetails.version == seen)
            .execute()
        )
        if not changed:
            raise NumberConfirmed if details_of(account).niss_confirmed_at else Stale
        audit.record_account(account.id, verb="details.change", at=now, detail={"fields": ["niss"]})


# ---- what they want to be told ----------------------------------------------------------------------------------


def wants(account_id: UUID, kind: str) -> bool:
    """Whether the person wants to be written to of this: changes, lists, reminders or messages; and by SMS."""
    column = getattr(PersonalDetails, f"wants_{kind}")
    with account_context(account_id):
        found = PersonalDetails.select(column).tuples().first()
    return bool(column.default if found is None else found[0])


def wishes(own: PersonalDetails) -> dict[str, bool]:
    return {kind: getattr(own, f"wants_{kind}") for kind in WISHES}


def save_wishes(account: Account, wanted: dict[str, bool], *, before: dict[str, bool], now: datetime) -> None:
    """Raises Stale when they are no longer what the page showed: a switch set elsewhere is not set back."""
    with account_context(account), write_tx():
        own = details_of(account)
        untouched = [getattr(PersonalDetails, f"wants_{kind}") == before[kind] for kind in WISHES]
        query = PersonalDetails.update({f"wants_{kind}": wanted[kind] for kind in WISHES})
        if not query.where(PersonalDetails.id == own.id, *untouched).execute():
            raise Stale
        if wanted != before:
            audit.record_account(account.id, verb="preferences.change", at=now, detail=wanted)

"""Opening an account, and proving a password."""

from datetime import date, datetime

from app.identity import passwords
from app.identity.models import PersonalDetails
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context


def open_account(
    *,
    email: str,
    password_hash: str | None,
    given_name: str,
    family_name: str,
    language: str,
    now: datetime,
    username: str | None = None,
    sealer: Sealer | None = None,
    niss: str | None = None,
    birth_date: date | None = None,
    no_niss_country: str | None = None,
    phone: str | None = None,
) -> Account:
    """A new account with its details; the mailbox has been proved. IntegrityError when the address is taken."""
    with write_tx():
        account = Account.create(
            email=email.strip().casefold(),
            username=username,
            password_hash=password_hash,
            given_name=given_name,
            family_name=family_name,
            language=language,
            created_at=now,
        )
        with account_context(account):
            PersonalDetails.create(
                birth_date=birth_date,
                no_niss_country=no_niss_country,
                phone=phone,
                niss_sealed=sealer.seal(niss, cell=niss_cell(account)) if niss and sealer else None,
                niss_index=sealer.fingerprint("niss", niss) if niss and sealer else None,
            )
    return account


def niss_cell(account: Account) -> str:
    return f"{account.id.hex}|details|niss|{account.id.hex}"


def details_of(account: Account) -> PersonalDetails:
    """Made on first use: accounts from before there were details have none."""
    with account_context(account):
        found = PersonalDetails.get_or_none()
        if found is None:
            with write_tx():
                PersonalDetails.insert().on_conflict(action="IGNORE").execute()
            found = PersonalDetails.get()
    return found


def check_password(identifier: str, password: str) -> Account | None:
    """The account behind a mail address or user name, if the password is its own."""
    known = identifier.strip().casefold()
    account = Account.get_or_none((Account.email == known) | (Account.username == known))
    return account if passwords.matches(account.password_hash if account else None, password) else None

"""Opening an account, and proving a password."""

from datetime import date, datetime
from uuid import UUID

from app.identity import devices, passwords
from app.identity.models import KnownDevice, PersonalDetails
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context

NOBODY = UUID(int=0)


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
            email=email.strip().lower(),  # not casefold: a@straße.be and a@strasse.be are two mailboxes
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
    """The account behind a mail address or user name, if the password is its own; its hash is kept up to date."""
    account = named(identifier)
    if not passwords.matches(account.password_hash if account else None, password):
        return None
    newer = passwords.renewed(account.password_hash, password)
    if newer:
        with write_tx():
            same = (Account.id == account.id) & (Account.password_hash == account.password_hash)
            Account.update(password_hash=newer).where(same).execute()
    return account


def device_of(identifier: str, tokens: list[str], *, now: datetime) -> KnownDevice | None:
    """The browser's own row when the person of this name has signed in from it; asks as much when there is nobody."""
    account = named(identifier)
    return devices.known(account.id if account else NOBODY, tokens, now=now)


def named(identifier: str) -> Account | None:
    """Whose mail address or user name this is."""
    known = identifier.strip().lower()
    return Account.get_or_none((Account.email == known) | (Account.username == known))

"""What is known of cards: who has proved theirs, which files a card may belong to, and what waits for a member."""

from dataclasses import dataclass
from uuid import UUID

from app.eid.card_files import Identity
from app.eid.models import CardConflict, CardProof
from app.eid.reading import names_agree
from app.identity.models import PersonalDetails
from app.kernel.owners import Account
from app.kernel.sealing import Sealer
from app.kernel.tenancy import account_context, across_accounts, current_practice_id
from app.patients.models import Patient

MOST = 10


def proof_of(account: Account) -> CardProof | None:
    """The card this person showed with its PIN, if they did."""
    with account_context(account):
        return CardProof.get_or_none()


def is_proven_elsewhere(index: str, *, but: UUID) -> bool:
    """Whether another account has proved this number, or a practice confirmed it there. Whose, nobody is told."""
    with across_accounts(reason="one number is proved by one account alone"):
        D = PersonalDetails
        confirmed = D.select().where(
            D.niss_index == index, D.account != but, D.niss_confirmed_at.is_null(False)
        )
        shown = CardProof.select().where(CardProof.niss_index == index, CardProof.account != but)
        return bool(confirmed.exists() or shown.exists())


@dataclass(frozen=True)
class Candidates:
    """Files of the open practice: `same` have number and names of the card, `named` its number and another name,
    `alike` its names and no number."""

    same: list[Patient]
    named: list[Patient]
    alike: list[Patient]

    @property
    def every(self) -> list[Patient]:
        return [*self.same, *self.named, *self.alike]


def candidates(identity: Identity, *, sealer: Sealer) -> Candidates:
    """The one seen last first."""
    newest = (
        Patient.select()
        .where(Patient.merged_into.is_null())
        .order_by(Patient.seen_at.desc(), Patient.id)
        .limit(MOST)
    )
    index = sealer.blind_index(current_practice_id(), "niss", identity.niss)
    numbered = list(newest.where(Patient.niss_index == index))
    same = [one for one in numbered if _agree(identity, one)]
    without = newest.where(Patient.niss_index.is_null(), Patient.family_name**identity.family_name)
    alike = [
        one for one in without if _agree(identity, one) and one.birth_date in (None, identity.birth_date)
    ]
    return Candidates(same, [one for one in numbered if one not in same], alike)


def _agree(identity: Identity, file: Patient) -> bool:
    return names_agree(identity, given_name=file.given_name, family_name=file.family_name)


def open_conflicts() -> list[CardConflict]:
    """What waits for a member of the open practice, oldest first; with the file."""
    query = CardConflict.select(CardConflict, Patient).join(Patient, "LEFT OUTER JOIN")
    return list(query.where(CardConflict.settled_at.is_null()).order_by(CardConflict.at))


def conflict_count() -> int:
    return int(CardConflict.select().where(CardConflict.settled_at.is_null()).count())

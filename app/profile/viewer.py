"""Who looks at the profile page, for whom, and at which practice: what every widget starts from."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from app.identity.ages import SCOPES
from app.identity.representation import ActedFor
from app.kernel.clock import HOME
from app.kernel.clock import today as day_at
from app.kernel.owners import Account, Practice
from app.messaging.readers import Reader
from app.patients import files
from app.patients.files import File
from app.profile.own import Own, own_of


@dataclass(frozen=True)
class Viewer:
    """`acting` is whom the account acts for, or None; `practice` is whose site this is, or None on the central portal.

    Nothing is asked before a widget asks for it, and then once: the files of all widgets are one statement.
    """

    account: Account
    acting: ActedFor | None
    practice: Practice | None
    now: datetime

    @property
    def today(self) -> date:
        return day_at(self.now, self.practice.timezone if self.practice else HOME)

    @property
    def person(self) -> UUID:
        """The account whose own rows (observations, details) are looked at: one's own, or that of a mandate's giver.
        For a child, who has no account, see `dependant`."""
        return self.acting.principal if self.acting and self.acting.principal else self.account.id

    @property
    def dependant(self) -> UUID | None:
        return self.acting.dependant if self.acting else None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What may be seen while one acts for somebody; everything of one's own."""
        return self.acting.scopes if self.acting else SCOPES

    def may(self, scope: str) -> bool:
        return not scope or scope in self.scopes

    @cached_property
    def all_files(self) -> tuple[File, ...]:
        """Of the person looked at, at every practice, whatever may be seen of them."""
        return tuple(files.seen_by(self.account.id, self.acting, today=day_at(self.now, HOME)))

    def files(self, scope: str = "") -> list[File]:
        """Those in view: of the practice whose site this is, or of all; only where `scope` may be seen."""
        return [
            one
            for one in self.all_files
            if (self.practice is None or one.practice_id == self.practice.id)
            and (not scope or scope in one.scopes)
        ]

    @cached_property
    def own(self) -> Own:
        """Of the account itself, whomever it acts for."""
        return own_of(self.account.id)

    @cached_property
    def reader(self) -> Reader | None:
        """Whose messages are shown, as messaging has it; None where they are not one's affair."""
        if not self.may("messages"):
            return None
        children = {one.dependant: one.dependant_name for one in self.all_files if one.dependant}
        if self.acting is None:
            mine = {one.dependant for one in self.all_files if "messages" in one.scopes}
            return Reader(self.account.id, True, {key: name for key, name in children.items() if key in mine})
        if self.dependant is not None:
            return Reader(self.account.id, False, {self.dependant: ""})
        return Reader(self.person, True, {})

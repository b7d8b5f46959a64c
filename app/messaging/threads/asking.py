"""Who may ask the open practice something from its public page, and what asking makes of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.files import Files
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.ids import uuid7
from app.kernel.sealing import Sealer
from app.kernel.tenancy import current_practice_id
from app.messaging.models import ASKERS, Communication, QuestionRule
from app.messaging.threads import actions
from app.messaging.threads.actions import Author, Draft
from app.messaging.threads.refusals import RuleChanged
from app.patients import actions as patients
from app.patients.actions import Behind, Person

WORDS: dict[str, Any] = {
    "nobody": _l("Nobody: the page shows telephone and mail alone"),
    "account": _l("Whoever has an account and signs in"),
    "everybody": _l("Everybody; without an account, a name and a mail address are asked for"),
}


@dataclass(frozen=True)
class Rule:
    """`who` is one of ASKERS. `version` 0: nobody at the practice has chosen yet."""

    who: str = "account"
    version: int = 0


def rule() -> Rule:
    row = QuestionRule.get_or_none()
    return Rule(row.who, row.version) if row is not None else Rule()


def choose(who: str, *, seen: int, by: str, now: datetime) -> Rule:
    """Raises RuleChanged when `seen` is no longer the version."""
    assert who in ASKERS
    with write_tx():
        target = audit.of_id("practice", current_practice_id())
        audit.record(by=by, verb="questions.change", target=target, at=now, detail={"who": who})
        if rule().version != seen:
            raise RuleChanged
        if seen:
            changed = QuestionRule.update(who=who, version=seen + 1).where(QuestionRule.version == seen)
            if not changed.execute():
                raise RuleChanged
        else:
            mine = uuid7()
            QuestionRule.insert(id=mine, who=who).on_conflict(action="IGNORE").execute()
            if QuestionRule.get().id != mine:
                raise RuleChanged
    return rule()


def ask(
    person: Person,
    behind: Behind,
    subject: str,
    draft: Draft,
    *,
    by: Author,
    files: Files,
    sealer: Sealer,
    now: datetime,
) -> Communication:
    """By somebody with an account whom the practice does not know: from here on it has a file with name and address."""
    assert behind.account_id is not None
    sealed = patients.seal(person, sealer=sealer, behind=behind)
    with write_tx():
        patient_id: UUID = patients.meet(sealed, now=now)
        patients.connect(behind.account_id, patient_id, now=now, dependant=behind.dependant, by=by.actor)
        return actions.begin(
            patient_id, subject, draft, by=by, language=person.language, files=files, now=now
        )

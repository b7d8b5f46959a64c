"""The questionnaires of a practice, and who was asked what; at the desk, and for whoever answers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.sealing import hashed
from app.kernel.tenancy import across_practices
from app.patients.files import File
from app.patients.models import Patient
from app.questionnaires import items
from app.questionnaires.items import Item
from app.questionnaires.models import Questionnaire, QuestionnaireResponse, QuestionnaireVersion

OWN = "one person's own questionnaires, wherever they come from"


@dataclass(frozen=True)
class Known:
    """One questionnaire with its draft and its newest published version; one of both is there."""

    row: Questionnaire
    draft: QuestionnaireVersion | None
    published: QuestionnaireVersion | None
    versions: int

    @property
    def shown(self) -> QuestionnaireVersion:
        found = self.draft or self.published
        assert found is not None
        return found

    @property
    def items(self) -> list[Item]:
        return items.read(self.shown.items)


def overview() -> list[Known]:
    """Those in use first, newest first."""
    rows = list(Questionnaire.select().order_by(Questionnaire.created_at.desc(), Questionnaire.id.desc()))
    versions: defaultdict[UUID, list[QuestionnaireVersion]] = defaultdict(list)
    for one in QuestionnaireVersion.select().order_by(QuestionnaireVersion.number):
        versions[one.questionnaire_id].append(one)
    found = [_known(row, versions[row.id]) for row in rows]
    return sorted(found, key=lambda one: one.row.archived_at is not None)


def known(questionnaire_id: UUID) -> Known:
    """NotFound when it is not of the open practice."""
    row = Questionnaire.get_or_none(Questionnaire.id == questionnaire_id)
    if row is None:
        raise NotFound
    mine = QuestionnaireVersion.questionnaire == row.id
    return _known(row, list(QuestionnaireVersion.select().where(mine).order_by(QuestionnaireVersion.number)))


def _known(row: Questionnaire, versions: list[QuestionnaireVersion]) -> Known:
    public = [one for one in versions if one.published_at is not None]
    draft = next((one for one in versions if one.published_at is None), None)
    return Known(row, draft, public[-1] if public else None, len(public))


def offered() -> list[QuestionnaireVersion]:
    """The newest published version of each questionnaire in use."""
    found = (one.published for one in overview() if one.row.archived_at is None)
    return [one for one in found if one is not None]


# ---- at the desk ------------------------------------------------------------------------------------------------


def of_patient(patient_id: UUID) -> list[QuestionnaireResponse]:
    """What this patient was asked, newest first."""
    return list(_responses().where(QuestionnaireResponse.patient == patient_id))


def of_patient_one(patient_id: UUID, response_id: UUID) -> QuestionnaireResponse:
    mine = (QuestionnaireResponse.patient == patient_id) & (QuestionnaireResponse.id == response_id)
    found = _responses().where(mine).first()
    if found is None:
        raise NotFound
    return found


def of_requests(ids: Collection[UUID]) -> dict[UUID, list[QuestionnaireResponse]]:
    """What was sent with some requests."""
    found: defaultdict[UUID, list[QuestionnaireResponse]] = defaultdict(list)
    if ids:
        for one in _responses().where(QuestionnaireResponse.appointment.in_(list(ids))):
            if one.status != "stopped":
                found[one.appointment_id].append(one)
    return found


def unread(*, limit: int = 50) -> list[QuestionnaireResponse]:
    """Answers nobody of the practice has opened yet, oldest first."""
    return list(_responses().where(_new()).order_by(QuestionnaireResponse.completed_at).limit(limit))


UNREAD = ConstantSQL(
    lambda: QuestionnaireResponse.select(pw.fn.COUNT(QuestionnaireResponse.id)).where(_new())
)


def count_unread() -> int:
    return int((UNREAD.row() or (0,))[0])


def _new() -> Any:
    return (QuestionnaireResponse.status == "completed") & QuestionnaireResponse.read_at.is_null()


def _responses() -> Any:
    R = QuestionnaireResponse
    query = (
        R.select(R, QuestionnaireVersion, Patient).join_from(R, QuestionnaireVersion).join_from(R, Patient)
    )
    return query.order_by(R.sent_at.desc(), R.id.desc())


# ---- for whoever answers ----------------------------------------------------------------------------------------


def of_link(token: str, *, now: datetime) -> QuestionnaireResponse:
    """Of the open practice, while the link lives; NotFound otherwise."""
    found = _responses().where(QuestionnaireResponse.token_hash == hashed(token[:100])).first()
    if found is None or found.expires_at <= now:
        raise NotFound
    return found


def of_files(files: Sequence[File], *, limit: int = 100) -> list[Any]:
    """Those still to answer first, then newest first. Each with its `practice`, and the file as `tie`."""
    found = _of_files(files, QuestionnaireResponse.status != "stopped", limit=limit)
    return sorted(found, key=lambda one: one.status != "in-progress")


def to_answer(files: Sequence[File], *, limit: int = 20) -> list[Any]:
    theirs = {one.patient_id: one for one in files}
    if not theirs:
        return []
    given = {f"patient{at}": one.hex for at, one in enumerate(theirs)}
    with across_practices(reason=OWN):
        rows = _waiting(len(theirs)).every(
            QuestionnaireResponse, QuestionnaireVersion, Patient, most=limit, **given
        )
    return _tied(rows, theirs)


@lru_cache(maxsize=64)
def _waiting(files: int) -> ConstantSQL:
    """What so many files have to answer: a part of the profile page."""
    R = QuestionnaireResponse

    def build() -> Any:
        theirs = R.patient.in_([param(f"patient{at}") for at in range(files)])
        return _responses().where(theirs, R.status == "in-progress").limit(param("most"))

    return ConstantSQL(build, tenant=False)


def of_files_one(files: Sequence[File], response_id: UUID) -> Any:
    """NotFound for anybody else's."""
    found = _of_files(files, QuestionnaireResponse.id == response_id)
    if not found:
        raise NotFound
    return found[0]


def _of_files(files: Sequence[File], which: Any, *, limit: int = 1) -> list[Any]:
    theirs = {one.patient_id: one for one in files}
    if not theirs:
        return []
    with across_practices(reason=OWN):
        query = _responses().where(QuestionnaireResponse.patient.in_(list(theirs)), which)
        rows = list(query.limit(limit))
    return _tied(rows, theirs)


def _tied(rows: list[Any], theirs: dict[UUID, File]) -> list[Any]:
    for one in rows:
        one.tie = theirs[one.patient_id]
        one.practice = one.tie.practice
    return rows

"""The questionnaires of a practice, and who was asked what; at the desk, and for whoever answers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import peewee as pw

from app.booking.models import Appointment
from app.directory.models import HealthcareService
from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.errors import NotFound
from app.kernel.owners import Account
from app.kernel.sealing import hashed
from app.kernel.tenancy import across_practices
from app.patients.files import File
from app.patients.models import Patient
from app.questionnaires import items
from app.questionnaires.items import Item
from app.questionnaires.models import (
    Questionnaire,
    QuestionnaireAuthor,
    QuestionnaireResponse,
    QuestionnaireVersion,
    ServiceQuestionnaire,
)
from app.staff.models import Member

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


def is_offered(version: QuestionnaireVersion) -> bool:
    """Whether it is the newest published version of a questionnaire in use."""
    here = known(version.questionnaire_id)
    return here.row.archived_at is None and here.published is not None and here.published.id == version.id


def published(version_id: UUID) -> QuestionnaireVersion:
    """Of the open practice; NotFound for a draft."""
    found = QuestionnaireVersion.get_or_none(
        QuestionnaireVersion.id == version_id, QuestionnaireVersion.published_at.is_null(False)
    )
    if found is None:
        raise NotFound
    return found


def authors_of(ids: Collection[UUID]) -> dict[UUID, QuestionnaireAuthor]:
    """Who of the practice wrote these answers down; of what people answered themselves, nobody."""
    W = QuestionnaireAuthor
    query = W.select(W, Member, Account).join_from(W, Member).join_from(Member, Account)
    return {one.response_id: one for one in query.where(W.response.in_(list(ids)))} if ids else {}


def outstanding(patient_id: UUID, questionnaire_id: UUID) -> QuestionnaireResponse | None:
    """What this person has still to answer of it, whichever the version."""
    mine = (QuestionnaireResponse.patient == patient_id) & (QuestionnaireResponse.status == "in-progress")
    return _responses().where(mine, QuestionnaireVersion.questionnaire == questionnaire_id).first()


# ---- with a service ---------------------------------------------------------------------------------------------


def ties() -> list[ServiceQuestionnaire]:
    """Every questionnaire that goes by itself, service by service in the order of the practice."""
    T, S = ServiceQuestionnaire, HealthcareService
    return list(T.select(T, S).join(S).order_by(S.position, S.key, T.id))


@dataclass(frozen=True)
class Tied:
    """A tie as pages show it; `sends` is nothing while the questionnaire is a draft or archived."""

    row: ServiceQuestionnaire
    shown: QuestionnaireVersion
    sends: QuestionnaireVersion | None


def titled_ties(*, service_id: UUID | None = None, questionnaire_id: UUID | None = None) -> list[Tied]:
    """All of them, or those of one service or of one questionnaire."""
    here = {one.row.id: one for one in overview()}
    found = []
    for row in ties():
        if service_id in (None, row.service_id) and questionnaire_id in (None, row.questionnaire_id):
            known_one = here[row.questionnaire_id]
            sends = known_one.published if known_one.row.archived_at is None else None
            found.append(Tied(row, known_one.published or known_one.shown, sends))
    return found


def tie(tie_id: UUID) -> ServiceQuestionnaire:
    found = ServiceQuestionnaire.get_or_none(ServiceQuestionnaire.id == tie_id)
    if found is None:
        raise NotFound
    return found


def tied_to(appointment_id: UUID) -> list[ServiceQuestionnaire]:
    """What goes with this appointment: one statement, nothing in most practices."""
    T, A = ServiceQuestionnaire, Appointment
    query = T.select(T).join(A, on=(A.practice == T.practice) & (A.service == T.service))
    return list(query.where(A.id == appointment_id).order_by(T.id))


def versions_in_use(
    found: Sequence[ServiceQuestionnaire],
) -> list[tuple[ServiceQuestionnaire, QuestionnaireVersion]]:
    """Each with its newest published version; what is archived or still a draft is left out."""
    here = {one.questionnaire_id: one for one in offered()}
    return [(one, here[one.questionnaire_id]) for one in found if one.questionnaire_id in here]


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

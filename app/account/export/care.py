"""What a person answered and what they did of their exercises: three categories of an export."""

from datetime import datetime
from typing import Any

from app.account.export.sheets import Sheet, sheet
from app.exercises import labels as exercise_words
from app.exercises.models import ActivityDone, CareActivity, CarePlan
from app.kernel.i18n import _
from app.kernel.owners import pick
from app.questionnaires import actions, labels
from app.questionnaires.models import QuestionnaireResponse, QuestionnaireVersion
from app.questionnaires.queries import authors_of


def questionnaires(source: Any) -> Sheet:
    """One row a question, of drafts too: what somebody typed is theirs."""
    found = sheet(
        "questionnaires", _("My questionnaires"), practice=_("Practice"), whose=_("For"), about=_("Title"),
        version=_("Version"), asked=_("Sent on"), answered=_("Answered on"), question=_("Question"), answer=_("Answer"),
        by=_("Written down by"),
    )  # fmt: skip
    R = QuestionnaireResponse
    for connected in source.connections:
        with source.at(connected) as practice:
            query = R.select(R, QuestionnaireVersion).join(QuestionnaireVersion)
            for row in query.where(R.patient == connected.patient.id).order_by(R.sent_at):
                given = actions.answers_of(row, sealer=source.sealer)
                head = (practice.name, connected.patient.name, labels.said(row.asked.title, practice).words)
                head = (*head, row.asked.number, row.sent_at, row.completed_at)
                author = authors_of([row.id]).get(row.id)
                found.rows.extend(
                    (*head, one.text.words, one.answer or None, author.member.name if author else None)
                    for one in labels.asked(row.asked, given, practice)
                )
    return found


def programmes(source: Any) -> Sheet:
    found = sheet(
        "programmes", _("My exercise programmes"), practice=_("Practice"), whose=_("For"), about=_("Title"),
        starts=_("From"), ends=_("Until"), exercise=_("Exercise"), dose=_("How much"), days=_("On which days"),
    )  # fmt: skip
    for practice, whose, row in _activities(source):
        plan = row.plan
        name = pick(row.name, source.language, practice.languages)
        found.rows.append(
            (
                practice.name, whose, plan.title, plan.starts_on, plan.ends_on or _day(plan.ended_at), name,
                exercise_words.dose(row), exercise_words.weekdays(row.weekdays),
            )
        )  # fmt: skip
    return found


def ticks(source: Any) -> Sheet:
    found = sheet(
        "exercises_done", _("Exercises I did"), practice=_("Practice"), whose=_("For"), exercise=_("Exercise"),
        day=_("Day"), felt=_("How it felt"), when=_("Ticked on"),
    )  # fmt: skip
    for practice, whose, row in _activities(source):
        name = pick(row.name, source.language, practice.languages)
        for one in ActivityDone.select().where(ActivityDone.activity == row.id).order_by(ActivityDone.day):
            felt = str(exercise_words.FEELINGS[one.feeling]) if one.feeling else None
            found.rows.append((practice.name, whose, name, one.day, felt, one.done_at))
    return found


def _activities(source: Any) -> Any:
    for connected in source.connections:
        with source.at(connected) as practice:
            query = CareActivity.select(CareActivity, CarePlan).join(CarePlan)
            mine = query.where(CarePlan.patient == connected.patient.id)
            for row in mine.order_by(CarePlan.created_at, CareActivity.position):
                yield practice, connected.patient.name, row


def _day(at: datetime | None) -> Any:
    return at.date() if at else None

"""Questionnaires, exercises and templates of a practice, from its folder and back into it."""

from datetime import datetime
from typing import Any

from app.directory.models import HealthcareService
from app.exercises import actions as exercises
from app.exercises import common
from app.exercises import queries as programmes
from app.exercises.actions import Terms
from app.exercises.models import CareActivity, CarePlan, Exercise
from app.kernel.ids import uuid7
from app.practice import folder
from app.practice.folder import PracticeFolder, Problem
from app.practice.folder import care as parts
from app.questionnaires import actions, queries
from app.questionnaires.items import Item, read
from app.questionnaires.models import ServiceQuestionnaire

BY = "operator"


def furnish(source: PracticeFolder, services: dict[str, HealthcareService], *, now: datetime) -> None:
    """In the transaction that opens the practice."""
    for one in source.questionnaires:
        made = actions.create(one.title, by=BY, now=now, questions=[_item(asked) for asked in one.questions])
        if one.intro:
            actions.reword(queries.known(made), one.title, one.intro, seen=1, by=BY, now=now)
        if not one.draft:
            here = queries.known(made)
            actions.publish_draft(here, seen=here.shown.revision, by=BY, now=now)
        for tie in one.services:
            row = queries.known(made).row
            actions.tie(services[tie.service], row, tie.months, by=BY, now=now)
    for exercise in source.exercises:
        exercises.add_exercise(
            dict(exercise.name), dict(exercise.text), by=BY, now=now, drawing=exercise.drawing
        )
    for template in source.templates:
        plan = exercises.make_plan(Terms(template.title, template.note), patient=None, by=BY, now=now)
        for position, activity in enumerate(template.activities):
            CareActivity.create(plan=plan.id, position=position, **vars(activity))


def impossible(source: PracticeFolder) -> list[Problem]:
    """Drawings nobody drew."""
    everything = [*source.exercises, *(one for plan in source.templates for one in plan.activities)]
    unknown = sorted({one.drawing for one in everything if one.drawing} - common.DRAWINGS)
    return [Problem("exercises.toml", "drawing", f"{one!r} is no drawing of Parvis") for one in unknown]


def _item(asked: folder.Question) -> Item:
    return Item(key=str(uuid7()), **{**vars(asked), "options": [dict(one) for one in asked.options]})


def written(languages: tuple[str, ...]) -> dict[str, Any]:
    """The parts of the folder: what is archived is not one of them, nor a photograph."""
    return {
        "questionnaires": _questionnaires(languages),
        "exercises": tuple(
            folder.Exercise(drawing=one.drawing, **_texts(one, languages)) for one in programmes.library()
        ),
        "templates": tuple(
            _template(plan, languages)
            for plan in CarePlan.select()
            .where(CarePlan.patient.is_null(), CarePlan.status == "active")
            .order_by(CarePlan.created_at, CarePlan.id)
        ),
    }


def _questionnaires(languages: tuple[str, ...]) -> tuple[folder.Questionnaire, ...]:
    keys = {row.id: (row.position, row.key) for row in HealthcareService.select()}
    ties: dict[Any, list[ServiceQuestionnaire]] = {}
    for row in ServiceQuestionnaire.select():
        ties.setdefault(row.questionnaire_id, []).append(row)
    found = [one for one in queries.overview() if one.row.archived_at is None]
    found.sort(key=lambda one: (one.row.created_at, one.row.id))
    return tuple(
        folder.Questionnaire(
            draft=one.published is None,
            title=parts.spoken(version.title, languages),
            intro=parts.spoken(version.intro, languages),
            questions=tuple(_question(item, languages) for item in read(version.items)),
            services=tuple(
                folder.Tie(service=keys[tie.service_id][1], months=tie.months)
                for tie in sorted(ties.get(one.row.id, ()), key=lambda tie: keys[tie.service_id])
            ),
        )
        for one in found
        for version in [one.published or one.shown]
        if parts.spoken(version.title, languages)
    )


def _question(item: Item, languages: tuple[str, ...]) -> folder.Question:
    scale = item.kind == "scale"
    return folder.Question(
        kind=item.kind,
        required=item.required,
        low=item.low if scale else 0,
        high=item.high if scale else 10,
        text=parts.spoken(item.text, languages),
        low_text=parts.spoken(item.low_text, languages) if scale else {},
        high_text=parts.spoken(item.high_text, languages) if scale else {},
        options=tuple(parts.spoken(one, languages) for one in item.options),
    )


def _template(plan: CarePlan, languages: tuple[str, ...]) -> folder.Template:
    mine = CareActivity.select().where(CareActivity.plan == plan.id, CareActivity.dropped_on.is_null())
    return folder.Template(
        title=plan.title,
        note=plan.note or None,
        activities=tuple(
            folder.Activity(
                drawing=one.drawing,
                series=one.series,
                repetitions=one.repetitions,
                seconds=one.seconds,
                weekdays=one.weekdays,
                note=one.note or None,
                **_texts(one, languages),
            )
            for one in mine.order_by(CareActivity.position)
        ),
    )


def _texts(row: Exercise | CareActivity, languages: tuple[str, ...]) -> dict[str, Any]:
    return {"name": parts.spoken(row.name, languages), "text": parts.spoken(row.text, languages)}

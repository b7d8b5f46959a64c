"""Exercise programmes: their addresses, and somebody next door who does one."""

from app.exercises.models import ActivityDone, CareActivity, CarePlan, Exercise
from tests.factories import NOW
from tests.house_rules.stranger import CANARY

DECLARED = {
    "person": """
        GET /exercises
        GET /exercises/<uuid:plan_id>
        GET /exercises/activities/<uuid:activity_id>/picture
        POST /exercises/activities/<uuid:activity_id>/done
        POST /exercises/activities/<uuid:activity_id>/undone
    """,
    "care:manage": """
        GET,POST /desk/exercises
        POST /desk/exercises/common
        GET,POST /desk/exercises/<uuid:exercise_id>
        GET /desk/exercises/<uuid:exercise_id>/picture
        POST /desk/exercises/<uuid:exercise_id>/<any(archive,return):what>
        GET,POST /desk/patients/<uuid:patient_id>/programmes
        GET,POST /desk/programmes
        GET,POST /desk/programmes/<uuid:plan_id>
        POST /desk/programmes/<uuid:plan_id>/activities
        GET,POST /desk/programmes/<uuid:plan_id>/activities/<uuid:activity_id>
        POST /desk/programmes/<uuid:plan_id>/activities/<uuid:activity_id>/<any(up,down,removal):what>
        POST /desk/programmes/<uuid:plan_id>/<any(end,copy,template):what>
        GET /desk/programmes/<uuid:plan_id>/print
    """,
}
# columns that programs read and no person wrote
NO_WORDS = {
    "activity_done.done_by",
    "care_activity.drawing",
    "care_activity.picture",
    "care_plan.created_by",
    "exercise.drawing",
    "exercise.picture",
}


def furnish(there):
    """A programme there, with one exercise that was done."""
    words = {"fr": CANARY}
    exercise = Exercise.create(name=words, text=words, created_at=NOW)
    plan = CarePlan.create(
        patient=there.patient.id,
        title=CANARY,
        note=CANARY,
        starts_on=NOW.date(),
        created_at=NOW,
        created_by=f"account:{there.staff.id}",
    )
    activity = CareActivity.create(
        plan=plan.id, position=0, name=words, text=words, note=CANARY, added_on=NOW.date()
    )
    done = {"day": NOW.date(), "done_at": NOW, "done_by": f"account:{there.person.id}"}
    ActivityDone.create(activity=activity.id, **done)
    return {"Exercise": exercise.id, "CarePlan": plan.id, "CareActivity": activity.id}

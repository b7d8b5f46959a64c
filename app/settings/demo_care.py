"""What a newcomer sees of care: a questionnaire somebody has to answer, and a programme that is under way."""

from datetime import datetime, timedelta
from uuid import UUID

from app.booking.models import Appointment
from app.directory.models import HealthcareService
from app.exercises import actions as exercises
from app.exercises import queries as programmes
from app.exercises.actions import Dose, Terms
from app.exercises.models import ActivityDone, CareActivity, CarePlan
from app.kernel import clock, outbox
from app.kernel.db import write_tx
from app.kernel.ids import uuid7
from app.kernel.owners import Practice
from app.patients.models import Connection, Patient
from app.questionnaires import actions, queries
from app.questionnaires.items import Item
from app.questionnaires.models import Questionnaire, QuestionnaireResponse
from app.questionnaires.queries import Known
from app.web.outside import services

BY = "operator"
DAYS_AGO = 16
TAKEN = ("squat", "bridge", "calf-raise", "straight-leg-raise", "one-leg-stand", "cat-cow")
DOSES = {
    "squat": Dose(series=3, repetitions=10),
    "bridge": Dose(series=3, repetitions=12),
    "one-leg-stand": Dose(series=2, seconds=30, weekdays=0b0010101, note="D'abord près d'un appui."),
}
TITLE = {"fr": "Avant la première visite", "nl": "Voor het eerste bezoek"}
TITLE |= {"de": "Vor dem ersten Besuch", "en": "Before the first visit"}
INTRO = {
    "fr": "Quelques questions pour que nous puissions bien vous accueillir.",
    "nl": "Enkele vragen, zodat we u goed kunnen ontvangen.",
    "de": "Einige Fragen, damit wir Sie gut empfangen können.",
    "en": "A few questions so that we can receive you well.",
}
PLACES = (
    {"fr": "Dos", "nl": "Rug", "de": "Rücken", "en": "Back"},
    {"fr": "Épaule", "nl": "Schouder", "de": "Schulter", "en": "Shoulder"},
    {"fr": "Genou", "nl": "Knie", "de": "Knie", "en": "Knee"},
    {"fr": "Ailleurs", "nl": "Elders", "de": "Woanders", "en": "Elsewhere"},
)
ANSWERS = ("Dr Claessens", "2026-03-01", "no")
NONE = {"fr": "aucune douleur", "nl": "geen pijn", "de": "kein Schmerz", "en": "no pain"}
WORST = {"fr": "la pire", "nl": "de ergste", "de": "der stärkste", "en": "the worst"}


def _item(kind: str, fr: str, nl: str, de: str, en: str, **more: object) -> Item:
    return Item(
        key=str(uuid7()),
        kind=kind,
        text={"fr": fr.replace(" ?", "\u00a0?"), "nl": nl, "de": de, "en": en},
        **more,
    )  # type: ignore[arg-type]


def _questions() -> list[Item]:
    return [
        _item("short", "Qui est votre médecin traitant ?", "Wie is uw huisarts?", "Wer ist Ihr Hausarzt?",
              "Who is your general practitioner?", required=True),
        _item("several", "Où avez-vous mal ?", "Waar hebt u pijn?", "Wo haben Sie Schmerzen?",
              "Where does it hurt?", options=list(PLACES)),
        _item("scale", "Quelle est votre douleur aujourd'hui ?", "Hoe erg is de pijn vandaag?",
              "Wie stark ist der Schmerz heute?", "How strong is the pain today?",
              low=0, high=10, low_text=NONE, high_text=WORST, required=True),
        _item("date", "Depuis quand ?", "Sinds wanneer?", "Seit wann?", "Since when?"),
        _item("yes-no", "Avez-vous déjà été opéré ?", "Bent u al geopereerd?", "Wurden Sie schon operiert?",
              "Have you had surgery before?"),
        _item("long", "Que voulez-vous encore nous dire ?", "Wat wilt u ons nog zeggen?",
              "Was möchten Sie uns noch sagen?", "What else would you like to tell us?"),
    ]  # fmt: skip


def care(practice: Practice, email: str, *, now: datetime) -> None:
    """For the demo patient of this mail address; what is there already stays."""
    tied = Connection.select(Connection, Patient).join(Patient).where(Patient.email == email).first()
    if tied is None:
        return
    with write_tx():
        if not Questionnaire.select().exists():
            _ask(tied.patient, now=now)
        if not CarePlan.select().exists():
            _exercise(practice, tied.patient, now=now)


def answered(*, now: datetime) -> None:
    """Where no patient of the demo has an account: one who comes soon answered by the link of a mail, another has yet
    to, and the first service sends it by itself. What is there already stays."""
    if Questionnaire.select().exists():
        return
    coming = Appointment.select(Appointment, Patient).join(Patient).where(Appointment.status == "booked")
    found = list({one.patient_id: one.patient for one in coming.order_by(Appointment.starts)}.values())[:2]
    with write_tx():
        known = _published(_questions()[:1] + _questions()[3:], now=now - timedelta(days=20))
        for patient in found:
            sent = _sent(known, patient, now=now - timedelta(days=2))
            if sent is not None and patient == found[0]:
                row = queries.of_patient_one(patient.id, sent)
                answers = dict(zip((one.key for one in known.items), ANSWERS, strict=False))
                by, then = "guest", now - timedelta(days=1)
                actions.submit(row, answers, by=by, sealer=services().sealer, now=then)
        first = HealthcareService.select().order_by(HealthcareService.position).first()
        actions.tie(first, known.row, 12, by=BY, now=now)


def _ask(patient: Patient, *, now: datetime) -> None:
    known = _published(_questions(), now=now)
    if not QuestionnaireResponse.select().exists():
        _sent(known, patient, now=now)


def _published(questions: list[Item], *, now: datetime) -> Known:
    made = actions.create(TITLE, by=BY, now=now, questions=questions)
    actions.reword(queries.known(made), TITLE, INTRO, seen=1, by=BY, now=now)
    actions.publish_draft(queries.known(made), seen=2, by=BY, now=now)
    return queries.known(made)


def _sent(known: Known, patient: Patient, *, now: datetime) -> UUID | None:
    """Nobody gets a mail."""
    if known.published is None or not actions.can_reach(patient, now=now):
        return None
    sent = actions.send(known.published, patient, by=BY, sealer=services().sealer, now=now)
    outbox.drop(f"questionnaire:{sent.hex}")
    return sent


def _exercise(practice: Practice, patient: Patient, *, now: datetime) -> None:
    library = exercises.take_common(TAKEN, practice.languages, by=BY, now=now)
    today = clock.today(now, practice.timezone)
    terms = Terms(
        "Genou : premières semaines",
        "Arrêtez si la douleur augmente, et dites-le-nous.",
        today - timedelta(days=DAYS_AGO),
        today + timedelta(days=40),
    )
    plan = exercises.make_plan(terms, patient=patient, by=BY, now=now)
    for one in library:
        if one.drawing in DOSES:
            found = programmes.programme(plan.id, practice, now=now)
            exercises.add_activity(found, one, by=BY, now=now, dose=DOSES[one.drawing])
    found = programmes.programme(plan.id, practice, now=now)
    for activity in found.activities:
        mine = CareActivity.id == activity.id
        CareActivity.update(added_on=terms.starts_on).where(mine).execute()
        for back in range(1, DAYS_AGO + 1):
            day = today - timedelta(days=back)
            if activity.weekdays >> day.weekday() & 1 and back % 4:
                felt = "hard" if back > 10 else "right" if back % 2 else None
                then = now - timedelta(days=back)
                ActivityDone.create(activity=activity.id, day=day, feeling=felt, done_at=then, done_by=BY)

"""Questionnaires: their addresses, and one that somebody next door answers."""

from datetime import timedelta

from app.kernel.ids import uuid7
from app.kernel.sealing import hashed
from app.questionnaires.items import Item
from app.questionnaires.models import (
    Questionnaire,
    QuestionnaireAuthor,
    QuestionnaireResponse,
    QuestionnaireVersion,
    ServiceQuestionnaire,
)
from tests.factories import NOW
from tests.house_rules.stranger import CANARY, MAIL
from tests.people import SEALER

DECLARED = {
    "public at practice": """
        GET,POST /questionnaires/link/<token>
        POST /questionnaires/link/<token>/draft
    """,
    "person": """
        GET /questionnaires
        GET,POST /questionnaires/<uuid:response_id>
        POST /questionnaires/<uuid:response_id>/draft
    """,
    "booking:manage": """
        GET,POST /desk/requests/<uuid:appointment_id>/questionnaire
    """,
    "questionnaires:send": """
        GET,POST /desk/patients/<uuid:patient_id>/questionnaires
        POST /desk/patients/<uuid:patient_id>/questionnaires/<uuid:response_id>/withdrawal
        GET,POST /desk/patients/<uuid:patient_id>/questionnaires/together/<uuid:version_id>
    """,
    "settings:manage": """
        GET,POST /settings/questionnaires
        POST /settings/questionnaires/<uuid:tie_id>/removal
    """,
    "care:manage": """
        GET,POST /desk/questionnaires
        GET,POST /desk/questionnaires/<uuid:questionnaire_id>
        GET /desk/questionnaires/<uuid:questionnaire_id>/preview
        GET /desk/questionnaires/<uuid:questionnaire_id>/questions/new
        POST /desk/questionnaires/<uuid:questionnaire_id>/questions
        GET,POST /desk/questionnaires/<uuid:questionnaire_id>/questions/<uuid:item_id>
        POST /desk/questionnaires/<uuid:questionnaire_id>/questions/<uuid:item_id>/<any(up,down,removal):what>
        POST /desk/questionnaires/<uuid:questionnaire_id>/<any(publication,draft,archive,return):what>
        GET /desk/patients/<uuid:patient_id>/questionnaires/<uuid:response_id>
    """,
}
# a published version cannot be painted over: its words are the canary's from the beginning
NO_WORDS = {
    "questionnaire.created_by",
    "questionnaire_response.completed_by",
    "questionnaire_response.sent_by",
    "questionnaire_version.intro",
    "questionnaire_version.items",
    "questionnaire_version.published_by",
    "questionnaire_version.title",
}


def furnish(there):
    """One that is published and waits for an answer, with a link of its own."""
    by = f"account:{there.staff.id}"
    made = Questionnaire.create(created_at=NOW, created_by=by)
    asked = Item(key=str(uuid7()), kind="short", text={"fr": CANARY})
    version = QuestionnaireVersion.create(
        questionnaire=made.id,
        number=1,
        title={"fr": CANARY},
        intro={"fr": CANARY},
        items=[asked.stored()],
        published_at=NOW,
        published_by=by,
    )
    response_id = uuid7()
    token = SEALER.link_token("questionnaire", response_id.hex)
    there.tokens["questionnaire"] = token
    QuestionnaireResponse.create(
        id=response_id,
        asked=version.id,
        patient=there.patient.id,
        appointment=there.ids["Appointment"],
        contact_email=MAIL,
        language="fr",
        token_hash=hashed(token),
        expires_at=NOW + timedelta(days=30),
        sent_at=NOW,
        sent_by=by,
    )
    QuestionnaireAuthor.create(response=response_id, member=there.ids["Member"], way="counter")
    tied = ServiceQuestionnaire.create(service=there.ids["HealthcareService"], questionnaire=made.id)
    return {
        "ServiceQuestionnaire": tied.id,
        "Questionnaire": made.id,
        "QuestionnaireVersion": version.id,
        "QuestionnaireResponse": response_id,
        "QuestionnaireItem": asked.key,
    }

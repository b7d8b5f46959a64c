"""What is asked, version by version, and who was asked and answered (FHIR Questionnaire, QuestionnaireResponse)."""

import peewee as pw

from app.booking.models import Appointment, one_of
from app.directory.models import HealthcareService
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import InstantField, JSONText
from app.patients.models import Patient
from app.staff.models import Member

STATES = ("in-progress", "completed", "stopped")  # codes of FHIR QuestionnaireResponse.status
WAYS = ("counter", "telephone")


class Questionnaire(TenantModel):
    """One questionnaire through all its versions."""

    created_at = InstantField()
    created_by = pw.CharField(80)
    archived_at = InstantField(null=True)  # no longer offered; what was sent stays

    class Meta:
        table_name = "questionnaire"
        indexes = (*OWN_KEY,)


class QuestionnaireVersion(TenantModel):
    """What is asked. The one not published is the draft; a published one never changes: a trigger sees to it."""

    questionnaire = pw.ForeignKeyField(Questionnaire, backref="versions", index=False, on_delete="CASCADE")
    number = pw.SmallIntegerField()
    title = JSONText(default=dict)  # a text per language
    intro = JSONText(default=dict)
    items = JSONText(default=list)  # as questionnaires.items writes them
    revision = pw.IntegerField(default=1)  # of the draft: two windows never undo each other
    published_at = InstantField(null=True)
    published_by = pw.CharField(80, null=True)

    class Meta:
        table_name = "questionnaire_version"
        indexes = (*OWN_KEY, (("practice", "questionnaire", "number"), True))
        constraints = [
            same_practice("questionnaire", "questionnaire_id", on_delete="CASCADE"),
            pw.Check("(published_at IS NULL) = (published_by IS NULL)"),
        ]


class QuestionnaireResponse(TenantModel):
    """One version, asked of one patient. Answers are health data: sealed, the draft as well as what was sent."""

    asked = pw.ForeignKeyField(QuestionnaireVersion, index=False, backref="+", on_delete="RESTRICT")
    patient = pw.ForeignKeyField(Patient, index=False, backref="+", on_delete="RESTRICT")
    appointment = pw.ForeignKeyField(Appointment, null=True, index=False, backref="+", on_delete="CASCADE")
    status = pw.CharField(11, default="in-progress", constraints=[one_of("status", STATES)])
    contact_email = pw.CharField(254, null=True)  # of somebody without an account: where the link went
    language = pw.CharField(2)
    token_hash = pw.CharField(64, null=True, unique=True)
    expires_at = InstantField(null=True)  # of the link
    answers_sealed = pw.BlobField(null=True)
    saved_at = InstantField(null=True)  # when the draft was last kept
    sent_at = InstantField()
    sent_by = pw.CharField(80)
    completed_at = InstantField(null=True)
    completed_by = pw.CharField(80, null=True)
    read_at = InstantField(null=True)  # by whoever of the practice opened the answers first
    stopped_at = InstantField(null=True)

    class Meta:
        table_name = "questionnaire_response"
        indexes = (
            *OWN_KEY,
            (("practice", "patient", "sent_at"), False),
            (("practice", "status", "read_at"), False),
            (("appointment",), False),
        )
        constraints = [
            same_practice("questionnaire_version", "asked_id"),
            same_practice("patient", "patient_id"),
            same_practice("appointment", "appointment_id", on_delete="CASCADE"),
            pw.Check("(status = 'completed') = (completed_at IS NOT NULL)"),
            pw.Check("(completed_at IS NULL) = (completed_by IS NULL)"),
            pw.Check("(status = 'stopped') = (stopped_at IS NOT NULL)"),
            pw.Check("status <> 'completed' OR answers_sealed IS NOT NULL"),
            pw.Check("(token_hash IS NULL) = (contact_email IS NULL)"),
            pw.Check("(token_hash IS NULL) = (expires_at IS NULL)"),
        ]


class QuestionnaireAuthor(TenantModel):
    """Who of the practice wrote the answers down while the patient said them (FHIR QuestionnaireResponse.author)."""

    response = pw.ForeignKeyField(
        QuestionnaireResponse, unique=True, index=False, backref="+", on_delete="CASCADE"
    )
    member = pw.ForeignKeyField(Member, index=False, backref="+", on_delete="RESTRICT")
    way = pw.CharField(9, constraints=[one_of("way", WAYS)])

    class Meta:
        table_name = "questionnaire_author"
        indexes = (*OWN_KEY,)
        constraints = [
            same_practice("questionnaire_response", "response_id", on_delete="CASCADE"),
            same_practice("member", "member_id"),
        ]


class ServiceQuestionnaire(TenantModel):
    """A questionnaire that is sent by itself when somebody books or asks for this service.

    Each version is asked of a person once; `months` after it was answered it is asked again, NULL never.
    """

    service = pw.ForeignKeyField(HealthcareService, index=False, backref="+", on_delete="CASCADE")
    questionnaire = pw.ForeignKeyField(Questionnaire, index=False, backref="+", on_delete="CASCADE")
    months = pw.SmallIntegerField(null=True, constraints=[pw.Check("months BETWEEN 0 AND 36")])

    class Meta:
        table_name = "service_questionnaire"
        indexes = (*OWN_KEY, (("practice", "service", "questionnaire"), True))
        constraints = [
            same_practice("healthcare_service", "service_id", on_delete="CASCADE"),
            same_practice("questionnaire", "questionnaire_id", on_delete="CASCADE"),
        ]

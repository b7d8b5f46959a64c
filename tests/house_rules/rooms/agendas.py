"""Sites, practitioners, services and agendas in the settings: their addresses."""

from app.directory.models import PractitionerMember

DECLARED = {
    "settings:manage": """
        GET,POST /settings/hours/new
        POST /settings/hours/<uuid:schedule_id>/end
        POST /settings/hours/<uuid:schedule_id>/order
        POST /settings/hours/<uuid:schedule_id>/resumption
        GET,POST /settings/hours/<uuid:schedule_id>/services
        GET /settings/practitioners
        GET,POST /settings/practitioners/<uuid:practitioner_id>
        POST /settings/practitioners/<uuid:practitioner_id>/end
        POST /settings/practitioners/<uuid:practitioner_id>/order
        POST /settings/practitioners/<uuid:practitioner_id>/resumption
        GET,POST /settings/practitioners/new
        POST /settings/services/<uuid:service_id>/order
        POST /settings/services/<uuid:service_id>/retirement
        POST /settings/services/<uuid:service_id>/return
        GET,POST /settings/services/new
        GET /settings/sites
        GET,POST /settings/sites/<uuid:location_id>
        POST /settings/sites/<uuid:location_id>/end
        POST /settings/sites/<uuid:location_id>/order
        POST /settings/sites/<uuid:location_id>/resumption
        GET,POST /settings/sites/new
    """,
}
# a colour's name
NO_WORDS = {"healthcare_service.color"}


def furnish(there):
    """A member of theirs who is their practitioner."""
    made = PractitionerMember.create(practitioner=there.ids["Practitioner"], member=there.ids["Member"])
    return {"PractitionerMember": made.id}

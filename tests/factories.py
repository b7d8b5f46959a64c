"""People and appointments with sane defaults, made in the open practice: keyword-only, nothing random."""

from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from app.booking.models import Appointment
from app.directory.models import HealthcareService, Schedule
from app.patients.actions import Person
from app.patients.models import Patient
from app.patients.words import letters_of

NISS = "85073099437"  # fictitious, valid checksum
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
_numbers = count(1)


def make_person(
    *, given_name="Alice", family_name="Dupont", email="alice@example.be", language="fr", niss=NISS, **more
):
    return Person(
        given_name=given_name, family_name=family_name, email=email, language=language, niss=niss, **more
    )


def make_patient(*, given_name="Alice", family_name="Dupont", **more):
    return Patient.create(
        given_name=given_name,
        family_name=family_name,
        identity_key=f"made-{next(_numbers)}",
        created_at=NOW,
        seen_at=NOW,
        letters=letters_of(given_name, family_name, more.get("email")),
        **more,
    )


def make_appointment(_practice=None, *, like=None, starts=29_925_000, ends=None, **more):
    """A row as it stands in the table, without passing by the booking; `like` copies whose timeline it is on."""
    if like is not None:
        whose = {
            name: like.__data__[name]
            for name in ("patient", "practitioner", "schedule", "service", "location")
        }
    else:
        schedule = Schedule.select().order_by(Schedule.position).first()
        whose = {
            "patient": more.pop("patient", None) or make_patient(),
            "practitioner": schedule.practitioner_id,
            "schedule": schedule.id,
            "service": HealthcareService.select().order_by(HealthcareService.position).first(),
            "location": schedule.location_id,
        }
    values = {
        "starts": starts,
        "ends": ends or starts + 30,
        "session_key": uuid4(),
        "idempotency_key": uuid4(),
        "language": "fr",
        "cancel_until": starts - 1440,
        "created_at": NOW,
        "contact_email": "alice@example.be",
    }
    return Appointment.create(**whose, **{**values, **more})

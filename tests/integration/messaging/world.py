"""A patient of Lavande with an account, and appointments at hours of the wall."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.identity.models import PersonalDetails
from app.kernel.clock import to_minutes
from app.kernel.db import connection
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import connect
from tests.delivery import deliver_for, emptied
from tests.factories import make_appointment, make_patient
from tests.people import NOW

BRUSSELS = ZoneInfo("Europe/Brussels")


def wall(text):
    """The instant of «2026-11-24 14:30» at Lavande."""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


def go(clock, text):
    clock.at = wall(text).astimezone(clock.at.tzinfo)


def visit(practice, when, *, patient=None, **more):
    """An appointment at that hour, made long before."""
    more.setdefault("created_at", datetime(2026, 1, 1, tzinfo=NOW.tzinfo))
    with practice_context(practice):
        return make_appointment(
            starts=to_minutes(wall(when)), **({"patient": patient.id} if patient else {}), **more
        )


def tie(account, practice, *, dependant=None, patient=None, **more):
    """Their file at this practice, connected."""
    with connection(), practice_context(practice):
        patient = patient or make_patient(**more)
        connect(account, patient.id, now=NOW, dependant=dependant)
    return patient


def wish(account, **wishes):
    with connection(), account_context(account):
        PersonalDetails.update(wishes).execute()


def sms_of(app, services):
    """What leaves by SMS now, once."""
    deliver_for(app)
    return emptied(services.sms.messages)

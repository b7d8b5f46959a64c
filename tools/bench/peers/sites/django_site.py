"""A site of django-appointment with workload W: `python django_site.py furnish` fills it, `django_site:app` serves it.

Runs in an environment of its own and imports nothing of the portal. It is given every advantage: connections kept,
WAL, no CSRF check, no mail, no log, clients already signed in (a guest would have to type a code from a mail first).
"""

import json
import logging
import os
import sys
from datetime import date, datetime, time, timedelta

import django
from django.conf import settings
from django.urls import include, path

logging.disable(logging.WARNING)
settings.configure(
    SECRET_KEY="bench" * 10,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="django_site",
    USE_TZ=True,
    TIME_ZONE="Europe/Brussels",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "phonenumber_field",
        "appointment",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
            },
        }
    },
)
django.setup()
urlpatterns = [path("", include("appointment.urls"))]


def furnish():
    """Reads {"clients": n, "closed": day, "booked": [[day, "HH:MM"], …]}; prints staff, service and session keys."""
    from appointment.models import (
        Appointment,
        AppointmentRequest,
        Config,
        DayOff,
        Service,
        StaffMember,
        WorkingHours,
    )
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    asked = json.load(sys.stdin)
    people = get_user_model().objects
    Config.objects.create(slot_duration=30, lead_time=time(8), finish_time=time(18), website_name="Peer")
    service = Service.objects.create(name="Care", duration=timedelta(minutes=30), price=30)
    staff = StaffMember.objects.create(
        user=people.create_user("staff", "staff@example.be"),
        slot_duration=15,
        lead_time=time(8),
        finish_time=time(18),
    )
    staff.services_offered.add(service)
    for weekday in range(1, 6):
        WorkingHours.objects.create(
            staff_member=staff, day_of_week=weekday, start_time=time(8), end_time=time(18)
        )
    closed = date.fromisoformat(asked["closed"])
    DayOff.objects.create(staff_member=staff, start_date=closed, end_date=closed)
    clients = [
        people.create_user(f"client{n}", f"client{n}@example.be", first_name="Anne", last_name="Dubois")
        for n in range(asked["clients"])
    ]
    for day, start in asked["booked"]:
        begins = datetime.combine(date.fromisoformat(day), time.fromisoformat(start))
        request = AppointmentRequest.objects.create(
            date=begins.date(),
            start_time=begins.time(),
            end_time=(begins + timedelta(minutes=30)).time(),
            service=service,
            staff_member=staff,
        )
        Appointment.objects.create(client=clients[0], appointment_request=request, phone="+32470123456")
    sessions = []
    for client in clients:
        session = SessionStore()
        session[SESSION_KEY] = str(client.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = client.get_session_auth_hash()
        session.create()
        sessions.append(session.session_key)
    json.dump({"staff": staff.pk, "service": service.pk, "sessions": sessions}, sys.stdout)


if __name__ == "__main__":
    sys.modules["django_site"] = sys.modules["__main__"]
    furnish()
else:
    from django.core.wsgi import get_wsgi_application

    app = get_wsgi_application()

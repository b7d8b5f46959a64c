"""Who reads health values: which member reads what patients share with which practitioner."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from app.kernel import clock
from app.record import readers
from app.web.access import desk
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("settings_health_readers", __name__)


@bp.get("/settings/health-readers")
@desk("staff:manage")
def page() -> str:
    today = clock.today(services().clock.now(), g.practice.timezone)
    return render_template(
        "settings/health_readers.html",
        members=readers.candidates(today=today),
        practitioners=readers.practitioners(),
        pairs=readers.pairs(),
        saved="saved" in request.args,
    )


@bp.post("/settings/health-readers")
@desk("staff:manage")
def save() -> Any:
    BaseForm()  # content type and single values
    now = services().clock.now()
    today = clock.today(now, g.practice.timezone)
    wanted = [
        (member.id, practitioner.id)
        for member in readers.candidates(today=today)
        for practitioner in readers.practitioners()
        if f"{member.id}:{practitioner.id}" in request.form
    ]
    readers.change(wanted, today=today, by=g.person.actor, now=now)
    return go(url_for(".page", saved=""))

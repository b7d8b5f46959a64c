"""A copy of my data: asking, watching it being made, fetching it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, url_for
from wtforms import BooleanField

from app.account.export import jobs
from app.kernel import clock
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.web import limits
from app.web.access import fresh, person, quiet
from app.web.forms import BaseForm
from app.web.htmx import wants_fragment
from app.web.outside import services

bp = Blueprint("export", __name__)


class ExportForm(BaseForm):
    with_number = BooleanField(_l("With my national number in full"))


@bp.get("/account/export")
@fresh
@person
def overview() -> str:
    return render_template(
        "account/export.html", form=ExportForm(), jobs=jobs.recent(), now=services().clock.now()
    )


@bp.post("/account/export")
@fresh
@person
def ask() -> Any:
    form, now = ExportForm(), services().clock.now()
    limits.hit("export", account=g.person.account.id)
    job = jobs.ask(g.person.account, language=language(), with_number=bool(form.with_number.data), now=now)
    return redirect(url_for("export.watch", job_id=job.id), 303)


@bp.get("/account/export/<uuid:job_id>")
@person
def watch(job_id: UUID) -> str:
    return _shown(job_id)


@bp.get("/account/export/<uuid:job_id>/progress")
@quiet
@person
def progress(job_id: UUID) -> str:
    """What the page asks for every second: it keeps no session alive."""
    return _shown(job_id)


def _shown(job_id: UUID) -> str:
    template = "account/_export_job.html" if wants_fragment() else "account/export_job.html"
    return render_template(template, job=jobs.of_person(job_id), now=services().clock.now())


@bp.get("/account/export/<uuid:job_id>/file")
@fresh
@person
def file(job_id: UUID) -> Response:
    now = services().clock.now()
    made = jobs.fetch(job_id, sealer=services().sealer, now=now)
    name = f"parvis-{clock.today(now, 'Europe/Brussels').isoformat()}.zip"
    return Response(
        made,
        mimetype="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )

"""«Import a file»: choosing it, watching it being read, and what it brought."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, url_for

from app.record import whose
from app.record.imports import arrivals, pieces, words
from app.record.imports.forms import MOST, ImportForm
from app.web import limits
from app.web.access import checks_its_token, person, quiet, takes_large_file
from app.web.door import go
from app.web.forms import BaseForm
from app.web.htmx import wants_fragment
from app.web.outside import services

bp = Blueprint("health_import", __name__)
HERE = "/me/health/import"


@bp.get(HERE)
@person
def choose() -> str:
    return _page(ImportForm(formdata=None))


@bp.post(HERE)
@checks_its_token
@takes_large_file
@person
def send() -> Any:
    form, subject = ImportForm(), whose.of(g.person)
    limits.hit("import", account=subject.account)
    if not form.validate():
        return _page(form), 422
    job = arrivals.take(
        subject, form.content, kind=form.chosen(), attempt=form.attempt_sent, now=services().clock.now()
    )
    return go(url_for(".watch", job_id=job.id))


@bp.get(f"{HERE}/<uuid:job_id>")
@person
def watch(job_id: UUID) -> str:
    return _shown(job_id)


@bp.get(f"{HERE}/<uuid:job_id>/progress")
@quiet
@person
def progress(job_id: UUID) -> str:
    """What the page asks for every second: it keeps no session alive."""
    return _shown(job_id)


@bp.post(f"{HERE}/<uuid:job_id>/abandonment")
@person
def give_up(job_id: UUID) -> Any:
    BaseForm()  # content type and single values
    if arrivals.give_up(whose.of(g.person), job_id, now=services().clock.now()):
        return go(url_for(".choose"))
    return go(url_for(".watch", job_id=job_id))  # it was whole already


def _shown(job_id: UUID) -> str:
    subject = whose.of(g.person)
    job = arrivals.of_person(subject, job_id)
    template = "record/_import.html" if wants_fragment() else "record/import_job.html"
    return render_template(template, job=job, subject=subject, told=words.told(job))


def _page(form: ImportForm) -> str:
    subject = whose.of(g.person)
    return render_template(
        "record/import.html",
        form=form,
        subject=subject,
        earlier=[(job, words.told(job)) for job in arrivals.recent(subject)],
        most=MOST,
        most_in_pieces=pieces.MOST_BYTES // 1024**3,
    )

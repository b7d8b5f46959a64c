"""A large file as a script of ours sends it, piece by piece; what it is told is JSON: where to go on, or a sentence."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request, url_for

from app.kernel.errors import Refusal, TooMany
from app.record import whose
from app.record.imports import arrivals
from app.record.imports.arrivals import ElsewhereNow
from app.record.imports.forms import BeginForm
from app.record.models import ImportJob
from app.web import limits
from app.web.access import checks_its_token, person, takes_piece
from app.web.outside import services

bp = Blueprint("health_pieces", __name__)


@bp.post("/me/health/import/begin")
@checks_its_token
@person
def begin() -> Any:
    form, subject = BeginForm(), whose.of(g.person)
    if not form.validate():
        return jsonify(sentence=form.problems()[0][1]), 422
    try:
        limits.hit("import", account=subject.account)
        job = arrivals.begin(
            subject,
            size=form.bytes(),
            kind=form.chosen(),
            attempt=form.attempt_sent,
            now=services().clock.now(),
        )
    except (Refusal, TooMany) as no:
        return _said(no)
    return _told(job)


@bp.post("/me/health/import/<uuid:job_id>/pieces/<int:at>")
@takes_piece
@person
def add(job_id: UUID, at: int) -> Any:
    """Again and again the same is harmless: the answer says where the next piece is wanted."""
    subject = whose.of(g.person)
    limits.hit("import-piece", account=subject.account)
    try:
        job = arrivals.add(subject, job_id, request.get_data(cache=False), at=at, now=services().clock.now())
    except ElsewhereNow as other:
        return _told(other.job), 409
    except Refusal as no:
        return _said(no)
    return _told(job)


def _told(job: ImportJob) -> Response:
    """`position`: where the next piece begins; `go`: where to look once all of it is here."""
    page = url_for("health_import.watch", job_id=job.id)
    going = job.state == "arriving"
    return jsonify(page=page, position=job.position if going else job.size, go=None if going else page)


def _said(no: Refusal | TooMany) -> tuple[Response, int]:
    return jsonify(sentence=no.sentence()), no.status if isinstance(no, Refusal) else 429

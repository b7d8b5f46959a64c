"""At the desk: the card of whoever stands there, read without a PIN, beside the file it belongs to."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.eid import actions, labels, owners, pages, queries
from app.eid import pairing as pairings
from app.eid.actions.desk import difference, learnt_from
from app.eid.card_files import language_of
from app.eid.forms import FileForm, StartForm, TakeForm
from app.eid.models import CardPairing
from app.eid.proofs import CardRead
from app.kernel.errors import Refusal
from app.patients import actions as patients
from app.patients.models import Patient
from app.patients.queries import patient
from app.web import limits
from app.web.access import checks_its_token, desk, quiet
from app.web.door import go
from app.web.outside import services

bp = Blueprint("desk_card", __name__)
HERE = "/desk/card"


@bp.get("/desk/card")
@desk("patients:manage")
def page() -> Any:
    return _page()


@bp.post("/desk/card")
@desk("patients:manage")
def start() -> Any:
    """With the agent this session is paired with already; or a code for one."""
    form = StartForm()
    limits.hit("desk-card", account=g.staff.account_id)
    known = None
    if not form.again.data:
        known = pairings.start_next(
            owner=_owner(),
            host=request.host.lower(),
            sealer=services().sealer,
            now=services().clock.now(),
        )
    if known is None:
        pages.start("desk", _owner())
    return go(HERE)


@bp.get("/desk/card/progress")
@quiet
@desk("patients:manage")
def progress() -> Any:
    return pages.progress("desk", owners.signed_in())


@bp.post("/desk/card/cancellation")
@desk("patients:manage")
def cancel() -> Any:
    StartForm()
    pairings.cancel(_owner(), sealer=services().sealer)
    return go("/desk/patients")


@bp.post("/desk/card/patients")
@checks_its_token
@desk("patients:manage")
def create() -> Any:
    form, pairing = FileForm(), pages.current("desk", owners.signed_in())
    if not form.validate():
        return _page(creating=form), 422
    if pairing is None or form.pairing.data != str(pairing.id):
        return _page(elsewhere=True), 409
    try:
        made = actions.create_file(
            pairing,
            email=form.email.data or None,
            phone=form.phone.data or None,
            language=form.language.data,
            by=g.person.actor,
            sealer=services().sealer,
            now=services().clock.now(),
        )
    except Refusal as no:
        return _page(refusal=no), no.status
    _journal([made.patient_id])
    return go(f"/desk/patients/{made.patient_id}?done={'card' if made.proven else 'declared'}")


@bp.post("/desk/card/patients/<uuid:patient_id>")
@desk("patients:manage")
def mark(patient_id: UUID) -> Any:
    file, form, pairing = patient(patient_id), TakeForm(), pages.current("desk", owners.signed_in())
    if pairing is None or form.pairing.data != str(pairing.id):
        return _page(elsewhere=True), 409
    try:
        came = actions.mark_file(
            file,
            pairing,
            by=g.person.actor,
            sealer=services().sealer,
            now=services().clock.now(),
            wanted=form.wanted(),
        )
    except Refusal as no:
        return _page(refusal=no), no.status
    _journal([file])
    done = "declared" if not came.proven else "card-differs" if came.differs else "card"
    return go(f"/desk/patients/{file.id}?done={done}")


@bp.get("/desk/card/conflicts")
@desk("patients:manage")
def conflicts() -> Any:
    found = queries.open_conflicts()
    files = [one.patient for one in found if one.patient_id]
    patients.journal_look(
        files, member=g.staff, what="search", why="card", now=services().clock.now(), target="card:conflicts"
    )
    return render_template("eid/conflicts.html", found=found, words=labels.CONFLICTS)


@bp.post("/desk/card/conflicts/<uuid:conflict_id>/settled")
@desk("patients:manage")
def settle(conflict_id: UUID) -> Any:
    StartForm()
    actions.settle_conflict(conflict_id, by=g.person.actor, now=services().clock.now())
    return go("/desk/card/conflicts")


def _owner() -> pairings.Owner:
    owner = owners.signed_in()
    assert owner is not None  # the door let a member in
    return owner


def _journal(files: Any) -> None:
    patients.journal_look(files, member=g.staff, what="card", why="card", now=services().clock.now())


def _page(
    *, refusal: Refusal | None = None, creating: FileForm | None = None, elsewhere: bool = False
) -> Any:
    pairing = pages.current("desk", owners.signed_in())
    read, shown = pages.read_of(pairing), pages.shown("desk", pairing, refusal)
    shown |= {"waiting_conflicts": queries.conflict_count(), "paired": _is_paired(), "elsewhere": elsewhere}
    if read is None or pairing is None:
        return render_template("eid/desk.html", **shown)
    return render_template(
        "eid/desk_read.html", **shown, **_files(read), creating=creating or _new(pairing, read)
    )


def _is_paired() -> bool:
    return (
        pairings.desk_agent(
            _owner(), host=request.host.lower(), sealer=services().sealer, now=services().clock.now()
        )
        is not None
    )


def _files(read: CardRead) -> dict[str, Any]:
    """The files the card may belong to; whoever sees them has looked at them."""
    found = queries.candidates(read.identity, sealer=services().sealer)
    patients.journal_look(
        found.every,
        member=g.staff,
        what="search",
        why="card",
        now=services().clock.now(),
        target="card:files",
    )
    card = learnt_from(read)
    return {
        "face": pages.face(read),
        "found": found,
        "rows": {one.id: _differences(one, card) for one in found.every},
        "conflicting": [one for one in found.every if difference(one, read, sealer=services().sealer)],
    }


def _differences(file: Patient, card: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": labels.FIELDS[name], "now": getattr(file, name), "card": value}
        for name, value in card.items()
        if getattr(file, name) != value
    ]


def _new(pairing: CardPairing, read: CardRead) -> FileForm:
    form = FileForm(formdata=None)
    form.pairing.data = str(pairing.id)
    form.language.data = language_of(read.identity.nationality) or g.practice.languages[0]
    return form

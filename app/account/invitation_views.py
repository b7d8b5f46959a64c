"""A practice asks its patient to join: the link proves the mailbox it knows, and the row says everything else."""

from typing import Any

import peewee as pw
from flask import Blueprint, g, redirect, render_template, request

from app.account import texts
from app.account.join_forms import InvitedForm
from app.account.join_views import start_session
from app.identity import passwords, sign_in
from app.identity.actions import open_account
from app.kernel import audit
from app.kernel.db import write_tx
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.kernel.owners import Account
from app.patients import queries
from app.patients.actions import accept_invitation
from app.patients.models import PatientInvitation
from app.patients.refusals import AlreadyConnected, InvitationUsed
from app.web import limits
from app.web.access import checks_its_token, practice_only
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("invited", __name__)
STATUS = {"over": 410, "other": 403}


@bp.get("/join/invitation/<token>")
@practice_only
def opened(token: str) -> Any:
    found = _living(token)
    return _page(token, found, _form(found) if found else None)


@bp.post("/join/invitation/<token>")
@practice_only
@checks_its_token
def accept(token: str) -> Any:
    limits.hit("token")
    g.here = f"/join/invitation/{token}"
    found = _living(token)
    state = _state(found)
    if found is None or state in STATUS or state == "known":
        return _page(token, found, None)
    if state == "mine":
        return _connect(token, found)
    form = _form(found)
    if not form.validate():
        return _page(token, found, form, 422)
    return _join(token, found, form)


def _join(token: str, found: PatientInvitation, form: InvitedForm) -> Any:
    """Name and address come from the practice's file; what else the form may hold is not read."""
    password_hash, now = passwords.hash_of(form.password.data), services().clock.now()
    patient = found.patient
    try:
        with write_tx():
            account = open_account(
                email=found.email,
                password_hash=password_hash,
                given_name=patient.given_name,
                family_name=patient.family_name,
                language=language(),
                now=now,
            )
            accept_invitation(found, account, now=now)
            texts.accept(account, language=language(), host=request.host.lower(), now=now)
            audit.record_account(account.id, verb="account.open", at=now, detail={"by": "invitation"})
    except (pw.IntegrityError, InvitationUsed, AlreadyConnected):
        return redirect(
            f"/join/invitation/{token}", 303
        )  # somebody was quicker: the page says what is left to do
    return start_session(account, target="")


def _connect(token: str, found: PatientInvitation) -> Any:
    """For somebody who is signed in with the very address that was invited."""
    form = BaseForm()
    if not form.validate():
        return _page(token, found, form, 400)
    try:
        accept_invitation(found, sign_in.who().account, now=services().clock.now())  # type: ignore[union-attr]
    except (InvitationUsed, AlreadyConnected):
        return redirect(f"/join/invitation/{token}", 303)
    return redirect("/account/privacy?done=connected", 303)


def _living(token: str) -> PatientInvitation | None:
    try:
        return queries.invitation(token, now=services().clock.now())
    except NotFound:
        return None


def _form(found: PatientInvitation) -> InvitedForm:
    patient = found.patient
    return InvitedForm(about=[patient.given_name, patient.family_name, found.email, g.practice.name])


def _state(found: PatientInvitation | None) -> str:
    """over; new: nobody has this address; known: somebody has; mine: they are signed in; other: somebody else is."""
    if found is None:
        return "over"
    person = sign_in.who()
    email = found.email.strip().lower()
    if person is not None and person.is_open:
        return "mine" if person.account.email == email else "other"
    return "known" if Account.select().where(Account.email == email).exists() else "new"


def _page(token: str, found: PatientInvitation | None, form: Any, status: int = 200) -> Any:
    state = _state(found)
    page = render_template(
        "account/invitation.html", token=token, invitation=found, state=state, form=form, who=sign_in.who()
    )
    return page, status if status != 200 else STATUS.get(state, 200)

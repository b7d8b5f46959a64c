"""Saying yes to a practice that asks somebody to work there: proves the mailbox, and takes nothing from the form
about who, where or as what."""

from typing import Any

import peewee as pw
from flask import Blueprint, g, redirect, render_template, request
from wtforms import BooleanField, PasswordField, ValidationError
from wtforms.validators import DataRequired

from app.account import texts
from app.identity import actions, door, factors, password_rules, passwords, sessions, sign_in
from app.identity.models import STRONG
from app.kernel import audit, clock
from app.kernel.db import write_tx
from app.kernel.i18n import language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.staff import invitations, queries
from app.staff.labels import roles_in_words
from app.staff.models import Invitation
from app.staff.refusals import AlreadyMember, InvitationOver
from app.web.access import checks_its_token, practice_only
from app.web.fields import first_name, last_name
from app.web.forms import BaseForm
from app.web.limits import limited
from app.web.outside import services

bp = Blueprint("accept_staff", __name__)
STATUS = {"unknown": 404, "used": 410, "withdrawn": 410, "expired": 410, "open": 200}


class AcceptForm(BaseForm):
    """Of somebody who has no account yet. Their address is the one that was invited."""

    given_name = first_name(_l("Enter your first name."))
    family_name = last_name(_l("Enter your last name."))
    password = PasswordField(_l("Password"), validators=[DataRequired(_l("Choose a password."))])
    accept = BooleanField(_l("I accept the conditions of Parvis and have read its privacy statement."))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def validate_password(self, field: Any) -> None:
        about = (self.email, self.given_name.data or "", self.family_name.data or "", g.practice.name)
        wrong = [] if field.errors else password_rules.problems(field.data, staff=True, about=about)
        if wrong:
            raise ValidationError(" ".join(wrong))

    def validate_accept(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(str(_l("Accept the conditions of Parvis to have an account.")))


@bp.get("/team/<token>")
@practice_only
def invitation(token: str) -> Any:
    found, state, _now = _found(token)
    if found is None or state != "open":
        return _page(token, found, state)
    form = AcceptForm(email=found.email, given_name=found.given_name, family_name=found.family_name)
    return _page(token, found, state, form=form)


@bp.post("/team/<token>")
@limited("token")
@checks_its_token
@practice_only
def accept(token: str) -> Any:
    found, state, now = _found(token)
    if found is None or state != "open":
        return _page(token, found, state)
    g.here = f"/team/{token}"
    viewer, known = _viewer(), queries.account_of(found.email)
    if known is None and viewer is None:
        return _open_account(token, found, now)
    if viewer is None or known is None or viewer.account.id != known.id:
        return _page(token, found, state, status=403)
    if not BaseForm().validate():
        return _page(token, found, state, status=400)
    if not viewer.is_fresh(now):
        door.send("step_up.form")
    return _join(token, found, known, viewer.session.method, now)


def _open_account(token: str, found: Invitation, now: Any) -> Any:
    form = AcceptForm(email=found.email)
    if not form.validate():
        return _page(token, found, "open", form=form, status=422)
    password_hash = passwords.hash_of(form.password.data)  # slow on purpose, so before the lock
    try:
        with write_tx():
            account = actions.open_account(
                email=found.email,
                password_hash=password_hash,
                given_name=form.given_name.data,
                family_name=form.family_name.data,
                language=language(),
                now=now,
            )
            audit.record_account(account.id, verb="account.open", at=now)
            texts.accept(account, language=language(), host=request.host.lower(), now=now)
            invitations.accept(g.practice, found, account, now=now)
    except (pw.IntegrityError, InvitationOver):
        return redirect(f"/team/{token}", 303)  # somebody was quicker: the page says what is left to do
    return _go_on(account, "setup", "", now)


def _join(token: str, found: Invitation, account: Account, method: str, now: Any) -> Any:
    """The old sessions were a patient's: from here on this person signs in as somebody who works at a practice."""
    try:
        invitations.accept(g.practice, found, account, now=now)
    except (AlreadyMember, InvitationOver):
        return redirect(f"/team/{token}", 303)
    sessions.end_all(account.id)
    strong = any(factor.kind in STRONG for factor in factors.of(account.id))
    if strong and method not in STRONG:
        return _go_on(account, "second", "", now)
    return _go_on(account, "open", method, now)  # without a strong one the desk asks for it


def _go_on(account: Account, stage: str, method: str, now: Any) -> Any:
    target = {
        "open": "/desk/day",
        "second": "/sign-in/second?next=/desk/day",
        "setup": "/set-up?next=/desk/day",
    }
    _, cookie = sessions.start(
        account,
        host=request.host.lower(),
        stage=stage,
        staff=True,
        method=method,
        seen=sign_in.seen(),
        now=now,
    )
    return sign_in.set_cookie(redirect(target[stage], 303), cookie)  # type: ignore[arg-type]


def _found(token: str) -> tuple[Invitation | None, str, Any]:
    now = services().clock.now()
    found = queries.invitation_of(token)
    if found is None:
        return None, "unknown", now
    return found, queries.state_of(found, now=now, today=clock.today(now, g.practice.timezone)), now


def _viewer() -> Any:
    viewer = sign_in.who()
    return viewer if viewer and viewer.is_open else None


def _page(
    token: str, found: Invitation | None, state: str, *, form: Any = None, status: int | None = None
) -> Any:
    shown: dict[str, Any] = {"state": state, "token": token, "form": form}
    if found is not None and state == "open":
        viewer, known = _viewer(), queries.account_of(found.email)
        shown |= {
            "invitation": found,
            "roles": roles_in_words(found.roles),
            "by": queries.name_of(found.actor),
            "viewer_account": viewer.account if viewer else None,
            "mine": bool(viewer and known and viewer.account.id == known.id),
            "known": known is not None,
        }
    return render_template("account/team.html", **shown), status or STATUS[state]

"""The people of the practice: who works here with which roles, who is invited, and who has left."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, redirect, render_template, request

from app.identity import registration, sessions, sign_in
from app.kernel import clock, rate_limits
from app.kernel.errors import Refusal
from app.settings import team
from app.settings.team_forms import InviteForm, MemberForm
from app.staff import actions, invitations, queries
from app.staff.invitations import Guest
from app.staff.labels import ROLES
from app.staff.models import Member
from app.staff.refusals import Changed
from app.web import limits
from app.web.access import checks_its_token, desk, fresh
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("team", __name__)
TEAM = "/settings/team"


@bp.get("/settings/team")
@desk("staff:manage")
def people() -> str:
    return _people()


def _people(refusal: Refusal | None = None) -> str:
    now, today = _now()
    done = team.DONE.get(request.args.get("done", ""))
    return render_template(
        "settings/team.html",
        people=team.shown(now=now, today=today),
        today=today,
        done=done,
        refusal=refusal,
        roles=ROLES,
    )


@bp.get("/settings/team/invite")
@fresh
@desk("staff:manage")
def invitation_form() -> str:
    _, today = _now()
    form = InviteForm(today=today, starts_on=today.isoformat(), language=g.practice.languages[0])
    return render_template("settings/team_invite.html", form=form, roles=ROLES)


@bp.post("/settings/team/invite")
@fresh
@checks_its_token
@desk("staff:manage")
def invite() -> Any:
    now, today = _now()
    form = InviteForm(today=today)
    g.here = f"{TEAM}/invite"
    if form.validate():
        guest = Guest(form.email.data, form.given_name.data, form.family_name.data, form.language.data)
        _count_letter(form.email.data)
        try:
            invitations.invite(
                g.practice, guest, form.terms(), by=g.person.actor, sealer=services().sealer, now=now
            )
            return redirect(f"{TEAM}?done=invited", 303)
        except Refusal as refusal:
            form.email.errors = [refusal.sentence()]
    return render_template("settings/team_invite.html", form=form, roles=ROLES), 422


@bp.post("/settings/team/invitations/<uuid:invitation_id>/resend")
@desk("staff:manage")
def resend(invitation_id: UUID) -> Any:
    now, _ = _now()
    found = queries.invitation(invitation_id)
    _count_letter(found.email)
    return _done(
        "sent-again", invitations.send_again, found, by=g.person.actor, sealer=services().sealer, now=now
    )


@bp.post("/settings/team/invitations/<uuid:invitation_id>/withdraw")
@desk("staff:manage")
def withdraw(invitation_id: UUID) -> Any:
    now, _ = _now()
    return _done(
        "withdrawn", invitations.withdraw, queries.invitation(invitation_id), by=g.person.actor, now=now
    )


@bp.get("/settings/team/<uuid:member_id>")
@fresh
@desk("staff:manage")
def member(member_id: UUID) -> str:
    found = queries.member(member_id)
    _, today = _now()
    return _form_of(found, MemberForm(today=today, **team.as_typed(found)))


@bp.post("/settings/team/<uuid:member_id>")
@fresh
@checks_its_token
@desk("staff:manage")
def change(member_id: UUID) -> Any:
    now, today = _now()
    found, form = queries.member(member_id), MemberForm(today=today)
    g.here = f"{TEAM}/{member_id}"
    if not form.validate():
        return _form_of(found, form), 422
    try:
        changed = actions.change(
            g.practice, member_id, form.terms(), version=form.version.data, by=_doer(found), now=now
        )
    except Changed as refusal:
        form.version.raw_data, form.version.data = None, found.version
        differs = team.differences(found, form)
        return _form_of(found, form, refusal=refusal, differs=differs), refusal.status
    except Refusal as refusal:
        return _form_of(found, form, refusal=refusal), refusal.status
    return _after(changed, "changed")


@bp.post("/settings/team/<uuid:member_id>/end")
@fresh
@desk("staff:manage")
def end(member_id: UUID) -> Any:
    now, today = _now()
    found = queries.member(member_id)
    try:
        return _after(actions.end(g.practice, member_id, by=_doer(found), now=now), "ended")
    except Refusal as refusal:
        g.here = f"{TEAM}/{member_id}"
        form = MemberForm(formdata=None, today=today, **team.as_typed(found))
        return _form_of(found, form, refusal=refusal), refusal.status


def _count_letter(email: str) -> None:
    """Of the practice, and to the mailbox: nobody is written to without end."""
    now, _ = _now()
    limits.hit("invite", practice=g.practice.id)
    mailbox = registration.index(email, sealer=services().sealer)
    rate_limits.hit("code-by-mail", now=now, account=mailbox)


def _form_of(found: Member, form: BaseForm, **more: Any) -> str:
    _, today = _now()
    mine = found.account_id == g.staff.account_id
    return render_template(
        "settings/team_member.html", member=found, form=form, roles=ROLES, mine=mine, today=today, **more
    )


def _now() -> tuple[Any, Any]:
    now = services().clock.now()
    return now, clock.today(now, g.practice.timezone)


def _doer(found: Member) -> actions.Doer:
    """Whoever changes their own place stays signed in, under a new cookie."""
    mine = found.account_id == g.staff.account_id
    return actions.Doer(g.person.actor, g.person.session.id if mine else None)


def _after(changed: Member, key: str) -> Response:
    now, today = _now()
    mine = changed.account_id == g.staff.account_id
    still = changed.is_active(today) and "owner" in changed.roles
    answer = redirect(f"{TEAM}?done={key}" if still or not mine else "/", 303)
    if mine:
        try:
            token = sessions.rotate(g.person.session, now=now)
        except sessions.Ended:  # renewed by another tab: that one holds the cookie
            return answer  # type: ignore[return-value]
        sign_in.set_cookie(answer, token, kept=g.person.session.kept)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def _done(key: str, act: Any, *args: Any, **more: Any) -> Any:
    try:
        act(*args, **more)
    except Refusal as refusal:
        g.here = TEAM
        return _people(refusal), 409
    return redirect(f"{TEAM}?done={key}", 303)

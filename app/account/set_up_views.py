"""The assistant: a first second factor before anything else is reachable, and more of them later."""

from typing import Any

import qrcode
from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from markupsafe import Markup
from pyotp import TOTP
from qrcode.image.svg import SvgPathImage
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.account.arrival import Also, arrive, home_of, is_staff
from app.account.passkey_place import place
from app.account.proving import WORDS, too_often
from app.identity import factors, mail_codes, proofs, recovery, sessions, sign_in
from app.identity.devices_words import device
from app.identity.door import send as send_to
from app.identity.models import STRONG, Factor
from app.identity.proofs import Verdict
from app.kernel.errors import TooMany
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.web import limits
from app.web.access import checks_its_token, fresh, halfway, person
from app.web.door import safe_next
from app.web.forms import BaseForm, tidy
from app.web.outside import config, services

bp = Blueprint("set_up", __name__)
DONE = {
    "none-left": _l("You have removed your last way to sign in. Choose a new one to go on."),
    "sent": _l("The code is on its way. It can take a minute."),
}
WRONG = _l("This code is not right. Type the one your app shows at this moment.")


class CodeForm(BaseForm):
    code = StringField(
        _l("Code"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter the code.")),
            Length(max=20, message=_l("This code is too long. Check it and try again.")),
        ],
    )


@bp.get("/set-up")
@halfway
def choose() -> Any:
    may_set_up()
    return page(
        "account/set_up/choose.html", kinds={factor.kind for factor in factors.of(g.person.account.id)}
    )


@bp.route("/set-up/app", methods=["GET", "POST"])
@halfway
@checks_its_token
def app() -> Any:
    may_set_up()
    form, now, sealer, status = CodeForm(), services().clock.now(), services().sealer, 200
    g.here = url_for("set_up.app", next=request.form.get("next"))
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                limits.hit("second-factor", account=g.person.account.id)
                made = factors.confirm_app(g.person.session, form.code.data, sealer=sealer, now=now)
                if made is not None:
                    return after(made)
                form.code.errors = [WRONG]
            except factors.TooOld as old:
                form.code.errors = [old.sentence()]
            except TooMany as tries:
                form.code.errors, status = [tries.sentence()], 429
    secret = factors.pending_app(g.person.session, sealer=sealer, now=now)
    issuer = g.practice.name if g.practice else "Parvis"
    uri = TOTP(secret).provisioning_uri(name=g.person.account.email, issuer_name=issuer)
    return page("account/set_up/app.html", status, form=form, secret=secret, uri=uri, picture=_picture(uri))


@bp.get("/set-up/mail")
@halfway
def mail() -> Any:
    may_set_up()
    _patients_only()
    return _mail_page(CodeForm(formdata=None))


@bp.post("/set-up/mail")
@halfway
@checks_its_token
def check_mail() -> Any:
    may_set_up()
    _patients_only()
    form, now = CodeForm(), services().clock.now()
    g.here = url_for("set_up.mail", next=request.form.get("next"))
    if not form.validate():
        return _mail_page(form, 422)
    try:
        limits.hit("second-factor", account=g.person.account.id)
    except TooMany as tries:
        form.code.errors = [tries.sentence()]
        return _mail_page(form, 429)
    verdict = proofs.show(
        g.person.session,
        "mail",
        form.code.data,
        purpose="set-up",
        device_known=False,
        sealer=services().sealer,
        now=now,
    )
    if verdict is not Verdict.RIGHT:
        form.code.errors = [WORDS[verdict]]
        return _mail_page(form, 422)
    staff = is_staff(g.person.account)
    return after(factors.add_mail(g.person.session, staff=staff, now=now))


@bp.post("/set-up/mail/send")
@halfway
def send_mail() -> Any:
    may_set_up()
    _patients_only()
    try:
        limits.hit("code-by-mail", account=g.person.account.id)
    except TooMany as tries:
        g.here = url_for("set_up.mail", next=request.form.get("next"))
        shown = _mail_page(CodeForm(formdata=None), 429, problem=too_often(tries))
        return *shown, {"Retry-After": str(tries.seconds)}
    mail_codes.send(g.person.session, purpose="set-up", now=services().clock.now())
    return redirect(url_for("set_up.mail", next=_next(), done="sent"), 303)


@bp.get("/set-up/passkey")
@halfway
def passkey() -> Any:
    may_set_up()
    here = device(request.user_agent.string)
    named = _("%(browser)s on %(system)s", browser=here.browser, system=here.system)
    at, portal = place(), config().app_host.split(":")[0]
    return page(
        "account/set_up/passkey.html",
        name=named if here.browser and here.system else "",
        only_at="" if at.rp_id == portal else at.rp_id,
    )


@bp.route("/set-up/recovery-codes", methods=["GET", "POST"])
@fresh
@person
def recovery_codes() -> Any:
    """Looking makes none: the ten codes are on the page that answers the button, and never again."""
    account_id, now = g.person.account.id, services().clock.now()
    g.here = url_for("set_up.recovery_codes", next=request.form.get("next"))
    if request.method == "GET":
        return page("account/set_up/recovery_codes.html", left=recovery.left(account_id))
    limits.hit("change", account=account_id)
    codes = factors.make_recovery_codes(g.person.session, sealer=services().sealer, now=now)
    return page("account/set_up/codes.html", codes=codes)


@bp.get("/set-up/done")
@person
def done() -> Any:
    newest = factors.of(g.person.account.id)[-1:]
    return page("account/set_up/done.html", newest=newest[0].kind if newest else "")


def after(factor: Factor, *, also: Also | None = None, target: str | None = None) -> Any:
    """On to the recovery codes, for whoever has none yet; the first factor opens the session."""
    session, account, target = g.person.session, g.person.account, target or _next()
    steps = "set_up.done" if recovery.left(account.id) else "set_up.recovery_codes"
    onward = url_for(steps, next=target)
    strong = factor.kind in STRONG and session.method not in STRONG
    if session.stage == "setup" or strong:
        return arrive(session, account, method=factor.kind, target=onward, also=also)
    try:
        token = sessions.rotate(session, now=services().clock.now())
        if also is not None:
            also(session)
    except sessions.Ended:  # renewed by another request, or over: the next page knows
        return redirect(onward, 303)
    return sign_in.set_cookie(redirect(onward, 303), token, kept=session.kept)  # type: ignore[arg-type]


def may_set_up() -> None:
    """Not with a password alone where a factor is known, and not in a session nobody proved a moment ago."""
    if g.person.stage == "second":
        send_to("second.choose")
    if g.person.is_open and not g.person.is_fresh(services().clock.now()):
        send_to("step_up.form")
    if g.person.stage == "setup" and factors.of(g.person.account.id):
        sessions.end(g.person.session.id, account_id=g.person.account.id)
        abort(sign_in.drop_cookie(redirect(url_for("sign_in.form", next=_next()), 303)))  # type: ignore[arg-type]


def _patients_only() -> None:
    if is_staff(g.person.account):
        raise factors.NotForStaff


def _next() -> str | None:
    """Where the person was going, or None for the usual."""
    said = request.form if request.method == "POST" else request.args
    return safe_next(said.get("next"), "") or None


def _mail_page(form: CodeForm, status: int = 200, problem: str | None = None) -> Any:
    now, session = services().clock.now(), g.person.session
    waiting = mail_codes.newest(session, purpose="set-up", now=now) is not None
    return page("account/set_up/mail.html", status, form=form, waiting=waiting, problem=problem)


def page(template: str, status: int = 200, **shown: Any) -> Any:
    target = _next()
    here = {
        "next": target,
        "onward": target or home_of(g.person.account),
        "first": g.person.stage == "setup",
        "staff_rules": is_staff(g.person.account),
        "account": g.person.account,
        "done": DONE.get(request.args.get("done", "")),
    }
    return render_template(template, **here, **shown), status


def _picture(uri: str) -> Markup:
    drawn = qrcode.make(uri, image_factory=SvgPathImage, border=0)
    return Markup(drawn.to_string(encoding="unicode"))

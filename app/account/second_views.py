"""The second factor: whoever has given a password shows that it is them."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from app.account.arrival import arrive, home_of
from app.account.proving import CodeForm, Proving, too_often
from app.identity import recovery
from app.kernel.errors import TooMany
from app.web.access import checks_its_token, halfway, person
from app.web.door import safe_next

bp = Blueprint("second", __name__)
FEW = 3  # recovery codes: from here on the page asks to make new ones


def _proving() -> Proving:
    return Proving(g.person, "sign-in", "/sign-in/second")


@bp.get("/sign-in/second")
@halfway
def choose() -> Any:
    target = safe_next(request.args.get("next"), "")
    if g.person.stage != "second":
        return _elsewhere(target)
    proving = _proving()
    return _page(proving, proving.chosen(request.args.get("with")), CodeForm(), target)


@bp.post("/sign-in/second/<any(app,mail,recovery):way>")
@halfway
@checks_its_token
def check(way: str) -> Any:
    form, proving, target = CodeForm(), _proving(), safe_next(request.form.get("next"), "")
    g.here = url_for("second.choose", **{"with": way, "next": target or None})
    if g.person.stage != "second":
        return _elsewhere(target)
    try:
        if not proving.judge(way, form):
            return _page(proving, proving.chosen(way), form, target, 422)
    except TooMany as tries:
        form.code.errors = [tries.sentence()]
        return *_page(proving, proving.chosen(way), form, target, 429), {"Retry-After": str(tries.seconds)}
    if way == "recovery":
        target = url_for("second.recovered", next=target or None)
    return arrive(g.person.session, g.person.account, method=way, target=target)


@bp.post("/sign-in/second/mail/send")
@halfway
def send() -> Any:
    proving, target = _proving(), safe_next(request.form.get("next"), "")
    if g.person.stage != "second" or "mail" not in proving.offered:
        return _elsewhere(target)
    try:
        proving.send()
    except TooMany as tries:
        g.here = url_for("second.choose", **{"with": "mail", "next": target or None})
        page = _page(proving, "mail", CodeForm(formdata=None), target, 429, problem=too_often(tries))
        return *page, {"Retry-After": str(tries.seconds)}
    return redirect(url_for("second.choose", **{"with": "mail", "next": target or None, "done": "sent"}), 303)


@bp.get("/sign-in/second/<any(app,mail,recovery):way>")
@bp.get("/sign-in/second/mail/send", defaults={"way": "mail"})
@halfway
def again(way: str) -> Any:
    """Where a form was answered: the address stands in the browser's line, and people come back to it."""
    target = safe_next(request.args.get("next"), "")
    return redirect(url_for("second.choose", **{"with": way, "next": target or None}), 303)


@bp.get("/sign-in/recovery-code-used")
@person
def recovered() -> Any:
    """How many are left, before going on."""
    target = safe_next(request.args.get("next"), home_of(g.person.account))
    left = recovery.left(g.person.account.id)
    return render_template("account/recovered.html", left=left, few=left < FEW, next=target)


def _elsewhere(target: str) -> Any:
    """Signed in already, or without any factor yet."""
    if g.person.stage == "setup":
        return redirect(url_for("set_up.choose", next=target or None), 303)
    if g.person.is_open:
        return redirect(target or home_of(g.person.account), 303)
    return redirect(url_for("second.choose", next=target or None), 303)


def _page(
    proving: Proving, way: str, form: CodeForm, target: str, status: int = 200, problem: str | None = None
) -> tuple[str, int]:
    shown = proving.shown(way, target)
    return render_template("account/second.html", form=form, problem=problem, **shown), status

"""People I act for: children, mandates given and received, and whom this browser speaks for."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, render_template, request

from app.account.people_forms import ChildForm, MandateForm
from app.identity import mandates, registration, representation
from app.identity.representation import HOME
from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.i18n import language
from app.web import limits
from app.web.access import checks_its_token, fresh, person
from app.web.door import safe_next
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("people", __name__)
PAGE = "/account/people"


def _now() -> Any:
    return services().clock.now()


def _today() -> Any:
    return clock.today(_now(), HOME)


@bp.get(PAGE)
@person
def overview() -> str:
    account, now = g.person.account, _now()
    return render_template(
        "account/people.html",
        people=representation.people_of(account, now=now),
        representatives=mandates.representatives_of(account, now=now),
        offers=mandates.waiting(account, now=now),
        done=single_args().get("done"),
    )


# ---- children -------------------------------------------------------------------------------------------------------


@bp.get("/account/people/new")
@person
def new() -> str:
    form = ChildForm(today=_today())
    form.language.data, form.number.data = language(), "niss"
    return _child_page(form)


@bp.post("/account/people/new")
@checks_its_token
@person
def add() -> Any:
    form = ChildForm(today=_today())
    g.here = "/account/people/new"
    if not form.validate():
        return _child_page(form), 422
    representation.add_child(
        g.person.account, form.child(), basis=form.basis.data, sealer=services().sealer, now=_now()
    )
    return redirect(f"{PAGE}?done=added", 303)


@bp.get("/account/people/<uuid:whom>")
@person
def edit(whom: UUID) -> str:
    row, form = _child_of(whom), ChildForm(today=_today())
    number = representation.niss_of(row.dependant, sealer=services().sealer)
    form.fill(row.dependant, basis=row.basis, number=number)
    return _child_page(form, row)


@bp.post("/account/people/<uuid:whom>")
@checks_its_token
@person
def change(whom: UUID) -> Any:
    row, form = _child_of(whom), ChildForm(today=_today())
    g.here = f"{PAGE}/{whom}"
    if not form.validate():
        return _child_page(form, row), 422
    try:
        representation.change_child(
            g.person.account,
            row,
            form.child(),
            version=form.seen,
            sealer=services().sealer,
            now=_now(),
        )
    except representation.Stale as stale:
        return _child_page(form, _child_of(whom), stale=stale.sentence()), 409
    return redirect(f"{PAGE}?done=changed", 303)


@bp.post("/account/people/<uuid:whom>/end")
@person
def end(whom: UUID) -> Any:
    row, _whom = representation.of_id(g.person.account, whom, now=_now())
    representation.end(g.person.account, row, now=_now())
    return redirect(f"{PAGE}?done=ended", 303)


def _child_of(whom: UUID) -> Any:
    row, found = representation.of_id(g.person.account, whom, now=_now())
    if found.dependant is None:
        raise NotFound
    return row


def _child_page(form: ChildForm, row: Any = None, stale: str | None = None) -> str:
    form.show_countries()
    return render_template("account/child.html", form=form, row=row, stale=stale)


# ---- acting ---------------------------------------------------------------------------------------------------------


@bp.post("/account/people/<uuid:whom>/act")
@person
def act(whom: UUID) -> Any:
    _row, found = representation.of_id(g.person.account, whom, now=_now())
    representation.start_acting(g.person.session, found, now=_now())
    return redirect("/book" if g.practice else f"{PAGE}?done=acting", 303)


@bp.post("/account/people/stop")
@person
def stop() -> Any:
    representation.stop_acting(g.person.session, now=_now())
    return redirect(safe_next(request.form.get("next"), f"{PAGE}?done=stopped"), 303)


# ---- mandates -------------------------------------------------------------------------------------------------------


@bp.get("/account/people/mandate")
@fresh
@person
def mandate() -> str:
    return render_template("account/mandate.html", form=MandateForm(today=_today()))


@bp.post("/account/people/mandate")
@checks_its_token
@fresh
@person
def offer() -> Any:
    form = MandateForm(today=_today())
    g.here = "/account/people/mandate"
    if form.validate():
        limits.hit("mandate", account=g.person.account.id)
        # the stranger's mailbox is not filled, whoever writes to it
        limits.hit("code-by-mail", account=registration.index(form.email.data, sealer=services().sealer))
        try:
            mandates.offer(
                g.person.account, form.email.data, scopes=form.scopes(), ends_on=form.ends_on,
                sealer=services().sealer, now=_now(),
            )  # fmt: skip
            return redirect(f"{PAGE}?done=offered", 303)
        except (mandates.ForOneself, mandates.TooManyOffers) as no:
            form.email.errors = [no.sentence()]
    return render_template("account/mandate.html", form=form), 422


@bp.post("/account/people/mandate/<uuid:offer_id>/withdrawal")
@person
def withdraw_offer(offer_id: UUID) -> Any:
    mandates.withdraw_offer(g.person.account, offer_id, now=_now())
    return redirect(f"{PAGE}?done=withdrawn", 303)


@bp.post("/account/people/representatives/<uuid:whom>/withdrawal")
@person
def withdraw(whom: UUID) -> Any:
    mandates.withdraw(g.person.account, whom, now=_now())
    return redirect(f"{PAGE}?done=withdrawn", 303)


@bp.get("/account/people/offer/<token>")
@person
def offered(token: str) -> str:
    """Looking accepts nothing."""
    found = mandates.of_token(token, g.person.account, now=_now())
    return render_template("account/mandate_offer.html", offer=found, token=token)


@bp.post("/account/people/offer/<token>")
@fresh
@person
def accept(token: str) -> Any:
    mandates.accept(mandates.of_token(token, g.person.account, now=_now()), g.person.account, now=_now())
    return redirect(f"{PAGE}?done=accepted", 303)

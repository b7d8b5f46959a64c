"""The tab of one's details: who one is, how one is reached, and what each practice believes."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request

from app.account.details_forms import SEX_WORDS, DetailsForm, OwnNumberForm, as_written, countries
from app.account.moments import zone
from app.directory import places
from app.eid import queries as cards
from app.identity import details
from app.identity.actions import details_of
from app.identity.models import PersonalDetails
from app.kernel import audit
from app.kernel.i18n import NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Account
from app.patients import niss, queries
from app.web import limits
from app.web.access import checks_its_token, fresh, person
from app.web.door import LANGUAGE_COOKIE, YEAR, go
from app.web.forms import BaseForm
from app.web.outside import config, services

bp = Blueprint("account_details", __name__)

HERE = "/account/details"
DONE = {
    "saved": _l("Your details are saved."),
    "number": _l("Your national number is saved."),
    "card": _l("Your details are taken over from your card, and your number is proven by it."),
    "country": _l("We have noted that you have no Belgian number."),
}


@bp.get("/account/details")
@person
def form() -> str:
    account, own = _fresh_rows()
    form, number = DetailsForm(today=_today()), _digits(account, own)
    hinted = _born_by(number) if own.birth_date is None else None
    form.fill(
        details.shown(account, own), birth_date=own.birth_date or hinted, version=details.stamp(account, own)
    )
    return _page(form, own, number, hinted=hinted)


@bp.post("/account/details")
@person
@checks_its_token
def save() -> Any:
    form, g.here = DetailsForm(today=_today()), HERE
    account, own = _fresh_rows()
    if not form.validate():
        return _page(form, own, _digits(account, own)), 422
    limits.hit("change", account=account.id)
    try:
        changed = details.save(
            account, form.values(), seen=form.version.data or "", now=services().clock.now()
        )
    except details.Stale:
        return _stale(form), 409
    answer = go(f"{HERE}?done=saved")
    return _speak(answer, form.language.data) if "language" in changed else answer


def _stale(form: DetailsForm) -> str:
    """What was typed stays; beside it, what the other tab saved. Pressing the button again is a decision."""
    account, own = _fresh_rows()
    saved, typed = details.shown(account, own), form.values()
    form.version.data = details.stamp(account, own)
    differs = [
        (form[name], _words(name, saved[name]), _words(name, typed[name]))
        for name in typed
        if typed[name] != saved[name]
    ]
    return _page(form, own, _digits(account, own), differs=differs)


def _speak(response: Response, code: str) -> Response:
    """The pages follow the language one chose; `?lang=` of this very request no longer counts."""
    g.chose_language = False
    response.set_cookie(
        LANGUAGE_COOKIE,
        code,
        max_age=YEAR,
        secure=config().scheme == "https",
        httponly=True,
        samesite="Lax",
    )
    return response


# ---- the national number ----------------------------------------------------------------------------------------


@bp.post("/account/details/number/show")
@fresh
@person
def show_number() -> str:
    BaseForm()  # content type and single values
    g.here = HERE
    account, own = _fresh_rows()
    number, form = _digits(account, own), DetailsForm(formdata=None, today=_today())
    form.fill(details.shown(account, own), birth_date=own.birth_date, version=details.stamp(account, own))
    if number:
        audit.record_account(account.id, verb="niss.show", at=services().clock.now())
    return _page(form, own, number, in_full=True)


@bp.get("/account/details/number")
@fresh
@person
def number_form() -> str:
    account, own = _fresh_rows()
    form = OwnNumberForm(today=_today())
    form.version.data = str(own.version)
    form.birth_date.data = as_written(own.birth_date)
    if own.no_niss_country:
        form.number.data, form.country.data = "none", own.no_niss_country
    return _number_page(form, account, own)


@bp.post("/account/details/number")
@fresh
@person
@checks_its_token
def save_number() -> Any:
    form, g.here = OwnNumberForm(today=_today()), f"{HERE}/number"
    account, own = _fresh_rows()
    if own.niss_confirmed_at:
        raise details.NumberConfirmed
    if not form.validate():
        return _number_page(form, account, own), 422
    limits.hit("change", account=account.id)
    try:
        details.set_number(
            account,
            form.digits,
            country=form.country.data,
            birth_date=form.born,
            seen=form.seen,
            sealer=services().sealer,
            now=services().clock.now(),
        )
    except details.Stale:
        account, own = _fresh_rows()
        form.version.data = str(own.version)
        return _number_page(form, account, own, stale=True), 409
    return go(f"{HERE}?done={'number' if form.digits else 'country'}")


# ---- what the pages show ----------------------------------------------------------------------------------------


def _fresh_rows() -> tuple[Account, PersonalDetails]:
    """As they are stored now: what the session brought may be a moment old."""
    return Account.get_by_id(g.person.account.id), details_of(g.person.account)


def _today() -> date:
    return services().clock.now().astimezone(zone()).date()


def _digits(account: Account, own: PersonalDetails) -> str | None:
    return details.number_of(account, own, sealer=services().sealer)


def _born_by(number: str | None) -> date | None:
    return niss.parse(number, today=_today()).birth_date if number else None


def _page(form: DetailsForm, own: PersonalDetails, number: str | None, **more: Any) -> str:
    born = _born_by(number)
    return render_template(
        "account/tab_details.html",
        form=form,
        own=own,
        number=(niss.grouped(number) if more.get("in_full") else niss.masked(number)) if number else None,
        conflict=born if born and own.birth_date and born != own.birth_date else None,
        unknown_town=_is_unknown_town(own),
        papers=dict(countries()).get(own.no_niss_country or ""),
        connections=queries.connections_of(g.person.account),
        done=DONE.get(request.args.get("done", "")),
        proof=cards.proof_of(g.person.account),
        **more,
    )


def _number_page(form: OwnNumberForm, account: Account, own: PersonalDetails, **more: Any) -> str:
    number = _digits(account, own)
    form.show_countries()
    return render_template(
        "account/number.html",
        form=form,
        own=own,
        number=niss.masked(number) if number else None,
        proof=cards.proof_of(account),
        **more,
    )


def _is_unknown_town(own: PersonalDetails) -> bool:
    """Whether postcode and town of a Belgian address do not meet in our list: a hint, the list has its gaps."""
    if own.country != "BE" or not (own.postcode and own.town):
        return False
    town = places.fold(own.town)
    found = [place for place in places.find(own.postcode) if own.postcode in place.postcodes]
    names = {
        places.fold(name) for place in found for name in (place.local, place.municipality, *place.translated)
    }
    return not any(name and (name == town or name in town or town in name) for name in names)


def _words(name: str, value: Any) -> str:
    if not value:
        return _("left empty")
    if isinstance(value, date):
        return as_written(value)
    known = {"sex": SEX_WORDS, "language": NATIVE, "country": dict(countries())}
    return str(known.get(name, {}).get(value, value))

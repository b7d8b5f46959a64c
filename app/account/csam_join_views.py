"""Joining with CSAM: names and national number are the government's, the rest is asked, and the mailbox is proved."""

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice

from app.account.csam_browser import carried, here, provider, refused
from app.account.join_forms import (
    ACCOMPANIED,
    check_consent,
    check_password,
    consent_field,
    new_password_field,
)
from app.account.letters import host_of
from app.identity import journeys, passwords, registration
from app.identity.ages import ALONE, age_on
from app.identity.csam_models import IdentityRequest
from app.identity.ports import NotProved, Proof
from app.identity.registration import Candidate
from app.kernel.errors import TooMany
from app.kernel.i18n import LANGUAGES, NATIVE, language
from app.kernel.i18n import lazy_gettext as _l
from app.patients import niss
from app.web import limits
from app.web.access import checks_its_token, public
from app.web.fields import mail_address
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("csam_join", __name__)


class ProvedForm(BaseForm):
    """What CSAM does not say. Fields of the same name as what it says are not here, so nobody can change those."""

    email = mail_address(
        _l("Enter your e-mail address."),
        description=_l("Only you should be able to read what is sent there."),
    )
    password = new_password_field()
    language = SelectField(
        _l("Language of our messages"), choices=[SelectChoice(code, NATIVE[code]) for code in LANGUAGES]
    )
    accompanied = BooleanField(_l("A parent or guardian is with me."))
    accept = consent_field()

    def __init__(self, *args: Any, proof: Proof, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proof = proof
        today = services().clock.now().date()
        self.birth = niss.parse(proof.niss, today=today).birth_date
        age = age_on(self.birth, today) if self.birth is not None else ALONE
        self.is_young, self.is_too_young = ACCOMPANIED <= age < ALONE, age < ACCOMPANIED

    def validate_password(self, field: Any) -> None:
        check_password(
            field, staff=False, about=[self.proof.given_name, self.proof.family_name, self.email.data]
        )

    def validate_accompanied(self, field: Any) -> None:
        if self.is_young and not field.data:
            field.errors = [
                _l("You are younger than 16. Join together with a parent or guardian, and tick this box.")
            ]

    def validate_accept(self, field: Any) -> None:
        check_consent(field)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = bool(super().validate(*args, **kwargs))
        return valid and not self.accompanied.errors and not self.is_too_young


@bp.get("/csam/join/<token>")
@public
def form(token: str) -> Any:
    try:
        journey, proof = _waiting(token)
    except NotProved as why:
        return refused(why)
    typed = ProvedForm(proof=proof, formdata=None)
    typed.language.data = proof.language or language()
    typed.email.data = proof.email
    return _page(token, journey, typed)


@bp.post("/csam/join/<token>")
@public
@checks_its_token
def join(token: str) -> Any:
    g.here = f"/csam/join/{token}"
    try:
        journey, proof = _waiting(token)
    except NotProved as why:
        return refused(why)
    typed = ProvedForm(proof=proof)
    if not typed.validate():
        return _page(token, journey, typed, 422)
    try:
        mailbox = registration.index(typed.email.data, sealer=services().sealer)
        limits.hit("join", account=mailbox)
        limits.hit("resend", account=mailbox)
    except TooMany as tries:
        return _page(token, journey, typed, 429, tries)
    return _ask(journey, typed)


def _ask(journey: IdentityRequest, typed: ProvedForm) -> Any:
    try:
        journeys.finish(journey)
    except NotProved as why:
        return refused(why)
    made = registration.ask(
        _candidate(journey, typed),
        practice=g.practice.id if g.practice else None,
        host=host_of(g.practice),
        sealer=services().sealer,
        now=services().clock.now(),
    )
    return redirect(f"/join/sent?registration={made.id}", 303)


def _candidate(journey: IdentityRequest, typed: ProvedForm) -> Candidate:
    proof = typed.proof
    return Candidate(
        email=typed.email.data,
        password_hash=passwords.hash_of(typed.password.data),
        given_name=proof.given_name,
        family_name=proof.family_name,
        language=typed.language.data,
        niss=proof.niss,
        birth_date=typed.birth,
        accompanied=typed.is_young,
        target=journey.target,
        proved=True,
    )


def _waiting(token: str) -> tuple[IdentityRequest, Proof]:
    provider()
    return journeys.waiting(
        token, host=here(), browser=carried(), sealer=services().sealer, now=services().clock.now()
    )


def _page(
    token: str, journey: IdentityRequest, typed: ProvedForm, status: int = 200, tries: TooMany | None = None
) -> Any:
    page = render_template(
        "account/csam/join.html",
        token=token,
        form=typed,
        proof=typed.proof,
        number=niss.masked(typed.proof.niss),
        next=journey.target,
        tries=tries,
    )
    response = make_response(page, status)
    if tries is not None:
        response.headers["Retry-After"] = str(tries.seconds)
    return response

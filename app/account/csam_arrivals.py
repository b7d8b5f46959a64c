"""Back from CSAM with a proof: what it opens, by what the journey was for."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, url_for

from app.account.arrival import Also, arrive, home_of, straight_in
from app.account.set_up_views import after
from app.identity import government, provider_sessions, sessions, sign_in
from app.identity.csam_models import IdentityRequest
from app.identity.models import Session
from app.identity.ports import NotProved, Proof
from app.identity.sign_in import SignedIn
from app.kernel.db import write_tx
from app.kernel.owners import Account
from app.patients import actions as patients
from app.web.outside import services


def keeping(account: Account, proof: Proof) -> Also:
    """What every arrival leaves: the session's level, the key's last use, and evidence at the person's practices."""

    def keep(session: Session) -> None:
        now, sealer = services().clock.now(), services().sealer
        provider_sessions.keep(session, proof, sealer=sealer, now=now)
        government.used(account.id, proof, now=now)
        name = government.label_of(proof.given_name, proof.family_name)
        patients.note_proof(account, proof.niss, name, sealer=sealer, now=now)

    return keep


def _sign_in(journey: IdentityRequest, proof: Proof, ticket: str) -> Any:
    """The account that was tied to the number; nobody is found by name or mail."""
    sealer = services().sealer
    account = government.account_of(proof.niss, sealer=sealer)
    if account is not None:
        return straight_in(account, method="csam", target=journey.target, also=keeping(account, proof))
    if government.is_settled(proof.niss, sealer=sealer):
        return render_template("account/csam/known.html", next=journey.target), 409
    return redirect(f"/csam/join/{ticket}", 303)


def _second(journey: IdentityRequest, proof: Proof, _ticket: str) -> Any:
    who = _same(journey, "second")
    _is_theirs(who, proof)
    return arrive(
        who.session, who.account, method="csam", target=journey.target, also=keeping(who.account, proof)
    )


def _link(journey: IdentityRequest, proof: Proof, _ticket: str) -> Any:
    who = _same(journey, "setup", "open")
    g.person = who
    sealer, now = services().sealer, services().clock.now()
    made = government.link(who.session, proof, sealer=sealer, now=now)
    return after(made, also=keeping(who.account, proof), target=journey.target)


def _step_up(journey: IdentityRequest, proof: Proof, _ticket: str) -> Any:
    who = _same(journey, "open")
    _is_theirs(who, proof)
    target = journey.target or home_of(who.account)
    try:
        with write_tx():
            token = sessions.prove(who.session, now=services().clock.now(), method="csam")
            keeping(who.account, proof)(who.session)
    except sessions.Ended:
        return redirect(url_for("step_up.form", next=target), 303)
    return sign_in.set_cookie(redirect(target, 303), token, kept=who.session.kept)  # type: ignore[arg-type]


BY_PURPOSE: dict[str, Callable[[IdentityRequest, Proof, str], Any]] = {
    "sign-in": _sign_in,
    "second": _second,
    "link": _link,
    "step-up": _step_up,
}


def _same(journey: IdentityRequest, *stages: str) -> SignedIn:
    """Whoever left is whoever comes back: the same session, as far as it was."""
    who = sign_in.who()
    if who is None or who.session.id != journey.session_id or who.stage not in stages:
        raise NotProved("session-over")
    return who


def _is_theirs(who: SignedIn, proof: Proof) -> None:
    """The key is the one of this account; somebody else's opens nothing here."""
    owner = government.account_of(proof.niss, sealer=services().sealer)
    if owner is None or owner.id != who.account.id:
        raise government.OtherNumberConfirmed

"""What the agent asks, as JSON (card_agent/protocol/eid-card.v1.schema.json): a program's doors, shut to browsers."""

import base64
import binascii
import json
import logging
import re
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, g, jsonify, make_response, request

from app.eid import actions, labels, owners, proofs
from app.eid import pairing as pairings
from app.eid.models import CardPairing
from app.kernel.errors import NotFound, TooMany
from app.kernel.owners import Account
from app.web import limits
from app.web.access import for_programs
from app.web.outside import config, services

bp = Blueprint("card_agent", __name__)
log = logging.getLogger("parvis.eid")

LARGEST = 96 * 1024
OLDEST = (1, 0)
AGENT = re.compile(r"parvis-card-agent/(\d{1,4})\.(\d{1,4})")
CODE = re.compile(f"[{pairings.LETTERS}]{{{pairings.LENGTH}}}")
# what an agent may say went wrong; the rest of labels.REFUSED is the portal's own finding
TOLD = frozenset(
    (
        "no-service", "no-reader", "no-card", "wrong-side", "unsupported", "busy", "removed", "swapped", "unreadable",
        "pin-blocked", "cancelled", "asks-too-much",
    )
)  # fmt: skip
EVERYBODY = "everybody"


@bp.errorhandler(NotFound)
def unknown(_error: NotFound) -> Response:
    """Wrong, used, over and another's are one answer."""
    return _no("unknown", 404)


@bp.errorhandler(TooMany)
def too_many(tries: TooMany) -> Response:
    answer = _no("too-many", 429)
    answer.headers["Retry-After"] = str(tries.seconds)
    return answer


@bp.post("/agent/v1/redeem")
@for_programs
def redeem() -> Response:
    asked = _body({"code": str, "agent": str})
    named = AGENT.fullmatch(asked["agent"])
    if named is None or not CODE.fullmatch(asked["code"]):
        return _no("malformed", 400)
    limits.hit("card-code")
    limits.hit("card-codes", account=EVERYBODY)
    old = tuple(int(part) for part in named.groups()) < OLDEST
    found, token, claim = pairings.redeem(
        asked["code"],
        agent=asked["agent"],
        host=_host(),
        sealer=services().sealer,
        now=services().clock.now(),
        problem="agent-too-old" if old else "",
    )
    limits.give_back("card-code")
    limits.give_back("card-codes", account=EVERYBODY)
    if old:
        return _no("agent-too-old", 409)
    confirm = f"/eid/confirm?t={claim}"
    return jsonify(pairing=str(found.id), token=token, confirm_path=confirm, purpose=found.purpose)


@bp.get("/agent/v1/pairings/<uuid:pairing_id>")
@for_programs
def state(pairing_id: UUID) -> Response:
    found = pairings.of_token(pairing_id, _token(), host=_host(), now=services().clock.now())
    return jsonify(_told(found))


@bp.get("/agent/v1/next")
@for_programs
def next_reading() -> Response:
    """For an agent that is paired with a desk: the reading it is asked for now, or that there is none."""
    found = pairings.next_of(_token(), host=_host(), now=services().clock.now())
    if found.state == "confirmed":
        return jsonify({**_told(found), "pairing": str(found.id)})
    return jsonify(state="waiting")


@bp.post("/agent/v1/pairings/<uuid:pairing_id>/result")
@for_programs
def result(pairing_id: UUID) -> Response:
    found = pairings.of_token(pairing_id, _token(), host=_host(), now=services().clock.now())
    asked = _body({"files": dict, "signature": str | None})
    files = {name: _bytes(content) for name, content in asked["files"].items()}
    signature = _bytes(asked["signature"]) if asked["signature"] is not None else None
    if not pairings.begin_check(found):
        return _no("over", 409)
    wrong = actions.receive(
        found,
        files,
        signature,
        scheme=config().scheme,
        trust=services().trust,
        revocation=services().revocation,
        sealer=services().sealer,
        now=services().clock.now(),
    )
    if wrong:
        log.info("a card was not believed: %s", wrong)  # the reason alone, and nothing that was read
        return _no(wrong, 422)
    return jsonify(state="read")


@bp.post("/agent/v1/pairings/<uuid:pairing_id>/problem")
@for_programs
def problem(pairing_id: UUID) -> Response:
    found = pairings.of_token(pairing_id, _token(), host=_host(), now=services().clock.now())
    code = _body({"code": str})["code"]
    if code not in TOLD or code not in labels.REFUSED:
        return _no("malformed", 400)
    return jsonify(state="refused") if pairings.refuse(found, code) else _no("over", 409)


def _told(found: CardPairing) -> dict[str, Any]:
    """The job is told to a pairing that was confirmed, and to no other."""
    if found.state != "confirmed":
        return {"state": "redeemed" if found.state == "checking" else found.state}
    account = Account.get_or_none(Account.id == found.account_id) if found.account_id else None
    return {
        "state": "confirmed",
        "job": {
            "purpose": found.purpose,
            "proof": proofs.PROOF[found.purpose],
            "files": list(proofs.FILES[found.purpose]),
            "nonce": base64.b64encode(bytes.fromhex(found.nonce)).decode(),
            "bind": base64.b64encode(pairings.bind(found)).decode(),
            "account": owners.masked(account.email) if account else "",
            "practice": g.practice.name if g.practice else "Parvis",
        },
    }


def _host() -> str:
    """As the door found it in the configuration or in the table of hosts."""
    return request.host.lower().rstrip(".")


def _token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise NotFound
    return token


def _body(shape: dict[str, Any]) -> dict[str, Any]:
    """Exactly these fields, of these types, once each."""
    if request.mimetype != "application/json":
        abort(_no("not-json", 415))
    if (request.content_length or 0) > LARGEST:
        abort(_no("too-large", 413))
    try:
        found = json.loads(request.get_data(cache=False), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        abort(_no("malformed", 400))
    ok = isinstance(found, dict) and set(found) == set(shape)
    if not ok or not all(isinstance(found[name], kind) for name, kind in shape.items()):
        abort(_no("malformed", 400))
    return found  # type: ignore[no-any-return]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found


def _bytes(text: Any) -> bytes:
    try:
        if not isinstance(text, str):
            raise ValueError
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        abort(_no("malformed", 400))


def _no(code: str, status: int) -> Response:
    return make_response(jsonify(error=code), status)

"""One reading from code to card and back: pair, wait for the confirmation, ask for consent, read, prove, deliver."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from card_agent.belgian_eid import Belgian
from card_agent.message import message
from card_agent.portal import Portal
from card_agent.problems import TOLD, Problem
from card_agent.reader import Connection, Readers
from card_agent.requests import ENDED, Job

CONFIRM_WITHIN = 180  # seconds, as the page says
ROUND = 1.0


class Face(Protocol):
    """Whoever speaks with the person: a window or a terminal. Every question blocks until it is answered."""

    language: str

    def say(self, code: str, **values: object) -> None:
        """A sentence of words.py."""

    def open_browser(self, url: str) -> None:
        """The page that confirms, in this computer's own browser; its address is shown to nobody."""

    def ask_consent(self, site: str, job: Job) -> bool:
        """Names the site, the account and what will be read."""

    def ask_pin(self, tries: int, *, wrong: bool) -> bytearray | None:
        """None when the person gives up. The caller wipes it."""

    def ask_last_try(self) -> bool:
        """Before the try that may block the card."""

    def stopped(self) -> bool:
        """The person has closed the window."""


@dataclass
class Paired:
    """A portal that knows this agent, for one reading or, at a desk, for the next ones too."""

    portal: Portal
    pairing: str
    token: str
    purpose: str


def pair(portal: Portal, code: str, face: Face) -> Paired:
    """The code is right; the browser that showed it confirms, or nothing happens."""
    found = portal.redeem(code)
    face.open_browser(portal.origin + found.confirm_path)
    face.say("confirm-in-browser", site=portal.origin)
    return Paired(portal, found.pairing, found.token, found.purpose)


def run(paired: Paired, face: Face, *, open_readers: Callable[..., Readers] = Readers) -> None:
    """The first reading of a pairing. Problem when it came to nothing; the page says so too."""
    job = _wait(lambda: paired.portal.state(paired.pairing, paired.token), face, seconds=CONFIRM_WITHIN)
    _read(paired, job, face, open_readers, fresh=False)


def run_next(paired: Paired, face: Face, *, open_readers: Callable[..., Readers] = Readers) -> None:
    """At a desk: waits for the member's next «read», as long as they are signed in."""
    while True:
        state, job, pairing = paired.portal.next(paired.token)
        if job is not None:
            paired.pairing = pairing or paired.pairing
            return _read(paired, job, face, open_readers, fresh=True)
        if state in ENDED:
            raise Problem("over")
        _pause(face)


def _wait(ask: Callable[[], tuple[str, Job | None, str]], face: Face, *, seconds: float) -> Job:
    deadline = time.monotonic() + seconds
    while True:
        state, job, _ = ask()
        if job is not None:
            return job
        if state in ENDED:
            raise Problem("over")
        if time.monotonic() > deadline:
            raise Problem("not-confirmed")
        _pause(face)


def _pause(face: Face) -> None:
    for _ in range(10):
        if face.stopped():
            raise Problem("cancelled")
        time.sleep(ROUND / 10)


def _read(paired: Paired, job: Job, face: Face, open_readers: Callable[..., Readers], *, fresh: bool) -> None:
    try:
        if not face.ask_consent(paired.portal.origin, job):
            raise Problem("cancelled")
        readers = open_readers(face.stopped)
        try:
            files, signature = _from_card(readers, paired.portal.origin, job, face, fresh=fresh)
        finally:
            readers.close()
    except Problem as problem:
        if problem.code in TOLD:
            paired.portal.tell(paired.pairing, paired.token, problem.code)
        raise
    except BaseException:
        paired.portal.tell(paired.pairing, paired.token, "cancelled")
        raise
    face.say("sending")
    paired.portal.deliver(paired.pairing, paired.token, files, signature)
    face.say("done", site=paired.portal.origin)


def _from_card(
    readers: Readers, origin: str, job: Job, face: Face, *, fresh: bool
) -> tuple[dict[str, bytes], bytes | None]:
    name = readers.wait_for_card(tell=lambda code: face.say(code), fresh=fresh)
    readers.looks_right(name)
    with readers.connected(name) as connection:
        face.say("reading")
        with connection.alone():
            card = Belgian(connection.transmit)
            found = _files(card, job)
            signature = _presence(card, origin, job) if job.proof == "presence" else None
        files = {name: content for name, content in found.items() if content}
        if job.proof == "authentication":
            signature = _authenticate(connection, card, origin, job, face)
    return files, signature


def _files(card: Belgian, job: Job) -> dict[str, bytes | None]:
    try:
        found = {name: card.read(name) for name in job.files}
    except Problem:
        card.same_card()  # the better reason, when another card has come between
        raise
    card.same_card()
    return found


def _presence(card: Belgian, origin: str, job: Job) -> bytes | None:
    return card.present(message("presence", origin=origin, nonce=job.nonce, bind=job.bind))


def _authenticate(connection: Connection, card: Belgian, origin: str, job: Job, face: Face) -> bytes:
    """The PIN is asked for outside the transaction, used once inside it, and wiped; the agent never tries by itself."""
    text = message("authentication", origin=origin, nonce=job.nonce, bind=job.bind)
    with connection.alone():
        tries = card.tries_left()
    pad, wrong = connection.pin_pad(), False
    while True:
        if tries == 1 and not face.ask_last_try():
            raise Problem("cancelled")
        left, signature = (
            _with_pad(connection, pad, card, text, face, tries)
            if pad is not None
            else _with_pin(connection, card, text, face, tries, wrong=wrong)
        )
        if signature is not None:
            return signature
        tries, wrong = left, True
        if pad is not None:
            face.say("pin-wrong", tries=tries)


def _with_pin(
    connection: Connection, card: Belgian, text: bytes, face: Face, tries: int, *, wrong: bool
) -> tuple[int, bytes | None]:
    """(tries left, signature), with a PIN typed here."""
    pin = face.ask_pin(tries, wrong=wrong)
    if pin is None:
        raise Problem("cancelled")
    try:
        with connection.alone():
            _ready(card)
            left = card.verify(pin)
            return _signed(card, text, left)
    finally:
        pin[:] = bytes(len(pin))


def _with_pad(
    connection: Connection, pad: int, card: Belgian, text: bytes, face: Face, tries: int
) -> tuple[int, bytes | None]:
    """(tries left, signature), with a PIN typed on the reader: it never comes here."""
    face.say("pin-on-reader", tries=tries)
    with connection.alone():
        _ready(card)
        left = card.after_pad(connection.ask_pad(pad, face.language))
        return _signed(card, text, left)


def _ready(card: Belgian) -> None:
    card.same_card()
    card.prepare_signature()


def _signed(card: Belgian, text: bytes, left: int | None) -> tuple[int, bytes | None]:
    if left is not None:
        return left, None
    try:
        return 0, card.sign(text)
    finally:
        card.log_off()

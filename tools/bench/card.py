"""C1, C2: reading an identity card through the agent against bare pyscard, and verifying what was read."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from statistics import median

from app.adapters.revocation.fake import FakeRevocation
from app.eid import proofs
from app.eid.chain import Trust
from tools.bench.goals import Found
from tools.virtual_card.kept import authority
from tools.virtual_card.person import KINDS
from tools.virtual_card.reader import NoReader, Reader

GOALS = ("C1", "C2")
FILES = {"identity": "3F00DF014031", "address": "3F00DF014033", "photo": "3F00DF014035"}
BLOCK = 0xF8
ROUNDS, READINGS = 25, 150  # a reading takes two milliseconds: one busy moment must not decide
MESSAGE = b"m" * 176
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def measure(wanted, _bench):
    found = {}
    if "C1" in wanted:
        found["C1"] = reading()
    if "C2" in wanted:
        found["C2"] = verifying()
    return found


def reading():
    """The same card, reader and files, one way after the other; a whole connection each time."""
    try:
        with Reader() as reader:
            os.environ.update(reader.environment)
            found = Found()
            for kind in ("v18", "v17"):
                reader.ask("forget")
                time.sleep(1)  # the service sees within half a second that a card is gone
                reader.ask("insert", name=kind, kind=kind)
                found.values[kind] = ratio(found, kind)
            return found
    except NoReader as missing:
        return Found(missing={"": str(missing)})


def ratio(found, kind):
    from smartcard.System import readers as by_pyscard

    from card_agent.reader import Readers

    readers = Readers()
    name = readers.wait_for_card(tell=lambda _code: None)
    connection = next(one for one in by_pyscard() if str(one) == name).createConnection()
    agent, bare = [], []
    for _ in range(READINGS):
        bare.append(timed(lambda: least(connection)))
        agent.append(timed(lambda: by_agent(readers, name)))
    connection.release()
    readers.close()
    found.notes.append(
        f"{kind}: agent {median(agent) * 1000:.1f} ms, bare pyscard {median(bare) * 1000:.1f} ms"
    )
    return median(agent) / median(bare)


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_agent(readers, name):
    from card_agent.belgian_eid import Belgian

    with readers.connected(name) as connection, connection.alone():
        card = Belgian(connection.transmit)
        found = {file: card.read(file) for file in FILES}
        card.same_card()
    return found


def least(connection):
    """The least a program can do with pyscard to have these three files."""
    from smartcard.CardConnection import CardConnection
    from smartcard.scard import SCARD_RESET_CARD

    connection.connect(CardConnection.T0_protocol, disposition=SCARD_RESET_CARD)  # as the agent leaves it
    found = {}
    for file, path in FILES.items():
        connection.transmit([0x00, 0xA4, 0x08, 0x0C, 0x06, *bytes.fromhex(path)])
        content = []
        while True:
            part, first, second = connection.transmit(
                [0x00, 0xB0, len(content) >> 8, len(content) & 0xFF, BLOCK]
            )
            content += part
            if (first, second) != (0x90, 0x00) or len(part) < BLOCK:
                break
        found[file] = bytes(content)
    connection.disconnect()
    return found


def verifying():
    """Everything the portal checks of a card with its PIN, without the database."""
    trust, found = Trust(tuple(authority(kind).root.certificate for kind in ("rsa", "ec"))), Found()
    for kind in KINDS:
        files, signature = whole(kind)
        took = []
        for _ in range(ROUNDS):
            took.append(timed(lambda: check(files, signature, trust)))  # noqa: B023 - called at once
        found.values[kind] = median(took) * 1000
    return found


def whole(kind):
    """What an agent would hand over of such a card."""
    from card_agent.belgian_eid import Belgian
    from tests.cards import Direct, new_card

    card = Belgian(Direct(new_card(kind)).transmit)
    files = {name: card.read(name) for name in proofs.FILES["import"]}
    card.prepare_signature()
    card.verify(bytearray(b"1234"))
    return files, card.sign(MESSAGE)


def check(files, signature, trust):
    read = proofs.verify(
        "import",
        files,
        signature,
        message=MESSAGE,
        trust=trust,
        revocation=FakeRevocation(),
        now=NOW,
        today=NOW.date(),
    )
    assert read.level == proofs.HOLDER

"""An agent's answer: counted first, then verified, and sealed until its person says yes."""

from collections.abc import Mapping
from datetime import datetime

from app.eid import pairing as pairings
from app.eid import proofs, reading
from app.eid.chain import Trust
from app.eid.message import message
from app.eid.models import CardPairing
from app.eid.ports import Revocation
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.sealing import Sealer


def receive(
    pairing: CardPairing,
    files: Mapping[str, bytes],
    signature: bytes | None,
    *,
    scheme: str,
    trust: Trust,
    revocation: Revocation,
    sealer: Sealer,
    now: datetime,
) -> str:
    """Empty when it holds, or why not (a key of labels.REFUSED). The pairing has taken its one answer already."""
    kind = proofs.PROOF[pairing.purpose]
    expected = b""
    if kind != "none":
        expected = message(
            kind,
            origin=f"{scheme}://{pairing.host}",
            nonce=bytes.fromhex(pairing.nonce),
            bind=pairings.bind(pairing),
        )
    try:
        read = proofs.verify(
            pairing.purpose,
            files,
            signature,
            message=expected,
            trust=trust,
            revocation=revocation,
            now=now,
            today=clock.today(now, HOME),
        )
    except proofs.Unproven as wrong:
        pairings.refuse(pairing, wrong.code)
        return wrong.code
    pairings.settle(pairing, reading.pack(read), sealer=sealer, now=now)
    return ""

"""Cards: pairings, proofs, what waits for a member; and the address in a practice's file."""

from app.schema import CARD
from tools.freeze import Step

_ADDRESS = tuple(
    f'ALTER TABLE "patient" ADD COLUMN "{name}" VARCHAR({length})'
    for name, length in (("street", 120), ("postcode", 12), ("town", 80))
)
STEP = Step(name="0005_card", tables=CARD, before={"sqlite": _ADDRESS, "postgresql": _ADDRESS})

"""What a page of proposals sent back: one choice an appointment, or one for all."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from app.booking.reoffers.proposals import Proposal
from app.booking.reoffers.sending import Chosen

ALL = "all"  # a choice for every line
LIKE = ("keep", "colleague", "times", "cancel", "call", "settle")


def chosen(typed: Mapping[str, Any], proposals: Sequence[Proposal]) -> list[Chosen]:
    """A line that was not on the page is kept: nobody chose anything for it."""
    for_all = typed.get(ALL) or ""
    return [_of(one, for_all or typed.get(f"choice-{one.appointment.id}") or "keep") for one in proposals]


def _of(one: Proposal, wanted: str) -> Chosen:
    """`colleague-<id of an agenda>` names one; «colleague» alone is the first. What is not possible is to be called."""
    kind, _, agenda = wanted.partition("-")
    if kind not in LIKE:
        kind = "keep"
    if kind == "colleague":
        offers = [o for o in one.colleagues if not agenda or o.agenda.id == agenda]
        if offers:
            return Chosen(one.appointment, kind, offers[0], one.times)
        kind = "times" if not agenda and one.times else "call"
    return Chosen(one.appointment, kind, times=one.times)


def attempt_of(text: str | None) -> UUID:
    """Of the page it comes from; one of its own when the page said none."""
    try:
        return UUID(text or "")
    except ValueError:
        return uuid4()


def words_of(text: str) -> str:
    """What the practice adds, in one line that any mail can carry."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:500]

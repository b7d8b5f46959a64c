"""Journeys to the provider and back, each told with its end: who gets the proof, and who gets a word of refusal.

`told(journeys)` takes the module itself, so that tools/mutants.py can hand in one it has bent.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.adapters.saml.fake import LASTS, FakeProvider
from app.identity import journeys as honest
from app.identity.csam_models import IdentityRequest, SpentAssertion
from app.identity.ports import Ending, NotProved, Told
from app.kernel.db import database, open_database
from app.kernel.sealing import hashed
from tests.factories import NOW
from tests.people import SEALER

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
HERE = {"host": "lavande.test", "browser": "b" * 43}


class NoLogout(FakeProvider):
    def ask_to_end(self, ending: Ending, *, relay: str) -> None:
        return None


def provider() -> FakeProvider:
    made = FakeProvider()
    made.knows("alice", niss="85073099437", given_name="Alice", family_name="Dupont")
    return made


def open_at(folder: Any) -> None:
    """A database with the two tables a journey writes."""
    open_database(f"sqlite:///{folder}/journeys.db")
    database.connect(reuse_if_open=True)
    database.execute_sql("PRAGMA synchronous = OFF")
    database.obj.create_tables([IdentityRequest, SpentAssertion])


def told(journeys: Any = honest) -> dict[str, Any]:
    """{story: its end}."""
    found = {}
    for name, story in STORIES.items():
        IdentityRequest.delete().execute()
        SpentAssertion.delete().execute()
        try:
            found[name] = story(journeys)
        except NotProved as refused:
            found[name] = refused.reason
    return found


# ---- steps ----------------------------------------------------------------------------------------------------------


def leave(j: Any, purpose: str = "sign-in", **more: Any) -> str:
    """RelayState."""
    asked = {"provider": provider(), "target": "/t", "now": NOW, **HERE, **more}
    return parse_qs(urlsplit(j.begin(purpose, **asked)).query)["RelayState"][0]


def answer(j: Any, relay: str, who: str = "alice", *, after: timedelta = SECOND, journey: Any = None) -> str:
    return j.answer(
        journey or j.of_relay([relay]), [who], provider=provider(), sealer=SEALER, now=NOW + after
    )


def fetch(j: Any, ticket: str, *, after: timedelta = SECOND, **elsewhere: str) -> Any:
    journey, proof = j.fetch(ticket, **{**HERE, **elsewhere}, sealer=SEALER, now=NOW + after)
    return journey.target, proof.given_name, proof.niss, proof.level, proof.until, proof.ending.name_id


def wait(j: Any, ticket: str, *, after: timedelta = SECOND, **elsewhere: str) -> Any:
    return j.waiting(ticket, **{**HERE, **elsewhere}, sealer=SEALER, now=NOW + after)[1].given_name


def fetched(j: Any, purpose: str = "sign-in") -> str:
    ticket = answer(j, leave(j, purpose))
    fetch(j, ticket)
    return ticket


def end(j: Any, kind: type[FakeProvider] = FakeProvider) -> str:
    return j.begin_end(Ending("alice", "s"), provider=kind(), sealer=SEALER, now=NOW, **HERE)


def way_out(j: Any, ticket: str, *, after: timedelta = SECOND, **elsewhere: str) -> Any:
    found = j.way_out(ticket, **{**HERE, **elsewhere}, sealer=SEALER, now=NOW + after)
    return found and urlsplit(found).path


def relay_out(j: Any) -> str:
    end(j)
    row = IdentityRequest.get()
    url = SEALER.unseal(row.sealed, cell=f"platform|identity_request|sealed|{row.id.hex}")
    return parse_qs(urlsplit(url).query)["RelayState"][0]


def ended(j: Any, *, right: bool = True, relay: str | None = None) -> Any:
    known = relay_out(j)
    answered = IdentityRequest.get().request_id if right else "_other"
    said = Told("_1", relay or known, in_response_to=answered)
    return [j.ended(said, now=NOW), j.ended(said, now=NOW)]


def of_length(j: Any, length: int) -> bool:
    made = {"request_id": "_q", "purpose": "sign-in", "host": "h", "browser_hash": "x", "created_at": NOW}
    IdentityRequest.create(relay_hash=hashed("r" * length), expires_at=NOW, **made)
    return j.of_relay(["r" * length]) is not None


def swept(j: Any, after: timedelta) -> tuple[int, int]:
    answer(j, leave(j))
    j.purge(now=NOW + after)
    return IdentityRequest.select().count(), SpentAssertion.select().count()


def at_once(j: Any) -> str:
    """Two requests have read the row; the slower brings another assertion."""
    relay = leave(j)
    one, other = j.of_relay([relay]), j.of_relay([relay])
    answer(j, relay, journey=one)
    return answer(j, relay, journey=other)


def replay(j: Any) -> str:
    answer(j, leave(j), "alice#7")
    return answer(j, leave(j), "alice#7")


def stored(j: Any) -> Any:
    relay = leave(j, "link", level=500, account_id=None)
    ticket = answer(j, relay)
    row, spent = IdentityRequest.get(), SpentAssertion.get()
    hidden = b"Dupont" not in bytes(row.sealed) and b"85073099437" not in bytes(row.sealed)
    lengths = (len(relay), len(ticket))
    return row.level, row.purpose, row.expires_at - NOW, hidden, lengths, spent.expires_at - NOW


def finished(j: Any) -> Any:
    """What the first says, whether the other's row is the one that stays, and what the second says."""
    leave(j)
    journey, _proof = j.waiting(fetched(j), **HERE, sealer=SEALER, now=NOW + SECOND)
    first, others = j.finish(journey), [row.id != journey.id for row in IdentityRequest.select()]
    try:
        return first, others, j.finish(journey)
    except NotProved as refused:
        return first, others, refused.reason


def over_again(j: Any) -> str:
    relay = leave(j)
    answer(j, relay)
    return answer(j, relay)


# ---- the stories, and how they end ----------------------------------------------------------------------------------

PROVED = ("/t", "Alice", "85073099437", 500, NOW + SECOND + LASTS, "name-of-alice")


def _stories() -> Iterator[tuple[str, Any, Any]]:
    quarter, half, two = 15 * MINUTE, 30 * MINUTE, 2 * MINUTE + SECOND
    yield "there and back", lambda j: fetch(j, answer(j, leave(j))), PROVED
    for purpose in ("second", "link", "step-up"):
        yield f"there and back: {purpose}", lambda j, p=purpose: fetch(j, answer(j, leave(j, p))), PROVED
    yield "a slow one", lambda j: len(answer(j, leave(j), after=quarter - SECOND)), 43
    yield "too slow", lambda j: answer(j, leave(j), after=quarter), "journey-over"
    yield "the same question again", over_again, "answered-before"
    yield "the same question at once", at_once, "answered-before"
    yield "the same assertion again", replay, "replayed"
    yield "refused by the provider", lambda j: answer(j, leave(j), "mallory"), "unknown-person"
    yield "nobody's question", lambda j: answer(j, "x" * 43), "unknown-journey"
    yield "no question", lambda j: j.of_relay([]), None
    yield "two questions", lambda j: j.of_relay([leave(j), "x"]), None
    yield "a long word", lambda j: of_length(j, 100), True
    yield "a longer word", lambda j: of_length(j, 101), False
    yield (
        "an answer to a sign-out",
        lambda j: (end(j), answer(j, "", journey=IdentityRequest.get()))[1],
        "unknown-journey",
    )
    yield "what is stored", stored, (500, "link", quarter, True, (43, 43), SECOND + LASTS + 5 * MINUTE)
    yield "the platform's own level", lambda j: (leave(j), IdentityRequest.get().level)[1], 450
    yield "another host", lambda j: fetch(j, answer(j, leave(j)), host="voisin.test"), "another-browser"
    yield "another browser", lambda j: fetch(j, answer(j, leave(j)), browser="c" * 43), "another-browser"
    yield "nobody's ticket", lambda j: fetch(j, "x" * 43), "unknown-journey"
    yield "a ticket to leave", lambda j: fetch(j, end(j)), "unknown-journey"
    yield "back at the last moment", lambda j: fetch(j, answer(j, leave(j)), after=two - SECOND), PROVED
    yield "back too late", lambda j: fetch(j, answer(j, leave(j)), after=two), "journey-over"
    yield "back twice", lambda j: fetch(j, fetched(j)), "opened-before"
    yield "joining", lambda j: wait(j, fetched(j)), "Alice"
    yield "joining at the last moment", lambda j: wait(j, fetched(j), after=half), "Alice"
    yield "joining too late", lambda j: wait(j, fetched(j), after=half + SECOND), "journey-over"
    yield "joining before coming back", lambda j: wait(j, answer(j, leave(j))), "journey-over"
    yield "joining instead of connecting", lambda j: wait(j, fetched(j, "link")), "journey-over"
    yield "joining from another browser", lambda j: wait(j, fetched(j), browser="c" * 43), "another-browser"
    yield "joined twice", finished, (None, [True], "opened-before")
    yield "the way out", lambda j: way_out(j, end(j)), "/fake/slo"
    yield "the way out of another browser", lambda j: way_out(j, end(j), browser="c" * 43), None
    yield "the way out, at the last moment", lambda j: way_out(j, end(j), after=quarter - SECOND), "/fake/slo"
    yield "the way out, too late", lambda j: way_out(j, end(j), after=quarter), None
    yield "a way out with the wrong ticket", lambda j: way_out(j, answer(j, leave(j))), None
    yield "a ticket to leave is long", lambda j: len(end(j)), 43
    yield "the word of a way out is long", lambda j: len(relay_out(j)), 43
    yield (
        "it has ended, without a word",
        lambda j: j.ended(Told("_1", None, in_response_to="_q"), now=NOW),
        None,
    )
    yield "no way out", lambda j: end(j, NoLogout), None
    yield "it has ended", ended, ["lavande.test", None]
    yield "another one has ended", lambda j: ended(j, right=False), [None, None]
    yield "nobody knows which", lambda j: ended(j, relay="x" * 43), [None, None]
    yield (
        "no sign-out but a sign-in",
        lambda j: j.ended(Told("_1", leave(j), in_response_to=IdentityRequest.get().request_id), now=NOW),
        None,
    )
    yield "swept, not yet", lambda j: swept(j, SECOND), (1, 1)
    yield "swept: the assertion, not yet", lambda j: swept(j, SECOND + LASTS + 5 * MINUTE), (1, 1)
    yield "swept: the assertion", lambda j: swept(j, 2 * SECOND + LASTS + 5 * MINUTE), (1, 0)
    yield "swept: the journey, not yet", lambda j: swept(j, quarter + half), (1, 0)
    yield "swept: the journey", lambda j: swept(j, quarter + half + SECOND), (0, 0)


STORIES = {name: story for name, story, _end in _stories()}
ENDS = {name: ending for name, _story, ending in _stories()}

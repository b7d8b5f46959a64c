"""An identity provider without XML: a test says what it answers, and reads what it was asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from app.identity.ports import Asked, Ending, NotProved, Proof, Told

LASTS = timedelta(minutes=5)


class FakeProvider:
    """Knows the people it was told of; its answers are their names, its assertions numbers that count up."""

    def __init__(self, *, least: int = 450) -> None:
        self.entity_id, self.least = "https://idp.example/fake", least
        self.people: dict[str, dict[str, str]] = {}
        self.questions: list[tuple[str, int]] = []  # (relay, level)
        self.ended: list[tuple[Ending, str]] = []

    def knows(self, key: str, *, niss: str, given_name: str, family_name: str, level: int = 500) -> None:
        self.people[key] = {
            "niss": niss, "given_name": given_name, "family_name": family_name, "level": str(level),
        }  # fmt: skip

    def metadata(self) -> bytes:
        return b"<EntityDescriptor/>"

    def ask(self, *, relay: str, level: int, now: datetime) -> Asked:
        self.questions.append((relay, level))
        return Asked(f"{self.entity_id}/sso?{urlencode({'RelayState': relay})}", f"_{uuid4().hex}")

    def answer(
        self, values: Sequence[str], *, request_id: str, level: int, asked_at: datetime, now: datetime
    ) -> Proof:
        """«alice», or «alice#7» for an assertion that came before."""
        name, _hash, number = (values[0] if len(values) == 1 else "").partition("#")
        known = self.people.get(name)
        if known is None:
            raise NotProved("unknown-person")
        if int(known["level"]) < level:
            raise NotProved("level", known["level"])
        return Proof(
            niss=known["niss"],
            given_name=known["given_name"],
            family_name=known["family_name"],
            level=int(known["level"]),
            provider=self.entity_id,
            assertion_id=f"_{number or uuid4().hex}",
            until=now + LASTS,
            ending=Ending(name_id=f"name-of-{name}", session_index=f"session-of-{name}"),
        )

    def ask_to_end(self, ending: Ending, *, relay: str) -> Asked | None:
        self.ended.append((ending, relay))
        return Asked(f"{self.entity_id}/slo?{urlencode({'RelayState': relay})}", f"_{uuid4().hex}")

    def hear(self, query: str, *, now: datetime) -> Told:
        """«end=alice» asks to end her session, «done=<request>» says one has ended; «unsigned» is not believed."""
        said = {name: values[0] for name, values in parse_qs(query).items()}
        if "unsigned" in said:
            raise NotProved("unsigned")
        relay = said.get("RelayState")
        if "end" in said:
            name = said["end"]
            return Told("_1", relay, Ending(f"name-of-{name}"), (f"session-of-{name}",))
        return Told("_2", relay, in_response_to=said.get("done"))

    def confirm_end(self, told: Told) -> str:
        return f"{self.entity_id}/slo?{urlencode({'ended': told.message_id, 'RelayState': told.relay or ''})}"

"""What the agent says, in French, Dutch, German and English; French is the reference."""

from __future__ import annotations

from card_agent.requests import Job
from card_agent.words import de, en, fr, nl

CATALOGUES = {"fr": fr.SENTENCES, "nl": nl.SENTENCES, "de": de.SENTENCES, "en": en.SENTENCES}
PARTS = (
    ("identity", "part-identity"),
    ("identity", "part-number"),
    ("address", "part-address"),
    ("photo", "part-photo"),
)


class Words:
    """The sentences of one language: words("code", site=…)."""

    def __init__(self, language: str) -> None:
        self.language = language if language in CATALOGUES else "fr"

    def __call__(self, code: str, **values: object) -> str:
        return CATALOGUES[self.language][code].format(**values)

    def parts(self, job: Job) -> list[str]:
        """What will be read, as the person knows it."""
        return [self(words) for name, words in PARTS if name in job.files]

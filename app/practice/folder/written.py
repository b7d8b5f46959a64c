"""What a practice writes or counts for itself, as its folder says it; and the languages it does that in."""

from dataclasses import dataclass

PerLanguage = dict[str, str]  # in the order of the practice's languages


@dataclass(frozen=True, kw_only=True)
class Quota:
    """How many sessions of one kind of care a year holds; None and nothing are «no end»."""

    key: str
    discipline: str
    name: PerLanguage  # in some of the four languages: the usual ones have all, whatever the practice speaks
    per_year: int | None = None
    tiers: tuple[int, ...] = ()
    start_within_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What the practice says in one kind of message in one language, instead of or besides what Parvis says."""

    kind: str
    language: str
    subject: str = ""
    paragraph: str = ""
    sms: str = ""


@dataclass(frozen=True, kw_only=True)
class Text:
    kind: str
    version: int
    language: str
    body: str  # Markdown; the first line is its title

    @property
    def filename(self) -> str:
        return f"texts/{self.kind}.{self.version}.{self.language}.md"


@dataclass(frozen=True)
class Photo:
    practitioner: str  # its key
    content: bytes  # a square JPEG

    @property
    def filename(self) -> str:
        return f"photo-{self.practitioner}.jpg"


class Spoken(tuple[str, ...]):
    """The languages of a practice; in those of `unfinished` a sentence may be missing."""

    unfinished: tuple[str, ...] = ()

    @classmethod
    def of(cls, languages: tuple[str, ...], unfinished: tuple[str, ...]) -> "Spoken":
        made = cls(languages)
        made.unfinished = unfinished
        return made

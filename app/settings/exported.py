"""What a practice writes or counts for itself, as its folder takes it: texts, own words, sessions of a year."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from app.booking import prescriptions
from app.consent.models import PolicyText
from app.directory import photos
from app.directory.models import Practitioner
from app.practice import folder, wordings
from app.practice.folder import PracticeFolder

# in whichever languages they were written: none of them is missing
PARTLY = (folder.Quota, folder.Questionnaire, folder.Exercise, folder.Template)


def texts(languages: Iterable[str]) -> list[folder.Text]:
    """A language the practice no longer speaks stays in the database, where it was accepted."""
    return [as_part(folder.Text, row) for row in PolicyText.select() if row.language in languages]


def unfinished(found: PracticeFolder) -> tuple[str, ...]:
    """Languages that were added and in which not every sentence is written yet."""
    texts = {(one.kind, one.version) for one in found.texts}
    written = {
        code: {(t.kind, t.version) for t in found.texts if t.language == code} for code in found.languages
    }
    sentences = list(_sentences(found))
    return tuple(
        code
        for code in found.languages
        if written[code] != texts or any(code not in one for one in sentences)
    )


def _sentences(value: Any) -> Iterator[Mapping[str, str]]:
    """Every table of sentences by language, wherever it stands."""
    if isinstance(value, tuple):
        for one in value:
            yield from _sentences(one)
    elif isinstance(value, Mapping):
        if value:
            yield value
    elif is_dataclass(value) and not isinstance(value, PARTLY):
        for field in fields(value):
            yield from _sentences(getattr(value, field.name))


def quotas(people: Iterable[Practitioner]) -> tuple[folder.Quota, ...] | None:
    """Nothing where the practice counts as most do."""
    rows = [as_part(folder.Quota, row, tiers=tuple(row.tiers)) for row in prescriptions.quotas()]
    here = {person.discipline for person in people}
    usual = [
        as_part(folder.Quota, row, tiers=tuple(row.get("tiers", ())))
        for row in prescriptions.usual()
        if row["discipline"] in here
    ]
    return None if rows == usual else tuple(rows)


def as_part(kind: type, row: Any, **given: Any) -> Any:
    """A dataclass of the folder out of what has the same names; `given` wins."""
    known = row if isinstance(row, Mapping) else row.__data__
    names = [field.name for field in fields(kind)]
    return kind(**{name: known[name] for name in names if name in known} | given)


def words(languages: Iterable[str]) -> tuple[folder.Wording, ...]:
    spoken = set(languages)
    return tuple(as_part(folder.Wording, row) for row in wordings.all_rows() if row.language in spoken)


def faces(people: Iterable[Practitioner]) -> tuple[folder.Photo, ...]:
    """In their order, as they were drawn: the same bytes."""
    kept = photos.of_everybody()
    return tuple(folder.Photo(one.key, kept[one.id]) for one in people if one.id in kept)

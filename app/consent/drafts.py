"""The next version of a text: written in every language, then published at once or on a day; published ones stand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.consent import actions
from app.consent.models import KINDS, PolicyText, TextDraft
from app.kernel import audit, clock, edits
from app.kernel.db import write_tx
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import NATIVE, _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.practice.folder.files import MAX_BYTES, MAX_LINE
from app.practice.folder.problems import Problem
from app.practice.folder.suspicious import search

LONGEST = 20_000  # letters of one text in one language


class Unfit(Refusal):
    """The text cannot be published. `reasons`: [(language, sentence)]."""

    message = _l("The text is not published yet: please look at what is missing.")

    def __init__(self, reasons: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.reasons = list(reasons)


@dataclass(frozen=True)
class Version:
    """One version in every language it was published in."""

    number: int
    published_at: datetime
    bodies: dict[str, str]


def known(kind: str) -> str:
    """NotFound for what is no kind of text."""
    if kind not in KINDS:
        raise NotFound
    return kind


def versions(kind: str) -> list[Version]:
    """The newest first."""
    found: dict[int, Version] = {}
    for row in PolicyText.select().where(PolicyText.kind == kind).order_by(PolicyText.version.desc()):
        version = found.setdefault(row.version, Version(row.version, row.published_at, {}))
        version.bodies[row.language] = row.body
    return list(found.values())


def version(kind: str, number: int) -> Version:
    found = next((one for one in versions(kind) if one.number == number), None)
    if found is None:
        raise NotFound
    return found


def draft(kind: str) -> TextDraft | None:
    found: TextDraft | None = TextDraft.get_or_none(TextDraft.kind == kind)
    return found


def values(practice: Practice, kind: str) -> dict[str, Any]:
    """As the form has them: the draft, else the newest version, in each language of the practice."""
    row = draft(kind)
    bodies = row.bodies if row else next((one.bodies for one in versions(kind)), {})
    day = row.publish_on.isoformat() if row and row.publish_on else ""
    return {**{f"body-{code}": bodies.get(code, "") for code in practice.languages}, "publish_on": day}


def keep(
    practice: Practice, kind: str, wanted: Mapping[str, Any], *, seen: str, by: str, now: datetime
) -> None:
    """Edited when somebody else wrote meanwhile; Unfit when a day is set and something is missing."""
    bodies = {code: _tidied(wanted[f"body-{code}"]) for code in practice.languages}
    day = date.fromisoformat(wanted["publish_on"]) if wanted.get("publish_on") else None
    if day is not None and (reasons := unfit(practice, bodies)):
        raise Unfit(reasons)
    with write_tx():
        _lock(practice)
        edits.check(seen, values(practice, kind))
        row = draft(kind)
        columns = {
            "bodies": {**(row.bodies if row else {}), **bodies},
            "publish_on": day,
            "updated_at": now,
        }
        if row is None:
            TextDraft.create(kind=kind, **columns)
        else:
            TextDraft.update(**columns).where(TextDraft.id == row.id).execute()
        _told(practice, "text.draft", kind, by, now, day=day.isoformat() if day else None)


def discard(practice: Practice, kind: str, *, by: str, now: datetime) -> None:
    with write_tx():
        _lock(practice)
        if TextDraft.delete().where(TextDraft.kind == kind).execute():
            _told(practice, "text.discard", kind, by, now)


def publish(practice: Practice, kind: str, *, by: str, now: datetime) -> int:
    """The draft becomes the next version, in every language at once; its number. Unfit, or NotFound without one."""
    with write_tx():
        _lock(practice)
        row = draft(kind)
        if row is None:
            raise NotFound
        number = _publish(practice, kind, row.bodies, by=by, now=now)
        TextDraft.delete().where(TextDraft.id == row.id).execute()
    return number


def again(practice: Practice, kind: str, number: int, *, by: str, now: datetime) -> int:
    """An older version in force again, as a new one: no consent changes its text. Unfit where a language lacks."""
    with write_tx():
        _lock(practice)
        return _publish(practice, kind, version(kind, number).bodies, by=by, now=now, of=number)


def publish_due(practice: Practice, *, now: datetime) -> int:
    """Every draft whose day has come; one that has become unfit since waits for its owner."""
    today = clock.today(now, practice.timezone)
    count = 0
    for row in list(TextDraft.select().where(TextDraft.publish_on <= today)):
        if unfit(practice, row.bodies):
            continue
        with suppress(NotFound):  # another worker was quicker
            publish(practice, row.kind, by="worker", now=now)
            count += 1
    return count


def unfit(practice: Practice, bodies: Mapping[str, str]) -> list[tuple[str, str]]:
    """What keeps a text from being published: [(language, sentence)]; the same as its folder would be refused for."""
    return [
        (code, sentence)
        for code in practice.languages
        for sentence in _complaints(bodies.get(code) or "", code)
    ]


def _complaints(body: str, code: str) -> list[str]:
    language = NATIVE[code]
    title, _line, rest = body.strip().partition("\n")
    if not body.strip():
        return [_("%(language)s is missing.", language=language)]
    if not (title.startswith("# ") and title[2:].strip() and rest.strip()):
        return [
            _("%(language)s: begin with a title, written as «# Title», then the text.", language=language)
        ]
    if len(body.encode()) > MAX_BYTES[".md"] or len(body) > LONGEST:
        return [_("%(language)s: this text is too long.", language=language)]
    lines = [at for at, line in enumerate(body.split("\n"), start=1) if len(line) > MAX_LINE]
    if lines:
        return [
            _(
                "%(language)s, line %(line)s: this paragraph is very long. Make two of it.",
                language=language,
                line=lines[0],
            )
        ]
    problems: list[Problem] = []
    search("", body, problems)
    return [
        _(
            "%(language)s, %(line)s: HTML, pictures, template code, national numbers, secrets and links other than "
            "https://, mailto: and tel: have no place in a text.",
            language=language,
            line=problem.where.replace("line", _("line")),
        )
        for problem in problems[:3]
    ]


def _publish(
    practice: Practice, kind: str, bodies: Mapping[str, str], *, by: str, now: datetime, of: int | None = None
) -> int:
    if reasons := unfit(practice, bodies):
        raise Unfit(reasons)
    number = max((one.number for one in versions(kind)), default=0) + 1
    for code in practice.languages:
        actions.publish(kind, number, code, _tidied(bodies[code]), now=now)
    _told(practice, "text.publish" if of is None else "text.again", kind, by, now, version=number, of=of)
    return number


def _tidied(body: str | None) -> str:
    text = "\n".join(line.rstrip() for line in (body or "").replace("\r\n", "\n").split("\n")).strip()
    return f"{text}\n" if text else ""


def _lock(practice: Practice) -> None:
    """One writer at a time, and the public pages read anew."""
    version = Practice.catalogue_version + 1
    Practice.update(catalogue_version=version).where(Practice.id == practice.id).execute()


def _told(practice: Practice, verb: str, kind: str, by: str, now: datetime, **more: Any) -> None:
    detail = {name: value for name, value in more.items() if value is not None}
    audit.record(by=by, verb=verb, target=f"text:{kind}", at=now, detail=detail)

"""sessions.toml and messages.toml: files a practice has only where it differs from what Parvis does."""

from typing import Any

from app.practice import placeholders
from app.practice.folder.contents import DISCIPLINES, LANGUAGES, PracticeFolder
from app.practice.folder.fields import Table
from app.practice.folder.written import Quota, Wording
from app.practice.wordings import KINDS, WITH_SMS

MOST_TIERS = 5


def read_sessions(table: Table) -> tuple[Quota, ...]:
    keys: set[str] = set()
    quotas = tuple(_quota(item, keys) for item in table.tables("quotas", required=True))
    table.done()
    return quotas


def _quota(table: Table, keys: set[str]) -> Quota:
    tiers = table.values.get("tiers", [])
    if not isinstance(tiers, list) or not all(type(one) is int and 0 < one < 10_000 for one in tiers):
        table.wrong("tiers", "must be a list of numbers such as [9, 18]")
        tiers = []
    elif len(tiers) > MOST_TIERS or tiers != sorted(set(tiers)):
        table.wrong("tiers", f"must be at most {MOST_TIERS} numbers, each larger than the one before")
    table.known("tiers")
    quota = Quota(
        key=table.key(keys),
        discipline=table.choice("discipline", DISCIPLINES),
        name=_names(table),
        per_year=table.whole("per_year", 1, 1000, default=None),
        tiers=tuple(tiers),
        start_within_days=table.whole("start_within_days", 1, 730, default=None),
    )
    table.done()
    return quota


def _names(table: Table) -> dict[str, str]:
    """In any of the four languages, in their order; one at least."""
    names = table.table("name")
    if names is None:
        return {}
    found = {code: names.text(code, most=100) for code in LANGUAGES if code in names.values}
    if not found:
        table.wrong("name", "must be there in one language at least")
    names.done()
    return found


def read_messages(table: Table, languages: tuple[str, ...]) -> tuple[Wording, ...]:
    taken: set[tuple[str, str]] = set()
    wordings = tuple(_wording(item, languages, taken) for item in table.tables("messages", required=True))
    table.done()
    return tuple(sorted(wordings, key=place))


def _wording(table: Table, languages: tuple[str, ...], taken: set[tuple[str, str]]) -> Wording:
    found = Wording(
        kind=table.choice("kind", KINDS),
        language=table.choice("language", languages or LANGUAGES),
        subject=table.text("subject", most=150, default=""),
        paragraph=table.text("paragraph", most=1000, default="", lines=True),
        sms=table.text("sms", most=100, default=""),
    )
    if (found.kind, found.language) in taken:
        table.wrong("kind", "is there twice in this language")
    taken.add((found.kind, found.language))
    for name in ("subject", "paragraph", "sms"):
        allowed = placeholders.SMS if name == "sms" else placeholders.MAIL
        for wrong in placeholders.unknown(getattr(found, name), allowed)[:1]:
            table.wrong(name, f"{wrong!r} is no place Parvis fills; these are: {', '.join(allowed)}")
    if found.sms and found.kind not in WITH_SMS:
        table.wrong("sms", "this message is never sent as an SMS")
    table.done()
    return found


def place(wording: Wording) -> tuple[int, int]:
    return KINDS.index(wording.kind), LANGUAGES.index(wording.language)


def tables_of(folder: PracticeFolder) -> dict[str, dict[str, Any]]:
    """The files by name; none where the practice does as Parvis does."""
    found: dict[str, dict[str, Any]] = {}
    if folder.quotas is not None:
        found["sessions.toml"] = {"quotas": [_quota_table(one) for one in folder.quotas]}
    if folder.wordings:
        said = sorted(folder.wordings, key=place)
        found["messages.toml"] = {
            "messages": [{name: value for name, value in vars(one).items() if value} for one in said]
        }
    return found


def _quota_table(quota: Quota) -> dict[str, Any]:
    names = {code: quota.name[code] for code in LANGUAGES if code in quota.name}
    return {**vars(quota), "tiers": list(quota.tiers), "name": names}

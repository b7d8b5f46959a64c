"""From a PracticeFolder to the files of its folder: the same practice always gives the same bytes."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path

from app.practice.folder import care, walk_ins
from app.practice.folder.contents import (
    LOGO,
    WEEKDAYS,
    Hours,
    HoursException,
    PracticeFolder,
    Rule,
    Site,
)
from app.practice.folder.extras import tables_of
from app.practice.folder.fields import as_clock
from app.practice.folder.files import OPTIONAL_FILES, PHOTO_NAME, TEXT_NAME
from app.practice.folder.reminders import said
from app.practice.folder.texts import place
from app.practice.toml_text import Rows, dumps

TITLES = {
    "practice.toml": "Who the practice is and where. Sentences stand once per language; the first is the default.",
    "brand.toml": "The look: one colour, from which every shade is computed. The logo is the file logo.png.",
    "services.toml": "What can be booked. Durations are in minutes, prices in cents.",
    "agendas.toml": "Who works where and when. Hours are local wall-clock hours.",
    "sessions.toml": "Sessions of a year, where the practice counts them otherwise than Parvis does.",
    "messages.toml": "The practice's own words in its messages. Braces hold the places that Parvis fills.",
    "questionnaires.toml": "What the practice asks its patients, and with which services it is sent by itself.",
    "exercises.toml": "The exercises of the practice, and templates of programmes.",
    "policy.toml": "The rules of booking. Notices are in minutes, fees in cents; a service may differ.",
}
GUIDE = "tenants/README.md explains every key."


def files_of(folder: PracticeFolder) -> dict[str, bytes]:
    """Every file of the folder by its name, in canonical form."""
    tables = {
        "practice.toml": _practice(folder),
        "brand.toml": {"color": folder.brand.color},
        "services.toml": {
            "services": [_plain(service, sparing=True, speak=folder.languages) for service in folder.services]
        },
        "agendas.toml": _agendas(folder),
        "policy.toml": _policy(folder),
        **tables_of(folder),
        **care.tables_of(folder),
    }
    files = {
        name: f"# {TITLES[name]}\n# {GUIDE}\n\n{dumps(_lean(table))}".encode()
        for name, table in tables.items()
    }
    if folder.brand.logo:
        files[LOGO] = folder.brand.logo
    files |= {photo.filename: photo.content for photo in folder.photos}
    for text in folder.texts:
        if not TEXT_NAME.fullmatch(text.filename.removeprefix("texts/")):
            raise ValueError(f"{text.filename!r} is not a name for a text")
    return files | {text.filename: text.body.encode() for text in sorted(folder.texts, key=place)}


def write(folder: PracticeFolder, path: Path | str) -> None:
    """Makes `path` hold this practice; what is no longer part of it goes, other files stay."""
    path, files = Path(path), files_of(folder)
    for directory in (path, path / "texts"):
        if directory.is_symlink():
            raise ValueError(f"{directory} is a link; a practice is written into a real folder")
        directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _replace(path / name, content)
    faces = [file.name for file in path.iterdir() if PHOTO_NAME.fullmatch(file.name)]
    perhaps = (LOGO, *OPTIONAL_FILES, *faces)
    for file in [*(path / name for name in perhaps), *(path / "texts").iterdir()]:
        name = file.relative_to(path).as_posix()
        if (name in perhaps or TEXT_NAME.fullmatch(file.name)) and name not in files:
            file.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    # Written beside and moved over: a reader never sees half a file, and a link in its place is not followed.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _practice(folder: PracticeFolder) -> dict:
    speak = folder.languages
    return {
        "slug": folder.slug,
        "name": folder.name,
        "timezone": folder.timezone,
        "languages": list(speak),
        "unfinished": list(folder.unfinished),
        "discipline": folder.discipline,
        "hosts": list(folder.hosts),
        "widgets": folder.widgets,
        "contact": _plain(folder.contact, sparing=True),
        "tagline": _in_order(folder.tagline, speak),
        "reminders": said(folder.reminders) if folder.reminders else None,
        "walk_ins": walk_ins.said(folder.walk_ins) if folder.walk_ins else None,
        "questions": {"who": folder.questions} if folder.questions else None,
        "sites": [
            _site(site, speak) | ({"timezone": None} if site.timezone == folder.timezone else {})
            for site in folder.sites
        ],
    }


def _site(site: Site, speak: Iterable[str]) -> dict:
    pools = [
        _plain(pool, sparing=True, speak=speak)
        | {"resources": [_plain(one, sparing=True, speak=speak) for one in pool.resources]}
        for pool in site.pools
    ]
    return _plain(site, sparing=True, speak=speak) | {"pools": pools}


def _agendas(folder: PracticeFolder) -> dict:
    speak = folder.languages
    return {
        "opened_holidays": list(folder.opened_holidays),
        "practitioners": [_plain(person, sparing=True, speak=speak) for person in folder.practitioners],
        "schedules": [
            _plain(schedule, sparing=True)
            | {
                "services": Rows(_plain(offer, sparing=True) for offer in schedule.services),
                "exceptions": Rows(_exception(exception) for exception in schedule.exceptions),
                "plans": [
                    _plain(plan, sparing=True) | {"hours": Rows(_hours(window) for window in plan.hours)}
                    for plan in schedule.plans
                ],
            }
            for schedule in folder.schedules
        ],
        "time_off": [_plain(item, speak=speak) for item in folder.time_off],
    }


def _hours(window: Hours) -> dict:
    return {
        "week": window.week_in_cycle + 1 if window.week_in_cycle else None,
        "day": WEEKDAYS[window.weekday],
        **_window(window),
    }


def _exception(exception: HoursException) -> dict:
    whole_day = (exception.start_minute, exception.end_minute) == (0, 1440)
    hours = {"from": None, "to": None} if exception.kind == "close" and whole_day else {}
    return {
        "kind": exception.kind,
        "first_day": exception.first_day,
        "last_day": None if exception.last_day == exception.first_day else exception.last_day,
        **_window(exception),
        **hours,
    }


def _window(window: Hours | HoursException) -> dict:
    return {
        "from": as_clock(window.start_minute),
        "to": as_clock(window.end_minute),
        "services": window.services,
        "audience": None if window.audience == "public" else window.audience,
    }


def _policy(folder: PracticeFolder) -> dict:
    policy = folder.policy
    return _plain(policy) | {
        "services": [{"service": rule.service} | _plain(rule) for rule in policy.services],
        "rules": [_rule(rule) for rule in policy.rules],
        "limits": Rows(_plain(limit, sparing=True) for limit in policy.limits),
    }


def _rule(rule: Rule) -> dict:
    """Whom and what it is about first."""
    about = {"service": rule.service, "agenda": rule.agenda, "level": rule.level, "known": rule.known}
    return {**about, "outcome": rule.outcome} | _plain(rule)


def _plain(value, *, sparing: bool = False, speak: Iterable[str] = ()) -> dict:
    """A dataclass as a table; `sparing` leaves out what has its default value."""
    table = {}
    for field in fields(value):
        content = getattr(value, field.name)
        if sparing and content == field.default:
            continue
        table[field.name] = _in_order(content, speak) if isinstance(content, dict) else content
    return table


def _in_order(sentences: Mapping[str, str], speak: Iterable[str]) -> dict:
    """Those the practice speaks; where it speaks none of them any more, one stands in its first language."""
    speak = list(speak)
    found = {language: sentences[language] for language in speak if language in sentences}
    if speak and sentences and not found:
        return {speak[0]: next(iter(sentences.values()))}
    return found


def _lean(value):
    """The same without what is left unsaid: None, and empty tables and lists."""
    match value:
        case Rows():
            return Rows(_lean(item) for item in value)
        case list() | tuple():
            return [_lean(item) for item in value]
        case Mapping():
            lean = {key: _lean(item) for key, item in value.items() if item is not None}
            return {
                key: item
                for key, item in lean.items()
                if item not in ({}, []) or key in ("hosts", "languages", "mail")
            }
    return value

"""From a folder on the disk to a PracticeFolder, or to the list of what must be mended first."""

import os
from pathlib import Path

from app.practice.folder import jpeg, picture
from app.practice.folder.agendas import Known, read_agendas
from app.practice.folder.care import read_exercises, read_questionnaires
from app.practice.folder.contents import LOGO, PracticeFolder
from app.practice.folder.extras import read_messages, read_sessions
from app.practice.folder.fields import Table
from app.practice.folder.files import PHOTO_NAME, load, text_of, toml_of
from app.practice.folder.identity import read_brand, read_practice
from app.practice.folder.offers import read_services
from app.practice.folder.problems import BadFolder, Problem
from app.practice.folder.rules import read_policy
from app.practice.folder.suspicious import search
from app.practice.folder.texts import read_texts
from app.practice.folder.written import Photo

MOST_PROBLEMS = 200


def read(path: Path | str) -> PracticeFolder:
    """The practice as its folder describes it; raises BadFolder with every problem."""
    folder, problems = _examine(Path(path))
    if folder is None:
        raise BadFolder(problems)
    return folder


def check(path: Path | str) -> list[Problem]:
    """Everything that keeps the folder from being opened; an empty list when all is well."""
    return _examine(Path(path))[1]


def _examine(path: Path) -> tuple[PracticeFolder | None, list[Problem]]:
    problems: list[Problem] = []
    files = load(path, problems)
    tables, bodies = _parse(files, problems)
    folder = _build(path, files, tables, bodies, problems)
    if len(problems) > MOST_PROBLEMS:
        more = len(problems) - MOST_PROBLEMS
        problems[MOST_PROBLEMS:] = [Problem(".", "", f"and {more} more problems")]
    return (folder, []) if folder and not problems else (None, problems)


def _parse(files: dict[str, bytes], problems: list[Problem]) -> tuple[dict[str, Table], dict[str, str]]:
    tables, bodies = {}, {}
    for name, content in files.items():
        look = picture.complaint_about if name == LOGO else jpeg.complaint_about
        if name == LOGO or PHOTO_NAME.fullmatch(name):
            if complaint := look(content):
                problems.append(Problem(name, "", complaint))
            continue
        text = text_of(name, content, problems)
        if text is None:
            continue
        search(name, text, problems)
        if name.startswith("texts/"):
            bodies[name] = text
        elif (values := toml_of(name, text, problems)) is not None:
            tables[name] = Table(values, file=name, problems=problems)
    return tables, bodies


def _build(path, files, tables, bodies, problems) -> PracticeFolder | None:
    """Reads what can be read, so that one broken file does not hide the problems of the others."""
    parts = {}
    name = os.path.basename(os.path.abspath(path))
    practice = read_practice(tables["practice.toml"], name) if "practice.toml" in tables else None
    languages = practice["languages"] if practice else ()
    if "brand.toml" in tables:
        parts["brand"] = read_brand(tables["brand.toml"], files.get(LOGO))
    services = agendas = None
    if "services.toml" in tables:
        pools = (
            tuple({pool.key: 0 for site in practice["sites"] for pool in site.pools}) if practice else None
        )
        parts["services"] = read_services(tables["services.toml"], languages, pools)
        services = tuple(service.key for service in parts["services"])
    if "agendas.toml" in tables:
        sites = tuple(site.key for site in practice["sites"]) if practice else None
        known = Known(languages=languages, sites=sites, services=services)
        parts |= read_agendas(tables["agendas.toml"], known)
        agendas = tuple(schedule.key for schedule in parts["schedules"])
        parts["photos"] = _photos(files, [person.key for person in parts["practitioners"]], problems)
    if "policy.toml" in tables:
        parts["policy"] = read_policy(tables["policy.toml"], services, agendas)
    if "sessions.toml" in tables:
        parts["quotas"] = read_sessions(tables["sessions.toml"])
    if "messages.toml" in tables:
        parts["wordings"] = read_messages(tables["messages.toml"], languages)
    if "questionnaires.toml" in tables:
        parts["questionnaires"] = read_questionnaires(tables["questionnaires.toml"], languages, services)
    if "exercises.toml" in tables:
        parts |= read_exercises(tables["exercises.toml"], languages)
    if bodies:
        parts["texts"] = read_texts(bodies, languages, problems)
    if practice is None or not {"brand", "services", "schedules", "policy", "texts"} <= parts.keys():
        return None
    return PracticeFolder(**practice, **parts)


def _photos(files: dict[str, bytes], people: list[str], problems: list[Problem]) -> tuple[Photo, ...]:
    """In the order of the practitioners; a face of nobody is a mistake."""
    faces = {match[1]: content for name, content in files.items() if (match := PHOTO_NAME.fullmatch(name))}
    for key in faces.keys() - set(people):
        problems.append(Problem(f"photo-{key}.jpg", "", "agendas.toml has no practitioner of this key"))
    return tuple(Photo(key, faces[key]) for key in people if key in faces)

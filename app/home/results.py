"""What the central search answers, in the words of the person who reads it: every card, sentence and link."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from babel.numbers import format_decimal

from app.directory.disciplines import practitioner_label, subject_label
from app.directory.question import MOST_PAGES, NEAREST, RADII, Question
from app.directory.search import PAGE, Entry, Meaning, Results
from app.kernel.clock import local, today
from app.kernel.i18n import _, language, locale_of, when_label
from app.kernel.owners import pick
from app.web.door import practice_url


def page(found: Results, *, now: datetime) -> dict[str, Any]:
    """The context of `home/results.html` and of the part that changes."""
    question, code = found.question, language()
    more = found.has_more and question.page < MOST_PAGES
    wider = next((km for km in RADII if found.radius and km > found.radius), None)
    return {
        "found": found,
        "question": question,
        "title": title(found.question, found.meaning),
        "scope": scope(found) if found.entries else "",
        "problems": [_problem(problem, question) for problem in question.problems],
        "shown": shown(found, code, now=now),
        "first_new": (question.page - 1) * PAGE + 1 if question.page > 1 else None,
        "more_url": question.url(page=question.page + 1, within=question.within) if more else None,
        "wider": wider,
        "wider_url": question.url(within=wider) if wider else None,
        "understood": found.meaning != Meaning(),
        "silence": _silence(found.meaning),
        "ways_out": [] if found.entries else _ways_out(found),
        "who": " ".join(filter(None, (subject_label(question.discipline), question.who))),
        "where": question.where,
        "point": question.point,
    }


# --- sentences


def title(question: Question, meaning: Meaning) -> str:
    subject = subject_label(meaning.discipline)
    if meaning.names:
        words = _("“%(words)s”", words=question.who)
        what = _("%(subject)s: %(words)s", subject=subject, words=words) if question.discipline else words
    else:
        what = subject or _("All disciplines")
    if meaning.place:
        return _("%(what)s around %(place)s", what=what, place=meaning.place.label(language()))
    if meaning.point:
        return _("%(what)s near you", what=what)
    return what if meaning != Meaning() else _("Find a practice")


def scope(found: Results) -> str:
    """How far was looked, and what stands first."""
    km, nearest = found.radius, found.question.by == NEAREST
    if km is None:
        return _("In all of Belgium, the soonest first")
    if km > found.question.within:
        words = {"near": found.question.within, "km": km}
        if nearest:
            return _("Nobody within %(near)s km, so we looked within %(km)s km: the nearest first", **words)
        return _("Nobody within %(near)s km, so we looked within %(km)s km: the soonest first", **words)
    if nearest:
        return _("Within %(km)s km, the nearest first", km=km)
    return _("Within %(km)s km, the soonest first", km=km)


def _problem(problem: str, question: Question) -> str:
    if problem == "place":
        return _(
            "We do not know the place “%(place)s”. Check how it is written, or type its postcode.",
            place=question.where,
        )
    if problem == "discipline":
        return _("We do not know this discipline. Choose one below, or type what you are looking for.")
    if problem == "abroad":
        return _("Your position is outside Belgium. Type a town or a postcode instead.")
    return _("Your position could not be read. Type a town or a postcode instead.")


def _silence(meaning: Meaning) -> str:
    if meaning.names:
        return _("No name begins like this. Check how it is written, or leave a word out.")
    if meaning.point is None:
        return _("Nobody of this discipline is here yet.")
    return _("Nobody is here within %(km)s km yet.", km=RADII[-1])


def _ways_out(found: Results) -> list[tuple[str, str]]:
    """(address, text) of wider questions, when nobody answers this one."""
    question, meaning = found.question, found.meaning
    ways = []
    if meaning.names and (meaning.discipline or meaning.point):
        wider = Question(discipline=meaning.discipline, where=question.where, point=question.point)
        ways.append(
            (wider.url(), title(wider, Meaning(meaning.discipline, (), meaning.place, meaning.point)))
        )
    if meaning.point and (meaning.names or meaning.discipline):
        ways.append((question.url(where="", point=None), _("Look in all of Belgium")))
    return ways


# --- cards


class Shown(NamedTuple):
    """One card, every word of it ready: the template only places them."""

    name: str
    discipline: str
    practice: str
    site: str  # when the practice has several
    street: str
    town: str  # with its postcode
    map_url: str
    distance: str
    phone: str
    tel: str
    email: str
    home: str
    book: str
    state: str  # "free", "full", "see" (look at the site) or "call"
    first_free: str
    first_free_iso: str
    day: str  # "today", "tomorrow" or ""


def shown(found: Results, code: str, *, now: datetime) -> list[Shown]:
    disciplines = {entry.card["discipline"] for entry in found.entries}
    labels = {discipline: practitioner_label(discipline) for discipline in disciplines}
    return [_card(entry, labels, code, now) for entry in found.entries]


def _card(entry: Entry, labels: dict[str, str], code: str, now: datetime) -> Shown:
    card = entry.card
    host, phone, own = card["host"], card["phone"], card["languages"]
    state = _state(entry)
    lat, lon = f"{entry.lat:.5f}", f"{entry.lon:.5f}"
    return Shown(
        card["name"],
        labels[card["discipline"]],
        card["practice"],
        pick(card["site"], code, own),
        card["street"],
        f"{card['postcode']} {pick(card['town'], code, own)}",
        f"https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}",
        "" if entry.km is None else distance_label(round(entry.km * 10), code),
        phone,
        "tel:" + "".join(c for c in phone if c.isdigit() or c == "+") if phone else "",
        card["email"],
        practice_url(host) if host else "",
        practice_url(host, "/book") if host else "",
        state,
        *(_first_free(entry.next_free or 0, card["zone"], code, now) if state == "free" else ("", "", "")),
    )


def _state(entry: Entry) -> str:
    if not (entry.bookable and entry.card["host"]):
        return "call"
    if entry.is_stale:
        return "see"
    return "full" if entry.next_free is None else "free"


def _first_free(minutes: int, zone: str, code: str, now: datetime) -> tuple[str, str, str]:
    moment = local(minutes, zone)
    days = (moment.date() - today(now, zone)).days
    return when_label(moment, code), moment.isoformat(), {0: "today", 1: "tomorrow"}.get(days, "")


@lru_cache(maxsize=4096)
def distance_label(tenths: int, code: str) -> str:
    """«1,2 km», and whole kilometres from ten on: a town is not a point."""
    km = tenths / 10 if tenths < 100 else round(tenths / 10)
    return f"{format_decimal(km, format='0.#', locale=locale_of(code))}\u00a0km"

"""What the central search answers, in the words of the person who reads it: every card, sentence and link."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import render_template
from markupsafe import Markup

from app.directory.disciplines import DISCIPLINES, subject_label
from app.directory.places import Place
from app.directory.question import MOST_PAGES, NEAREST, RADII, SOONEST, Question
from app.directory.search import PAGE, Meaning, Results
from app.home import cards
from app.home.moulds import GAP, escaped, fill
from app.kernel.i18n import _, language

FIELDS = ("title", "scope", "soonest", "nearest", "more", "wider", "km", "wider_km", "notes", "cards")


def html(found: Results, *, now: datetime) -> bytes:
    """The part of the page that changes."""
    question, code = found.question, language()
    if not found.entries:
        return _nobody(found).encode()
    first_new = (question.page - 1) * PAGE if question.page > 1 else None
    before, after = _frame(question, found.meaning, found.radius, found.has_more, found.other_places, code)
    return b"".join((before, cards.html(found.entries, code, now=now, first_new=first_new), after))


@lru_cache(maxsize=1024)
def _frame(
    question: Question,
    meaning: Meaning,
    radius: int | None,
    has_more: bool,
    others: tuple[Place, ...],
    code: str,
) -> tuple[bytes, bytes]:
    """What stands before the cards, and after them; many people ask the same."""
    is_near, is_last = meaning.point is not None, question.page == MOST_PAGES
    wider = next((km for km in RADII if radius and km > radius), None) if not has_more else None
    values = escaped([
        title(question, meaning, code),
        _scope(question, radius),
        question.url(by=SOONEST) if is_near else "",
        question.url(by=NEAREST) if is_near else "",
        question.url(page=question.page + 1) if has_more and not is_last else "",
        question.url(within=wider) if wider else "",
        str(radius or ""),
        str(wider or ""),
    ])  # fmt: skip
    notes = _notes(question, others, code).encode() if question.problems or others else b""
    shape = (("by", question.by), ("too_many", has_more))
    before, after = fill("home/_results.html", code, FIELDS, [*values, notes, GAP], shape).split(GAP)
    return before, after


def asked(question: Question) -> dict[str, Any]:
    """What the search box still shows of the question."""
    who = " ".join(filter(None, (subject_label(question.discipline), question.who)))
    return {"who": who, "where": question.where, "point": question.point}


# --- sentences


def title(question: Question, meaning: Meaning, code: str) -> str:
    if meaning.is_empty:
        return _("Find a practice")
    subject = subject_label(meaning.discipline)
    what = subject or _("All disciplines")
    if meaning.names:
        what = _("“%(words)s”", words=question.who)
        if question.discipline:
            what = _("%(subject)s: %(words)s", subject=subject, words=what)
    if meaning.place:
        return _("%(what)s around %(place)s", what=what, place=meaning.place.label(code))
    return _("%(what)s near you", what=what) if meaning.point else what


def _scope(question: Question, km: int | None) -> str:
    """How far was looked, and what stands first."""
    near, nearest = question.within, question.by == NEAREST
    if km is None:
        return _("In all of Belgium, the soonest first")
    if km == near and nearest:
        return _("Within %(km)s km, the nearest first", km=km)
    if km == near:
        return _("Within %(km)s km, the soonest first", km=km)
    if nearest:
        return _(
            "Nobody within %(near)s km, so we looked within %(km)s km: the nearest first", near=near, km=km
        )
    return _("Nobody within %(near)s km, so we looked within %(km)s km: the soonest first", near=near, km=km)


def _notes(question: Question, other_places: tuple[Place, ...], code: str) -> str:
    """What could not be understood, and what else may be meant."""
    problems = [_problem(problem, question) for problem in question.problems]
    labels = [place.label(code) for place in other_places]
    others = [(replace(question, where=label).url(), label) for label in labels]
    return render_template("home/_notes.html", problems=problems, others=others)


def _problem(problem: str, question: Question) -> str:
    if problem == "place":
        return _(
            "We do not know the place “%(place)s”. Check how it is written, or type its postcode.",
            place=question.where,
        )
    if problem == "discipline":
        return _(
            "We do not know this discipline. Choose one from the list, or type what you are looking for."
        )
    if problem == "abroad":
        return _("Your position is outside Belgium. Type a town or a postcode instead.")
    return _("Your position could not be read. Type a town or a postcode instead.")


def _nobody(found: Results) -> str:
    return render_template(
        "home/_nobody.html",
        title=title(found.question, found.meaning, language()),
        notes=Markup(_notes(found.question, found.other_places, language())),
        understood=not found.meaning.is_empty,
        silence=_silence(found.meaning),
        ways_out=_ways_out(found),
        disciplines=DISCIPLINES,
    )


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
        ways.append((wider.url(), title(wider, replace(meaning, names=()), language())))
    if meaning.point and (meaning.names or meaning.discipline):
        ways.append((replace(question, where="", point=None).url(), _("Look in all of Belgium")))
    return ways

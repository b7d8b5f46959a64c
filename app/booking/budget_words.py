"""What is left of a prescription, in sentences: the warnings first."""

from dataclasses import dataclass

from app.booking.prescriptions import Counted
from app.kernel.i18n import _, date_label, language
from app.kernel.owners import Practice, pick


@dataclass(frozen=True)
class Sentence:
    """`kind` as notices have it: warning, notice or ok."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A prescription as pages show it; what is over has nothing left to warn of."""

    counted: Counted
    title: str
    summary: str
    sentences: list[Sentence]


def line(counted: Counted, practice: Practice) -> Line:
    day = date_label(counted.prescription.prescribed_on, language())
    title = pick(counted.quota.name, language(), practice.languages) if counted.quota else ""
    over = counted.prescription.ended_at is not None
    return Line(
        counted,
        title or _("Prescription of %(day)s", day=day),
        summary(counted),
        [] if over else sentences(counted),
    )


def sentences(counted: Counted) -> list[Sentence]:
    """For the person and for the desk alike."""
    budget, found = counted.budget, []
    if budget.full:
        found.append(Sentence("warning", _("The sessions that are reimbursed this year are used up.")))
    elif budget.tier is not None:
        words = _(
            "The next session is number %(number)s of the year: from here on less is reimbursed.",
            number=budget.number,
        )
        found.append(Sentence("warning", words))
    elif budget.near is not None:
        words = _("After session %(tier)s of the year less is reimbursed.", tier=budget.near)
        found.append(Sentence("notice", words))
    if budget.start_by is not None:
        day = date_label(budget.start_by, language())
        if budget.late:
            words = _("The treatment should have begun by %(day)s: a new prescription is needed.", day=day)
            found.append(Sentence("warning", words))
        else:
            found.append(Sentence("notice", _("The treatment must begin by %(day)s.", day=day)))
    if budget.needs_another:
        found.append(Sentence("notice", _("No session is left: for more, a new prescription is needed.")))
    return found


def summary(counted: Counted) -> str:
    budget = counted.budget
    return _(
        "%(used)s of %(prescribed)s sessions done, %(booked)s booked, %(left)s left.",
        used=budget.used,
        prescribed=budget.prescribed,
        booked=budget.booked,
        left=budget.left,
    )

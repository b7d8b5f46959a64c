"""What the desk shows of a request: who, what, when, their note, how the practice knows them, and the time left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking import labels, queries
from app.booking.models import Appointment, RequestQuestion
from app.kernel.clock import local, to_minutes
from app.kernel.i18n import _, ngettext
from app.patients import trust
from app.questionnaires import queries as questionnaires
from app.questionnaires.models import QuestionnaireResponse

SOON = 4 * 60  # minutes: then it hurries


@dataclass(frozen=True)
class Card:
    request: Appointment
    moment: datetime
    until: str
    left: str
    hurries: bool
    known: str
    came_before: bool
    questions: Sequence[RequestQuestion]
    questionnaires: Sequence[QuestionnaireResponse] = ()

    @property
    def asks(self) -> bool:
        """Whether the person has to answer before the practice can."""
        return bool(self.request.status == "pending")


def of(requests: Sequence[Appointment], *, now: datetime) -> list[Card]:
    """Four statements, however many there are."""
    asked = queries.questions_of([one.id for one in requests])
    sent = questionnaires.of_requests([one.id for one in requests])
    before = queries.came_before({one.patient_id for one in requests}, now=now)
    return [
        _card(one, asked[one.id], sent.get(one.id, ()), came_before=one.patient_id in before, now=now)
        for one in requests
    ]


def _card(
    one: Appointment,
    asked: list[RequestQuestion],
    sent: Sequence[QuestionnaireResponse],
    *,
    came_before: bool,
    now: datetime,
) -> Card:
    zone, until = one.location.timezone, one.answer_by or one.starts
    left = until - to_minutes(now)
    return Card(
        request=one,
        moment=local(one.starts, zone),
        until=labels.when(until, zone),
        left=time_left(left),
        hurries=left < SOON,
        known=str(trust.at_the_desk(one.level or 0)),
        came_before=came_before,
        questions=asked,
        questionnaires=sent,
    )


def time_left(minutes: int) -> str:
    if minutes <= 0:
        return _("The time is over")
    if minutes < 60:
        return _("Less than an hour left")
    if minutes < 48 * 60:
        return ngettext("%(num)s hour left", "%(num)s hours left", minutes // 60)
    return ngettext("%(num)s day left", "%(num)s days left", minutes // 1440)


def times(offered: Sequence[tuple[int, str, int]], offers: Sequence[Any]) -> list[dict[str, Any]]:
    """The other times in words, with whom; one of an agenda that does not offer this is left out."""
    people = {offer.schedule.id.hex: offer for offer in offers}
    return [
        {
            "number": number,
            "words": labels.when(start, people[who].location.timezone),
            "with_whom": people[who].practitioner.name,
        }
        for number, who, start in offered
        if who in people
    ]

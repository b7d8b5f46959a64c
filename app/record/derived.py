"""What follows from weight, height, age and sex: body mass index and basal metabolic rate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.record.numbers import rounded

# Mifflin MD, St Jeor ST et al., Am J Clin Nutr 1990;51(2):241-247: kg, cm and years; the last term by sex
SEX_TERM = {"male": 5, "female": -161}


@dataclass(frozen=True)
class Body:
    """What is known: weight in tenths of a kg, height in tenths of a cm."""

    weight: int | None = None
    height: int | None = None
    birth_date: date | None = None
    sex: str = "unknown"


def missing(kind: str, body: Body) -> tuple[str, ...]:
    """What must be noted first: weight and height, then birth-date and sex."""
    found = [name for name, value in (("weight", body.weight), ("height", body.height)) if not value]
    if kind == "metabolic-rate" and not found:
        found += [] if body.birth_date else ["birth-date"]
        found += [] if body.sex in SEX_TERM else ["sex"]
    return tuple(found)


def value(kind: str, body: Body, *, today: date) -> int | None:
    """In the smallest decimal of the kind; None while something is missing."""
    if missing(kind, body):
        return None
    return bmi(body) if kind == "bmi" else metabolic_rate(body, today=today)


def bmi(body: Body) -> int:
    """Tenths of kg/m2 (WHO, Technical Report Series 894): weight over the square of height."""
    assert body.weight and body.height
    metres = Decimal(body.height) / 1000
    return rounded(Decimal(body.weight) / (metres * metres))


def metabolic_rate(body: Body, *, today: date) -> int:
    """Kilocalories a day at rest: 10 x kg + 6.25 x cm - 5 x years + the term of the sex."""
    assert body.weight and body.height and body.birth_date
    born = body.birth_date
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return rounded(Decimal(body.weight) + Decimal("0.625") * body.height - 5 * years + SEX_TERM[body.sex])

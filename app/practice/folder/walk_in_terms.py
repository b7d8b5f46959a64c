"""What a folder says of people who come without an appointment."""

from dataclasses import dataclass

REASONS = ("care", "consultation", "prescription", "question", "other")


@dataclass(frozen=True, kw_only=True)
class WalkIns:
    """How a practice takes people without an appointment; None in the folder: it takes nobody."""

    enabled: bool = True
    reasons: tuple[str, ...] = ()  # of REASONS
    average_minutes: int = 15
    sound: bool = False

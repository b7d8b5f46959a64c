"""How far a practice may believe who somebody is: pure rules, told in sentences and never in numbers.

0 nothing · 1 an account with a proved mailbox and a second factor · 2 matched to a file at this practice · 3 the
identity card was read at its desk · 4 the person showed the card with its PIN, or signed in with CSAM.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.kernel.i18n import lazy_gettext as _l

WORTH = {"invited": 2, "known": 2, "eid-read": 3, "eid-pin": 4, "csam": 4}
HIGHEST = 4


@dataclass(frozen=True)
class Facts:
    """Of the account alone, whatever any practice knows."""

    mail_proved: bool = False
    has_factor: bool = False


def level(facts: Facts | None, kinds: Collection[str]) -> int:
    """`kinds` are those of the evidence at one practice; without a whole account none of it counts."""
    if facts is None or not (facts.mail_proved and facts.has_factor):
        return 0
    return max([1, *(WORTH[kind] for kind in kinds)])


def counted(evidence: Collection[tuple[str, Any]], account_id: Any) -> frozenset[str]:
    """The kinds that count for an account, of (kind, whose account it was about).

    What the practice saw before the account was connected is about its file: it says that the file is of a known
    person, and not that the card was ever in the hands of whoever signs in.
    """
    own = {kind for kind, whose in evidence if whose == account_id}
    return frozenset(own | ({"known"} if any(whose is None for _kind, whose in evidence) else set()))


STATEMENTS = (
    _l("This practice cannot know yet who you are."),
    _l("This practice knows your e-mail address. It has not yet compared your account with its files."),
    _l("This practice has matched your account to your file."),
    _l("This practice has read your identity card at the desk."),
    _l("You have proved who you are with your identity card or a government sign-in."),
)
RAISES: tuple[tuple[Any, ...], ...] = (
    (_l("Finish your account: confirm your e-mail address and set up a second way to sign in."),),
    (
        _l("Show your identity card at your next visit: the practice then confirms who you are."),
        _l("Or ask the practice for an invitation by e-mail."),
    ),
    (_l("Let the practice read your identity card at the desk."),),
    (_l("Sign in once with your identity card and its PIN, or with itsme."),),
    (),
)
AT_THE_DESK = (
    _l("No account is connected with this file."),
    _l("The account has a proved e-mail address. Nobody here has compared it with an identity document yet."),
    _l("The account is matched to this file."),
    _l("The identity card was read at this desk."),
    _l("The person proved who they are with the identity card or a government sign-in."),
)


def statement(found: int) -> Any:
    """What the practice knows, as the person reads it."""
    return STATEMENTS[found]


def raises(found: int) -> tuple[Any, ...]:
    """What the person can do so that the practice knows more."""
    return RAISES[found]


def at_the_desk(found: int) -> Any:
    """The same, as a member of the practice reads it."""
    return AT_THE_DESK[found]

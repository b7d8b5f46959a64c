"""Why a reading cannot go on, as the person would say it."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NotConfirmable(Refusal):
    status = 409
    message = _l(
        "There is nothing to confirm: this reading was confirmed already, was cancelled, or is over."
    )


class WrongClaim(Refusal):
    status = 403
    message = _l(
        "This page does not belong to the reading you started. Type the code of your own page in the program."
    )


class NothingRead(Refusal):
    status = 409
    message = _l("This reading is over: nothing was stored. Please start again.")


class AnotherNumber(Refusal):
    status = 409
    message = _l(
        "The card shows another national number than your account. Nothing was stored. Is the number in your "
        "account mistyped? Correct it first, then read the card again."
    )


class AnotherPerson(Refusal):
    status = 409
    message = _l("This is the card of another person than the owner of this account. Nothing was stored.")


class NeedsAPerson(Refusal):
    status = 409
    message = _l(
        "Somebody at the practice must look at this card before it can be used here. They were told. "
        "Nothing was stored, and you can go on by hand."
    )


class ChangedMeanwhile(Refusal):
    status = 409
    message = _l("Your details were changed elsewhere in the meantime. Please look at the differences again.")


class FileOfAnother(Refusal):
    status = 409
    message = _l(
        "This file and this card do not say the same. Nothing was changed: a person must look at it. "
        "It stands in the list of cards to look at."
    )

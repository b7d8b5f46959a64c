"""Why something cannot be written or sent, as the person would say it."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NobodyReads(Refusal):
    message = _l(
        "Nobody could read this message: no account is connected with this file. Invite the patient first."
    )


class AnsweredMeanwhile(Refusal):
    status = 409
    message = _l(
        "Something was written meanwhile. Please read it first: nothing was sent, and what you typed is still here."
    )


class NobodyReadsAlone(Refusal):
    message = _l("This practitioner has no account here that reads messages: choose the whole team.")


class AskedByPatient(Refusal):
    status = 409
    message = _l("The patient asked that nobody else reads this: it stays so.")


class ForOneAlone(Refusal):
    status = 409
    message = _l("One practitioner alone reads this: it cannot be given to somebody else.")


class NoQuestions(Refusal):
    message = _l(
        "This practice takes no questions from its public page. Please call, or book an appointment."
    )


class SameTitle(Refusal):
    status = 409
    message = _l("There is a text with this title in this language already.")


class ReplyChanged(Refusal):
    status = 409
    message = _l(
        "Somebody else changed this text meanwhile. Your version is still here: please look again before you save."
    )


class RuleChanged(Refusal):
    status = 409
    message = _l("Somebody else changed this meanwhile. It is shown as it is now: please look again.")

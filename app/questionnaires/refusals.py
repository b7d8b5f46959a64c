"""Why a questionnaire is not changed, sent or answered, in the words of the person it happens to."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.questionnaires.items import MOST_ITEMS


class Stale(Refusal):
    status = 409
    message = _l(
        "This questionnaire was changed in another window. Please look at it again, then save once more."
    )


class NotADraft(Refusal):
    status = 409
    message = _l("A published version never changes. Start a new version to change the questions.")


class Empty(Refusal):
    message = _l("Write a title and at least one question before you publish.")


class TooManyItems(Refusal):
    message = _l("A questionnaire has at most %(most)s questions.")

    def __init__(self) -> None:
        super().__init__(most=MOST_ITEMS)


class NotOffered(Refusal):
    status = 409
    message = _l("This questionnaire is not published, or it is archived. Please choose another one.")


class AskedAlready(Refusal):
    status = 409
    message = _l("This person has this questionnaire already, and has not answered it yet.")


class NoAddress(Refusal):
    message = _l("This person has neither an account nor a mail address: there is no way to send it.")


class AnsweredAlready(Refusal):
    status = 409
    message = _l("Your answers were sent already. They can no longer be changed here: call the practice.")


class TakenBack(Refusal):
    status = 409
    message = _l("The practice took this questionnaire back: you need not answer it any more.")


class BegunByThem(Refusal):
    status = 409
    message = _l(
        "This person has begun to fill it in themselves, and what they typed is theirs. "
        "Ask them to send it, or take it back first."
    )

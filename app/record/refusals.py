"""Why a value is not kept or not taken back, kindly."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NotTheirsToSee(Refusal):
    """Acting for somebody whose health is not one's affair: from sixteen on, or a mandate without it."""

    status = 403
    message = _l(
        "You act for %(name)s, but not for their health: these values are theirs alone. "
        "Stop acting for them to see yours."
    )


class TooLateToUndo(Refusal):
    status = 409
    message = _l("It is too late to undo this here. You can delete the value from the list.")


class NothingToWorkOut(Refusal):
    """A derived value of which something is missing."""

    message = _l("This cannot be worked out yet: something it needs is not noted.")


class ShareIsOver(Refusal):
    message = _l("Choose a last day that is today or later.")


class FileTooBig(Refusal):
    status = 413
    message = _l(
        "This file is too big: at most %(most)s MB. Choose the ZIP archive as your telephone made it, "
        "or a table of fewer years."
    )


class NoValuesInside(Refusal):
    """By its first bytes neither text nor an archive."""

    message = _l(
        "This file cannot be read here: choose a table (CSV), or the export of Apple Health (ZIP or XML)."
    )


class FilesWaiting(Refusal):
    status = 409
    message = _l(
        "%(most)s of your files are still on their way or being read. Wait until one is done, or give one up."
    )


class NotThatFile(Refusal):
    """What is sent on is not what was begun."""

    status = 409
    message = _l(
        "This is not the file that was begun, or it has changed meanwhile. Choose the same file, or give the first up."
    )

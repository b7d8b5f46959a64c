"""Why an invoice stays as it is."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class AlreadySettled(Refusal):
    """A colleague was quicker, or the page was an old one."""

    status = 409
    message = _l("This invoice was changed in the meantime. Please look at it again.")


class FeeBilled(Refusal):
    status = 409
    message = _l("There is an invoice for this fee already.")


class FeeNotKept(Refusal):
    status = 409
    message = _l("Only a fee that is kept can be put on an invoice.")

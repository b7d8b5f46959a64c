"""Why a device is not connected, kindly."""

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l


class NotBelieved(Refusal):
    """An answer nobody waits for; why, for the log."""

    status = 400
    message = _l(
        "This answer belongs to another browser, was used already, or came too late. Nothing was connected. "
        "Go to “My devices” and start again; if somebody sent you a link, close this page."
    )

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class OnlyYourOwn(Refusal):
    """While acting for somebody."""

    status = 403
    message = _l("You connect devices for yourself alone. Stop acting for %(name)s to see yours.")

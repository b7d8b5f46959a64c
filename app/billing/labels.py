"""The words of invoices."""

from typing import Any

from app.kernel.i18n import lazy_gettext as _l

WAYS: dict[str, Any] = {
    "transfer": _l("By bank transfer"),
    "cash": _l("In cash"),
    "card": _l("By card"),
    "other": _l("Another way"),
}
STATES: dict[str, Any] = {"open": _l("To pay"), "paid": _l("Paid"), "cancelled": _l("Cancelled")}

"""What the texts of a practice are called, and what each is for."""

from app.kernel.i18n import lazy_gettext as _l

NAMES = {
    "conditions": _l("Conditions"),
    "cancellation": _l("Cancelling"),
    "privacy": _l("Privacy"),
    "welcome": _l("Welcome"),
    "fee": _l("Fees"),
}
USES = {
    "conditions": _l("What people accept when they book, where the booking rules ask for it."),
    "cancellation": _l("Until when one cancels, and what a late cancellation costs. Shown before booking."),
    "privacy": _l("What you keep of a patient, why, and for how long (GDPR, article 13)."),
    "welcome": _l("The longer text of welcome on the public page."),
    "fee": _l("Prices, reimbursement and fees in one place. You may do without it."),
}

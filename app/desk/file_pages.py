"""The pages of a patient's file at the desk: a room that adds one adds its line here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.kernel.i18n import lazy_gettext as _l
from app.staff.models import Member


@dataclass(frozen=True)
class FilePage:
    """`href` is the address with {patient} for the id; only members with the permission see the page."""

    href: str
    words: Any
    permission: str
    icon: str


@dataclass(frozen=True)
class Tab:
    href: str
    words: str
    icon: str
    is_here: bool


FILE_PAGES: tuple[FilePage, ...] = (
    FilePage("/desk/patients/{patient}", _l("The file"), "patients:read", "circle-user-round"),
    FilePage("/desk/patients/{patient}/history", _l("History"), "patients:read", "history"),
    FilePage("/desk/patients/{patient}/notes", _l("Notes"), "patients:read", "pencil"),
    FilePage("/desk/patients/{patient}/messages", _l("Messages"), "messages:manage", "mail"),
    FilePage("/desk/patients/{patient}/prescriptions", _l("Prescriptions"), "booking:manage", "file-text"),
    FilePage("/desk/patients/{patient}/invoices", _l("Invoices"), "invoices:manage", "receipt-euro"),
    FilePage("/desk/patients/{patient}/health", _l("Health values"), "health:read", "heart-pulse"),
    FilePage("/desk/patients/{patient}/series", _l("Series"), "appointments:manage", "list-checks"),
    FilePage(
        "/desk/patients/{patient}/questionnaires",
        _l("Questionnaires"),
        "questionnaires:send",
        "message-square",
    ),
    FilePage("/desk/patients/{patient}/programmes", _l("Exercises"), "care:manage", "person-standing"),
)


def tabs(patient_id: UUID, *, member: Member, path: str) -> list[Tab]:
    """What this member may open, in order; of a page with pages below it, the longest address is where one is."""
    open_to = [
        (page, page.href.format(patient=patient_id)) for page in FILE_PAGES if member.may(page.permission)
    ]
    here = max((href for _, href in open_to if f"{path}/".startswith(f"{href}/")), key=len, default="")
    return [Tab(href, str(page.words), page.icon, href == here) for page, href in open_to]

"""Roles in words."""

from app.kernel.i18n import lazy_gettext as _l
from app.staff.permissions import ROLES as NAMES

# name: (word, what it means)
ROLES = {
    "owner": (_l("Owner"), _l("Decides who works here, and everything below.")),
    "practitioner": (_l("Practitioner"), _l("Sees the agendas and the patients.")),
    "receptionist": (_l("Reception"), _l("Sees the agendas and helps patients at the desk.")),
}


def roles_in_words(roles: list[str]) -> str:
    """In the order of the table; a word of a newer version as it is written."""
    known = [str(ROLES[name][0]) for name in NAMES if name in roles]
    return ", ".join(known + [name for name in roles if name not in ROLES])

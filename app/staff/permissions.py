"""The one table of who may do what; a permission that is not here is nobody's."""

ROLES = ("owner", "practitioner", "receptionist")

PERMISSIONS: dict[str, frozenset[str]] = {
    "schedule:read": frozenset({"owner", "practitioner", "receptionist"}),
    "patients:read": frozenset({"owner", "practitioner", "receptionist"}),
    "patients:manage": frozenset({"owner", "receptionist"}),
    "booking:manage": frozenset({"owner", "practitioner", "receptionist"}),
    "settings:manage": frozenset({"owner"}),
    "staff:manage": frozenset({"owner"}),
    "absences:manage": frozenset({"owner", "practitioner", "receptionist"}),
    "appointments:manage": frozenset({"owner", "practitioner", "receptionist"}),
    "walkins:manage": frozenset({"owner", "practitioner", "receptionist"}),
    "invoices:manage": frozenset({"owner", "practitioner", "receptionist"}),
    "messages:manage": frozenset({"owner", "practitioner", "receptionist"}),
    # sends them, writes answers down, sees whether they are answered; what was answered needs care:manage
    "questionnaires:send": frozenset({"owner", "practitioner", "receptionist"}),
    "care:manage": frozenset({"owner", "practitioner"}),
    # what patients measure and share: those who treat; an owner reads only as a practitioner they are (HealthReader)
    "health:read": frozenset({"owner", "practitioner"}),
    "goals:manage": frozenset({"owner", "practitioner"}),
    "waiting:manage": frozenset({"owner", "practitioner", "receptionist"}),
}


def may(roles: list[str], permission: str) -> bool:
    return not PERMISSIONS[permission].isdisjoint(roles)

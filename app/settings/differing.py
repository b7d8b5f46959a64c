"""Two people change the same thing: what the first saved beside what the second typed; and who changed it last."""

from collections.abc import Mapping
from typing import Any

from app.kernel.audit import AuditEvent
from app.kernel.i18n import _
from app.settings.policy import LastChange, person


def differences(form: Any, now: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    """(what, as it is now, as typed). Sending the form again saves what was typed: `now` holds the new version."""
    form.version.raw_data, form.version.data = None, now["version"]
    return [
        (form[name].label.text, _shown(form[name], value), _shown(form[name], form[name].data))
        for name, value in now.items()
        if name != "version" and name in form and (form[name].data or "") != (value or "")
    ]


def _shown(field: Any, value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    for choice in getattr(field, "choices", None) or ():
        if choice.value == value:
            return choice.label
    return value


def last_change(*targets: str) -> LastChange | None:
    """The newest entry of the journal about one of these; about a whole kind where it ends with a colon."""
    whole = [target for target in targets if target.endswith(":")]
    conditions = AuditEvent.target.in_([target for target in targets if target not in whole])
    for kind in whole:
        conditions |= AuditEvent.target.startswith(kind)
    seen = AuditEvent.verb.endswith(".look") | AuditEvent.verb.endswith(".view")
    query = AuditEvent.select().where(conditions, ~seen)
    row = query.order_by(AuditEvent.at.desc(), AuditEvent.seq.desc()).first()
    return LastChange(row.at, person(row.actor), []) if row else None

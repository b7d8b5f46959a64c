"""What became of a file, in sentences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.i18n import _, ngettext
from app.kernel.i18n import lazy_gettext as _l
from app.record import labels
from app.record.imports.arrivals import ARRIVES
from app.record.kinds import KINDS
from app.record.models import ImportJob
from app.web.uploads import MEGABYTE

REASONS: dict[str, Any] = {
    "kind": _l("not kept in Parvis"),
    "date": _l("a date that cannot be: unreadable, to come, or before 1920"),
    "value": _l("no number"),
    "impossible": _l("a value nobody can have"),
    "unit": _l("an unknown unit"),
    "columns": _l("date or value is missing"),
    "long": _l("a line that is too long"),
    "many": _l("too many days and devices"),
    "full": _l("beyond what one account can keep of files"),
    "rows": _l("ten million rows are read of one file: the rest is not"),
    "cut": _l("the file ends too early: what stood before is noted"),
}


@dataclass(frozen=True)
class Told:
    short: str
    refused: list[tuple[str, int]]  # in words, and how many rows
    unusual: list[tuple[str, str, int]]  # key and name of a parameter, and how many values
    here: int  # megabytes
    total: int
    until: datetime  # half a file is taken away then


def told(job: ImportJob) -> Told:
    refused = sorted(job.refused.items(), key=lambda one: -one[1])
    return Told(
        _short(job),
        [(str(REASONS[key]), count) for key, count in refused if key in REASONS],
        [(key, labels.name(key), count) for key, count in sorted(job.unusual.items()) if key in KINDS],
        job.position // MEGABYTE,
        max(1, job.size // MEGABYTE),
        job.created_at + ARRIVES,
    )


def _short(job: ImportJob) -> str:
    if job.state == "failed":
        return _("It could not be read")
    if job.state == "arriving":
        return _("Not all of it has arrived")
    if job.state != "done":
        return _("Being read")
    return ngettext("%(num)s value noted", "%(num)s values noted", job.kept)

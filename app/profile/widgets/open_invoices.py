"""The person's invoices: what is still to be paid first, then what was paid lately."""

from datetime import datetime
from typing import Any

from app import billing
from app.billing import queries
from app.kernel.i18n import lazy_gettext as _l
from app.profile.widget import Viewer, Widget

SHOWN = 4


def context(viewer: Viewer, _now: datetime) -> dict[str, Any]:
    files = viewer.files("invoices")
    lines = queries.latest(files)
    return {
        "lines": lines[:SHOWN],
        "more": len(lines) > SHOWN,
        "files": {one.patient_id: one for one in files},
        "unpaid": sum(line.cents for line in lines if line.state == "open") if len(lines) <= SHOWN else 0,
        "today": viewer.today,
    }


widget = Widget(
    _l("My invoices"),
    context,
    refresh_on=(billing.CHANGED,),
    scope="invoices",
    group="money",
    icon="receipt-euro",
    rank=10,
)

"""What somebody waits for, at every practice; and taking a wish back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.tenancy import practice_context
from app.waiting import actions, labels, queries
from app.web.access import person
from app.web.door import go
from app.web.forms import BaseForm
from app.web.outside import services

bp = Blueprint("account_waiting", __name__)
HERE = "/account/waiting"
DONE = {"withdrawn": _l("You no longer wait for this."), "over": _l("This wish had ended already.")}


@bp.get(HERE)
@person
def overview() -> str:
    return render_template(
        "account/waiting.html",
        entries=queries.of_account(g.person.account.id),
        words=labels,
        done=DONE.get(request.args.get("done", "")),
    )


@bp.post(f"{HERE}/<uuid:entry_id>/withdrawal")
@person
def withdraw(entry_id: UUID) -> Any:
    BaseForm()  # content type and single values
    mine = {one.id: one for one in queries.of_account(g.person.account.id)}
    if entry_id not in mine:
        raise NotFound
    try:
        with practice_context(mine[entry_id].practice):
            actions.withdraw(mine[entry_id], by=g.person.actor, now=services().clock.now())
    except Refusal:
        return go(f"{HERE}?done=over")
    return go(f"{HERE}?done=withdrawn")

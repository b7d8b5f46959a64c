"""Who looked at one's file, at every practice: filtered by practice and by period, fifty a page."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, g, render_template
from wtforms import SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.account import journal_lines
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.patients import queries
from app.patients.number_form import read_date
from app.web.access import person
from app.web.forms import BaseForm, page_of, single_args, tidy

bp = Blueprint("account_journal", __name__)

PAGE = 50


def _day(label: Any) -> StringField:
    return StringField(label, filters=[tidy])


class PeriodForm(BaseForm):
    """Asked by GET: what was chosen stands in the address, so that a page can be kept and sent."""

    practice = SelectField(_l("Practice"), choices=[], validate_choice=False)
    first = _day(_l("From this day"))
    last = _day(_l("Until"))

    def __init__(self, args: Any, practices: list[Practice]) -> None:
        super().__init__(args, meta={"csrf": False})
        self.days: dict[str, date | None] = {"first": None, "last": None}
        known = {str(one.id): one.name for one in practices}
        offered = {"": str(_l("All practices")), **known}
        self.practice.choices = [SelectChoice(value, name) for value, name in offered.items()]
        if self.practice.data not in known:
            self.practice.data = ""  # a practice this person does not know is no choice

    def _read(self, field: Any) -> None:
        found = read_date(field.data) if field.data else None
        if field.data and (found is None or not 1900 <= found.year <= 2200):
            raise ValidationError(str(_l("Enter a date such as 24/11/2026.")))
        self.days[field.name] = found

    def validate_first(self, field: Any) -> None:
        self._read(field)

    def validate_last(self, field: Any) -> None:
        self._read(field)
        if self.days["first"] and self.days["last"] and self.days["last"] < self.days["first"]:
            raise ValidationError(str(_l("The period ends before it begins.")))

    def chosen(self) -> dict[str, Any]:
        practice = UUID(self.practice.data) if self.practice.data else None
        return {"practice": practice, **self.days}

    def query(self) -> str:
        """For the links to other pages of the list."""
        said = {name: self[name].data for name in ("practice", "first", "last") if self[name].data}
        return urlencode(said)


@bp.get("/account/journal")
@person
def journal() -> Any:
    args, account = single_args(), g.person.account
    everywhere = queries.connections_of(account, include_left=True)
    practices = list({one.practice.id: one.practice for one in everywhere}.values())
    form, page = PeriodForm(args, practices), page_of(args)
    valid = form.validate()
    found = []
    if valid:
        found = journal_lines.newest(account, **form.chosen(), limit=PAGE + 1, offset=page * PAGE)
    shown = render_template(
        "account/journal.html",
        form=form,
        entries=found[:PAGE],
        practices=practices,
        page=page,
        more=len(found) > PAGE,
        filtered=bool(form.query()),
    )
    return shown if valid else (shown, 422)

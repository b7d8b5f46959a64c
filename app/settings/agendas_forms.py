"""What an owner says of an agenda: whose, where, who books in it, and what can be booked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from app.booking import rule_words
from app.booking.plans import agendas
from app.booking.plans.agendas import Agenda, Given
from app.directory.models import Schedule
from app.kernel.i18n import LANGUAGES, _, language
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import pick
from app.settings.editing import Difference
from app.settings.offers_forms import cents_of
from app.web.forms import BaseForm, tidy


@dataclass
class Line:
    """A service in the form of an agenda; what is empty is as the service says."""

    service: Any
    chosen: bool = False
    minutes: str = ""
    price: str = ""
    error: str = ""

    @property
    def id(self) -> str:
        return f"s-{self.service.id}"

    def given(self) -> Given | None:
        """None, with the reason in `error`, when it cannot be read."""
        minutes = (
            int(self.minutes)
            if self.minutes.isascii() and self.minutes.isdigit() and len(self.minutes) < 4
            else 0
        )
        if self.minutes and not 5 <= minutes <= 600:
            self.error = _("Enter a whole number from %(low)s to %(high)s.", low=5, high=600)
        elif self.price and cents_of(self.price) is None:
            self.error = _("Enter a price such as 45 or 45,50, at most 10 000 euros.")
        else:
            return Given(minutes or None, cents_of(self.price) if self.price else None)
        return None


class AgendaForm(BaseForm):
    """`s-<id>` is the box of a service, `d-<id>` and `p-<id>` its own minutes and price in this agenda."""

    version = HiddenField()
    public = BooleanField(_l("Patients book in it"))

    def __init__(
        self, *args: Any, services: Iterable[Any], known: Agenda | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        posted = request.method == "POST" and kwargs.get("formdata", True) is not None
        self.lines = [_typed(one) if posted else _known(one, known) for one in services]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        return bool(valid) and not [line for line in self.lines if line.chosen and line.given() is None]

    def problems(self) -> list[tuple[str, str]]:
        return [*super().problems(), *((line.id, line.error) for line in self.lines if line.error)]

    def agenda(self) -> Agenda:
        chosen = {line.service.id: found for line in self.lines if line.chosen and (found := line.given())}
        return Agenda(self.public.data, chosen)

    @staticmethod
    def typed(row: Schedule) -> dict[str, Any]:
        return {"public": row.public, "version": agendas.mark(row)}

    def differences(self, row: Schedule) -> list[Difference]:
        """Sending it again saves what was typed."""
        self.version.raw_data, self.version.data = None, agendas.mark(row)
        now = agendas.of(row)
        pairs = [(str(self.public.label.text), _words(now.public), _words(self.public.data))]
        for line in self.lines:
            pairs.append((_name(line.service), _said(_known(line.service, now)), _said(line)))
        return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


class NewAgendaForm(AgendaForm):
    whose = SelectField(_l("Practitioner"), validate_choice=False)
    site = SelectField(_l("Which site"), validate_choice=False)

    def __init__(self, *args: Any, people: Iterable[Any], sites: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose.choices = [SelectChoice(str(one.id), one.name) for one in people]
        self.site.choices = [SelectChoice(str(one.id), _name(one)) for one in sites]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        for field in (self.whose, self.site):
            if field.data not in {choice.value for choice in field.choices}:
                field.errors = [_("This choice is no longer here. Please choose again.")]
        return valid and not (self.whose.errors or self.site.errors)

    @property
    def chosen(self) -> tuple[UUID, UUID]:
        return UUID(self.whose.data), UUID(self.site.data)


def _typed(service: Any) -> Line:
    minutes, price = (tidy(request.form.get(f"{kind}-{service.id}", ""))[:12] for kind in "dp")
    return Line(service, bool(request.form.get(f"s-{service.id}")), minutes, price)


def _known(service: Any, known: Agenda | None) -> Line:
    if known is None:
        return Line(service, chosen=True)
    given = known.services.get(service.id)
    if given is None:
        return Line(service)
    price = "" if given.price_cents is None else rule_words.euros(given.price_cents)
    return Line(service, True, str(given.duration_minutes or ""), price)


def _said(line: Line) -> str:
    if not line.chosen:
        return _("not given here")
    own = [
        _("%(minutes)s min", minutes=line.minutes) if line.minutes else "",
        f"{line.price} €" if line.price else "",
    ]
    return ", ".join(filter(None, own)) or _("given here")


def _words(flag: bool) -> str:
    return _("Yes") if flag else _("No")


def _name(one: Any) -> str:
    return pick(one.name, language(), list(LANGUAGES))

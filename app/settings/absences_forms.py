"""What an owner types about an absence or a closure: whose, from when to when."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.booking.plans.days_off import Away
from app.booking.plans.typed import minutes_of
from app.kernel import clock
from app.kernel.i18n import _, date_label, language, wall_label
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice, pick
from app.settings.team_forms import DayField
from app.web.forms import BaseForm, PlainText, tidy

LONGEST = timedelta(days=3660)
EVERYBODY = "practice"


class WallField(StringField):
    """An hour as people type it; `minutes` after midnight, or None when it is empty."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(
            label,
            filters=[tidy],
            render_kw={"autocomplete": "off", "maxlength": 10, "inputmode": "text", "placeholder": "8:30"},
            **more,
        )
        self.minutes: int | None = None

    def post_validate(self, _form: Any, _stopped: bool) -> None:
        if self.data:
            self.minutes = minutes_of(self.data)
            if self.minutes is None:
                self.errors = [*self.errors, unreadable(self.data)]


def unreadable(text: str) -> str:
    return _("«%(text)s» is no hour we can read. Write it as 8:30, 8h30 or 8.30.", text=text[:20])


class AwayForm(BaseForm):
    """Hours left empty mean from the first minute of the first day to the last of the last."""

    version = HiddenField()
    whom = SelectField(
        _l("Who or what"),
        validate_choice=False,
        validators=[DataRequired(_l("Choose who is away, or what is closed."))],
    )
    first_day = DayField(_l("First day"), validators=[DataRequired(_l("Say from which day on."))])
    first_time = WallField(_l("From what time"), validators=[Optional()])
    last_day = DayField(_l("Last day"), validators=[Optional()])
    last_time = WallField(_l("Until what time"), validators=[Optional()])
    label = StringField(
        _l("Name"),
        filters=[tidy],
        validators=[
            Optional(),
            Length(max=100, message=_l("At most 100 letters.")),
            PlainText(),
        ],
    )

    def __init__(
        self, *args: Any, practice: Practice, people: list[Any], sites: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.practice, self.sites = practice, {str(site.id): site for site in sites}
        names = [SelectChoice(f"person-{one.id}", one.name, None, _("Absence of")) for one in people]
        places = [SelectChoice(EVERYBODY, _("the whole practice"), None, _("Closure of"))]
        if len(sites) > 1:
            places += [
                SelectChoice(
                    f"site-{one.id}", pick(one.name, language(), practice.languages), None, _("Closure of")
                )
                for one in sites
            ]
        self.whom.choices = [*names, *places]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if self.whom.data and self.whom.data not in {choice.value for choice in self.whom.choices}:
            self.whom.errors = [_("This choice is no longer here. Please choose again.")]
            valid = False
        return self._span() is not None if valid else False

    def _span(self) -> tuple[int, int] | None:
        first = self.first_day.day
        assert first is not None
        last = self.last_day.day or first
        starts = self._moment(self.first_time, first, self.first_time.minutes or 0)
        end = 1440 if self.last_time.minutes is None else self.last_time.minutes
        ends = self._moment(self.last_time, last, end)
        if starts is None or ends is None:
            return None
        if ends <= starts:
            self.last_day.errors = [_("It would end before it begins. Please check both days and hours.")]
            return None
        if last - first > LONGEST or not 2000 <= first.year <= 2100 or not 2000 <= last.year <= 2100:
            self.last_day.errors = [_("One of the dates is very far away. Please check the year.")]
            return None
        return starts, ends

    def _moment(self, field: Any, day: date, minutes: int) -> int | None:
        """UTC minutes; an hour that the clocks skip is none."""
        if not 2000 <= day.year <= 2100:
            return 0
        zone = self._zone()
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
        found = clock.to_minutes(wall.replace(tzinfo=clock.zone(zone)))
        if clock.local(found, zone).replace(tzinfo=None) != wall:
            field.errors = [_("This hour does not exist on that day: the clocks go forward over it.")]
            return None
        return found

    def _zone(self) -> str:
        site = self.sites.get((self.whom.data or "").removeprefix("site-"))
        return site.timezone if site else self.practice.timezone

    def away(self, label: dict[str, str]) -> Away:
        span = self._span()
        assert span is not None
        kind, _dash, identifier = self.whom.data.partition("-")
        words = {**label, self.practice.languages[0]: self.label.data} if self.label.data else {}
        return Away(
            *span,
            practitioner=UUID(identifier) if kind == "person" else None,
            location=UUID(identifier) if kind == "site" else None,
            label=words,
        )


def as_typed(away: Away, practice: Practice, zone: str, *, version: str) -> dict[str, Any]:
    """What the form shows of one; whole days have no hours."""
    first, last = clock.local(away.starts, zone), clock.local(away.ends, zone)
    from_midnight = first.hour == first.minute == 0
    to_midnight = last.hour == last.minute == 0
    return {
        "version": version,
        "whom": f"person-{away.practitioner}"
        if away.practitioner
        else f"site-{away.location}"
        if away.location
        else EVERYBODY,
        "first_day": first.date().isoformat(),
        "first_time": "" if from_midnight else f"{first:%H:%M}",
        "last_day": (last.date() - timedelta(days=to_midnight)).isoformat(),
        "last_time": "" if to_midnight else f"{last:%H:%M}",
        "label": pick(away.label, practice.languages[0], practice.languages),
    }


def span_words(away: Any, zone: str) -> str:
    """«24 novembre 2026, 8 h – 12 h», or two days."""
    first, last = clock.local(away.starts, zone), clock.local(away.ends, zone)
    to_midnight = last.hour == last.minute == 0
    end = last.date() - timedelta(days=to_midnight)
    code = language()
    begin, until = date_label(first.date(), code), date_label(end, code)
    if first.hour or first.minute:
        begin = f"{begin}, {wall_label(first.hour * 60 + first.minute, code)}"
    if not to_midnight:
        hour = wall_label(last.hour * 60 + last.minute, code)
        until = hour if end == first.date() else f"{until}, {hour}"
    return begin if begin == until else f"{begin} – {until}"

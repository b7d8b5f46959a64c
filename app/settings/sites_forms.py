"""What an owner types about a site: the town and the point on the map follow from the postcode."""

from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from wtforms import HiddenField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.booking.plans import sites
from app.booking.plans.sites import Site
from app.directory import places
from app.directory.models import Location
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.practice.folder.identity import PHONE, POSTCODE
from app.settings.spoken import SpokenForm, line, lines, names_of, typed_words
from app.web.fields import DayField
from app.web.forms import BaseForm, PlainText, tidy

ZONES = ("Europe/Brussels", "Europe/Amsterdam", "Europe/Berlin", "Europe/Luxembourg", "Europe/Paris")
NORTH, SOUTH, EAST, WEST = (
    51.6,
    49.4,
    6.5,
    2.4,
)  # Belgium with a little around it, as in the practice's folder
FAR_FROM_TOWN = 15  # km: the largest municipality is not wider


class Telephone:
    """As it is kept: «+32 81 12 34 56». Without a country it is one of Belgium."""

    def __call__(self, _form: Any, field: Any) -> None:
        try:
            number = phonenumbers.parse(field.data or "", "BE")
            known = phonenumbers.is_possible_number(number)
        except phonenumbers.NumberParseException:
            known = False
        if known:
            field.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        if not known or not PHONE.fullmatch(field.data):
            raise ValidationError(str(_l("This is no telephone number. It looks like +32 81 12 34 56.")))


class SiteForm(SpokenForm):
    SPOKEN = {
        "name": (_l("Name"), line(120, missing=_l("Give it a name."))),
        "town": (_l("Town"), line(120)),
        "access": (_l("How to get in"), lines(1000)),
    }

    version = HiddenField()
    street = StringField(
        _l("Street and number"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter the street and the number.")),
            Length(max=200, message=_l("At most 200 letters.")),
            PlainText(),
        ],
        render_kw={"autocomplete": "off"},
    )
    postcode = StringField(
        _l("Postcode"),
        filters=[tidy],
        validators=[DataRequired(_l("Enter the postcode."))],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": 10},
    )
    lat = StringField(_l("Latitude"), filters=[tidy], validators=[Optional()])
    lon = StringField(_l("Longitude"), filters=[tidy], validators=[Optional()])
    phone = StringField(
        _l("Telephone of this site"),
        filters=[tidy],
        validators=[Optional(), PlainText(), Telephone()],
        render_kw={"autocomplete": "off", "inputmode": "tel", "maxlength": 40},
    )
    timezone = SelectField(_l("Time zone"), validate_choice=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.PAGE = (*names_of(("name",), self.languages), "street", "postcode")
        self.timezone.choices = [SelectChoice(name, name) for name in dict.fromkeys((zone, *ZONES))]
        self.timezone.data = self.timezone.data or zone
        self.point: tuple[float, float] | None = None

    def look_up(self) -> None:
        """Town and point as the postcode says; whatever stood there before."""
        place = self._place(with_town=False)
        if place is None:
            self.postcode.errors = [_("No place in Belgium has this postcode.")]
            return
        for code in self.languages:
            self[f"town_{code}"].data = place.name(code)
        self.lat.data, self.lon.data = _degrees(place.lat), _degrees(place.lon)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if self.timezone.data not in {choice.value for choice in self.timezone.choices}:
            self.timezone.errors = [_("This choice is no longer here. Please choose again.")]
        place = self._place(with_town=True) if not self.postcode.errors else None
        if place is None and not self.postcode.errors:
            self.postcode.errors = [_("No place in Belgium has this postcode.")]
        if place is not None:
            self._settle(place)
        return valid and not any(field.errors for field in self)

    def _settle(self, place: Any) -> None:
        if not any(field.data for field in self.in_languages("town")):
            for code in self.languages:
                self[f"town_{code}"].data = place.name(code)
        if not (self.lat.data or self.lon.data):
            self.lat.data, self.lon.data = _degrees(place.lat), _degrees(place.lon)
        found = _number(self.lat.data), _number(self.lon.data)
        if None in found or not (SOUTH <= found[0] <= NORTH and WEST <= found[1] <= EAST):
            self.lat.errors = [
                _("This is no point in Belgium. Leave both fields empty to take that of the town.")
            ]
        elif places.distance_km(place.lat, place.lon, *found) > FAR_FROM_TOWN:
            self.lat.errors = [
                _("This point is far from the postcode. Leave both fields empty to take that of the town.")
            ]
        else:
            self.point = found

    def _place(self, *, with_town: bool) -> Any:
        code = self.postcode.data or ""
        if not POSTCODE.fullmatch(code):
            return None
        town = (
            next((field.data for field in self.in_languages("town") if field.data), "") if with_town else ""
        )
        found = places.find(f"{code} {town}".strip())
        return found[0] if found and any(code in one.postcodes for one in found) else None

    def site(self) -> Site:
        assert self.point is not None
        return Site(
            name=self.words("name"), street=self.street.data, postcode=self.postcode.data, town=self.words("town"),
            lat=self.point[0], lon=self.point[1], phone=self.phone.data or "", access=self.words("access"),
            timezone=self.timezone.data,
        )  # fmt: skip

    @staticmethod
    def typed(row: Location) -> dict[str, Any]:
        return {
            **typed_words(name=row.name, town=row.town, access=row.access),
            "street": row.street,
            "postcode": row.postcode,
            "lat": _degrees(row.lat),
            "lon": _degrees(row.lon),
            "phone": row.phone,
            "timezone": row.timezone,
            "version": sites.mark(row),
        }


class LastDayForm(BaseForm):
    """Until when somebody, a site or an agenda is there."""

    last = DayField(_l("Last day"), validators=[DataRequired(_l("Say until which day."))])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        if valid and self.last.day and not 2000 <= self.last.day.year <= 2100:
            self.last.errors = [_("This date is very far away. Please check the year.")]
            return False
        return valid


def zone_of(row: Location | None, standard: str) -> str:
    return ZoneInfo(row.timezone).key if row else standard


def _degrees(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _number(text: str | None) -> float | None:
    try:
        found = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return found if found == found and abs(found) < 1000 else None

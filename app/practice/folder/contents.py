"""What a practice's folder says, as frozen values; a list keeps the order of its file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from app.practice.folder.walk_in_terms import WalkIns
from app.practice.folder.written import PerLanguage, Photo, Quota, Text, Wording

LANGUAGES = ("fr", "nl", "de", "en")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The codes of the Belgian table of health professions (cd-hcparty).
DISCIPLINES = (
    "persphysiotherapist",
    "perslogopedist",
    "perspodologist",
    "persdentist",
    "persdietician",
    "perspsychologist",
    "persmidwife",
    "persnurse",
    "persoccupationaltherapist",
)
COLORS = ("teal", "blue", "violet", "pink", "red", "orange", "olive", "grey")  # of services
TEXT_KINDS = ("conditions", "cancellation", "privacy", "welcome", "fee")
OPTIONAL_TEXTS = ("fee",)
AUDIENCES = ("public", "staff")
LOGO = "logo.png"

Audience = Literal["public", "staff"]


@dataclass(frozen=True, kw_only=True)
class Contact:
    email: str
    phone: str
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One room, chair or device; a retired one takes no new appointments."""

    key: str
    name: PerLanguage
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Rooms or devices of one kind at a site: any of them will do for a service that needs one."""

    key: str
    name: PerLanguage
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Site:
    key: str
    name: PerLanguage
    street: str
    postcode: str
    town: PerLanguage
    lat: float
    lon: float
    timezone: str  # the practice's own unless the file says otherwise
    phone: str = ""
    ends_on: date | None = None  # the last day anybody is received there
    access: PerLanguage
    pools: tuple[Pool, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Brand:
    color: str  # "#rrggbb" in small letters
    logo: bytes | None = None  # the content of logo.png


@dataclass(frozen=True, kw_only=True)
class Service:
    key: str
    name: PerLanguage
    description: PerLanguage
    preparation: PerLanguage
    duration_minutes: int
    grid_minutes: int
    grid_offset_minutes: int = 0
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    capacity: int = 1
    staff_reserved: int = 0
    needs: tuple[str, ...] = ()  # keys of pools; one room or device of each is taken
    price_cents: int | None = None  # None: no price is shown
    prescription_required: bool = False
    color: str = ""
    online: bool = True
    archived: bool = False


@dataclass(frozen=True, kw_only=True)
class Practitioner:
    key: str
    title: str = ""
    given_name: str
    family_name: str
    discipline: str
    languages: tuple[str, ...]
    inami: str = ""  # 11 digits
    starts_on: date | None = None
    ends_on: date | None = None
    presentation: PerLanguage


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One window of a weekly plan, in minutes after local midnight, end not included."""

    weekday: int  # 0 is Monday
    week_in_cycle: int = 0  # 0 is the ISO week of valid_from; the file counts from 1, as people do
    start_minute: int
    end_minute: int
    services: tuple[str, ...] = ()  # empty: every service of the schedule
    audience: Audience = "public"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The weekly hours of a schedule from one day to another, both included."""

    valid_from: date
    valid_to: date | None = None
    cycle_weeks: int = 1
    hours: tuple[Hours, ...]


@dataclass(frozen=True, kw_only=True)
class HoursException:
    """Days, first and last included, that are closed, have other hours instead, or have hours besides."""

    kind: Literal["close", "replace", "add"]
    first_day: date
    last_day: date
    start_minute: int = 0
    end_minute: int = 1440
    services: tuple[str, ...] = ()
    audience: Audience = "public"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A service as one schedule gives it; None inherits from the service."""

    service: str
    duration_minutes: int | None = None
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None
    price_cents: int | None = None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    key: str
    practitioner: str
    site: str
    public: bool = True
    ends_on: date | None = None
    services: tuple[Offer, ...]
    plans: tuple[Plan, ...]
    exceptions: tuple[HoursException, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TimeOff:
    """Closed or away, in wall-clock time of the place: everybody, one site, or one practitioner."""

    kind: Literal["closure", "absence", "block"]
    starts: datetime
    ends: datetime
    site: str | None = None
    practitioner: str | None = None
    label: PerLanguage


@dataclass(frozen=True, kw_only=True)
class Rules:
    """One row of the practice's booking rules; None inherits, 0 in a count or an amount is «none»."""

    min_notice_minutes: int | None = None
    horizon_days: int | None = None
    cancellation_notice_minutes: int | None = None
    late_fee_cents: int | None = None
    conditions_required: bool | None = None
    outcome: str | None = None
    sign_in_required: bool | None = None
    move_notice_minutes: int | None = None
    move_allowed: bool | None = None
    cancellation_allowed: bool | None = None
    cancel_reason: str | None = None
    upcoming_most: int | None = None
    window_most: int | None = None
    window_days: int | None = None
    gap_days: int | None = None
    series_most: int | None = None
    waiting_list: bool | None = None
    answer_hours: int | None = None


@dataclass(frozen=True, kw_only=True)
class ServicePolicy(Rules):
    """What one service changes in the practice's booking policy."""

    service: str


@dataclass(frozen=True, kw_only=True)
class Rule(Rules):
    """What changes in an agenda, for a level of trust, for new or for known people; None is «whichever»."""

    service: str | None = None
    agenda: str | None = None
    level: int | None = None
    known: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How much of an agenda the public may take in a period."""

    agenda: str
    service: str | None = None
    period: str
    unit: str = "count"
    most: int


@dataclass(frozen=True, kw_only=True)
class Policy(Rules):
    """What holds for the whole practice, and everything that differs."""

    min_notice_minutes: int = field()
    horizon_days: int = field()
    cancellation_notice_minutes: int = field()
    late_fee_cents: int = field()
    conditions_required: bool = field()
    services: tuple[ServicePolicy, ...] = ()
    rules: tuple[Rule, ...] = ()
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reminders:
    """Minutes before a visit at which the practice reminds, by each way."""

    mail: tuple[int, ...] = ()
    sms: tuple[int, ...] = ()
    sms_changes: bool = False


@dataclass(frozen=True, kw_only=True)
class PracticeFolder:
    slug: str
    name: str
    timezone: str
    languages: tuple[str, ...]  # the first is the default
    discipline: str
    hosts: tuple[str, ...]  # the first is the main one; none in development, where <slug>.<APP_HOST> answers
    contact: Contact
    tagline: PerLanguage
    sites: tuple[Site, ...]
    brand: Brand
    services: tuple[Service, ...]
    practitioners: tuple[Practitioner, ...]
    schedules: tuple[Schedule, ...]
    time_off: tuple[TimeOff, ...] = ()
    opened_holidays: tuple[date, ...] = ()  # public holidays on which the practice works all the same
    policy: Policy
    texts: tuple[Text, ...]
    reminders: Reminders | None = None  # None: as most practices do
    walk_ins: WalkIns | None = None
    questions: str | None = None  # who may ask from the public page; None: whoever has an account
    widgets: tuple[str, ...] | None = None  # those of the profile page on its site, in order; None: all
    quotas: tuple[Quota, ...] | None = None  # None: the usual ones of its disciplines
    wordings: tuple[Wording, ...] = ()
    questionnaires: tuple[Any, ...] = ()  # of care.Questionnaire, which builds on this file
    exercises: tuple[Any, ...] = ()  # of care.Exercise
    templates: tuple[Any, ...] = ()  # of care.Template
    photos: tuple[Photo, ...] = ()
    unfinished: tuple[str, ...] = ()  # languages in which some sentences are still missing

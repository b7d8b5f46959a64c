"""Sites, people, agendas and services of a practice; and the public listing of all practices."""

import peewee as pw

from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import BaseModel, JSONText
from app.kernel.owners import Practice
from app.staff.models import Member

KEYED = (*OWN_KEY, (("practice", "key"), True))


class Location(TenantModel):
    """A site: FHIR Location."""

    key = pw.CharField(60)  # stable name in the practice's folder
    name = JSONText(default=dict)
    street = pw.CharField(200)
    postcode = pw.CharField(10)
    town = JSONText(default=dict)
    lat = pw.DoubleField()
    lon = pw.DoubleField()
    phone = pw.CharField(30, default="")
    access = JSONText(default=dict)  # how to get in: steps, lift, parking, bus
    timezone = pw.CharField(60, default="Europe/Brussels")
    ends_on = pw.DateField(null=True)  # the last day anybody is received here
    position = pw.IntegerField(default=0)

    class Meta:
        table_name = "location"
        indexes = KEYED


class Practitioner(TenantModel):
    """A person who treats. Busy as a person: all agendas of one practitioner share one timeline."""

    key = pw.CharField(60)
    title = pw.CharField(40, default="")
    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    discipline = pw.CharField(40)
    languages = JSONText(default=list)
    inami = pw.CharField(11, default="")
    presentation = JSONText(default=dict)
    photo = pw.CharField(
        16, default=""
    )  # the mark of PractitionerPhoto, or none: another one, another address
    starts_on = pw.DateField(null=True)  # works here from this day on
    ends_on = pw.DateField(null=True)  # and until this day, included
    position = pw.IntegerField(default=0)
    availability_version = pw.IntegerField(
        default=1
    )  # bumped by every change of what is free: lock, ETag, cache key

    class Meta:
        table_name = "practitioner"
        indexes = KEYED

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.title, self.given_name, self.family_name)))

    @property
    def photo_url(self) -> str:
        """On the practice's own address and on the portal's; empty where initials stand in."""
        return f"/practitioners/{self.id}/photo-{self.photo}.jpg" if self.photo else ""


class PractitionerPhoto(TenantModel):
    """A face, in a row of its own so that nobody reads it along with a name."""

    practitioner = pw.ForeignKeyField(Practitioner, backref="+", on_delete="CASCADE", index=False)
    content = pw.BlobField()  # a square JPEG of points alone: practice.portrait

    class Meta:
        table_name = "practitioner_photo"
        indexes = (*OWN_KEY, (("practice", "practitioner"), True))
        constraints = [same_practice("practitioner", "practitioner_id", on_delete="CASCADE")]


class PractitionerMember(TenantModel):
    """Which member of the staff a practitioner is: whoever signs in so sees their own agenda first."""

    practitioner = pw.ForeignKeyField(Practitioner, backref="+", on_delete="CASCADE", index=False)
    member = pw.ForeignKeyField(Member, backref="+", on_delete="CASCADE", index=False)

    class Meta:
        table_name = "practitioner_member"
        indexes = (*OWN_KEY, (("practice", "practitioner"), True), (("practice", "member"), True))
        constraints = [
            same_practice("practitioner", "practitioner_id", on_delete="CASCADE"),
            same_practice("member", "member_id", on_delete="CASCADE"),
        ]


class Schedule(TenantModel):
    """One practitioner's agenda at one place: FHIR Schedule."""

    key = pw.CharField(60)
    practitioner = pw.ForeignKeyField(Practitioner, backref="schedules", on_delete="RESTRICT")
    location = pw.ForeignKeyField(Location, backref="schedules", on_delete="RESTRICT")
    public = pw.BooleanField(default=True)
    ends_on = pw.DateField(null=True)  # the last day of this agenda
    position = pw.IntegerField(default=0)

    class Meta:
        table_name = "schedule"
        indexes = KEYED
        constraints = [
            same_practice("practitioner", "practitioner_id"),
            same_practice("location", "location_id"),
        ]


class HealthcareService(TenantModel):
    """What can be booked, with duration and price: FHIR HealthcareService."""

    key = pw.CharField(60)
    name = JSONText(default=dict)
    description = JSONText(default=dict)
    preparation = JSONText(default=dict)  # what to bring, how to prepare
    duration_minutes = pw.IntegerField(constraints=[pw.Check("duration_minutes BETWEEN 5 AND 720")])
    grid_minutes = pw.IntegerField(default=15, constraints=[pw.Check("grid_minutes BETWEEN 5 AND 720")])
    grid_offset_minutes = pw.IntegerField(default=0)
    buffer_before_minutes = pw.IntegerField(
        default=0, constraints=[pw.Check("buffer_before_minutes BETWEEN 0 AND 240")]
    )
    buffer_after_minutes = pw.IntegerField(
        default=0, constraints=[pw.Check("buffer_after_minutes BETWEEN 0 AND 240")]
    )
    capacity = pw.IntegerField(default=1, constraints=[pw.Check("capacity BETWEEN 1 AND 200")])
    staff_reserved = pw.IntegerField(default=0)
    price_cents = pw.IntegerField(null=True)
    needs = JSONText(default=list)  # keys of the pools of rooms or devices it takes one of each
    prescription_required = pw.BooleanField(default=False)  # the patient is told to bring one
    color = pw.CharField(
        10, default=""
    )  # of practice.folder.COLORS, or none: an agenda tells services apart by it
    online = pw.BooleanField(default=True)
    archived = pw.BooleanField(default=False)
    position = pw.IntegerField(default=0)

    class Meta:
        table_name = "healthcare_service"
        indexes = KEYED


class ScheduleService(TenantModel):
    """A service offered in an agenda; a value here replaces the service's own, NULL inherits it."""

    schedule = pw.ForeignKeyField(Schedule, backref="offers", on_delete="CASCADE")
    service = pw.ForeignKeyField(HealthcareService, backref="offers", on_delete="CASCADE")
    duration_minutes = pw.IntegerField(null=True)
    buffer_before_minutes = pw.IntegerField(null=True)
    buffer_after_minutes = pw.IntegerField(null=True)
    price_cents = pw.IntegerField(null=True)

    class Meta:
        table_name = "schedule_service"
        indexes = (*OWN_KEY, (("practice", "schedule", "service"), True))
        constraints = [
            same_practice("schedule", "schedule_id", on_delete="CASCADE"),
            same_practice("healthcare_service", "service_id", on_delete="CASCADE"),
        ]


class Listing(BaseModel):
    """The shop window: one public row an agenda, made from the practice's own rows, read by the central search.

    Only what stands on the practice's public site. No tenant lock: looking over all practices is its purpose.
    """

    id = (
        pw.AutoField()
    )  # never shown; an integer, so that the index of the hot search holds the way to the row
    practice = pw.ForeignKeyField(Practice, backref="+", on_delete="CASCADE", index=False)
    schedule_id = pw.UUIDField(unique=True)
    practitioner_id = pw.UUIDField()
    discipline = pw.CharField(40)
    words = pw.TextField()  # folded names of practitioner and practice, a space before each word
    lat = pw.DoubleField()
    lon = pw.DoubleField()
    cell = pw.IntegerField()  # square of about 10 km: directory.cells
    bookable = pw.BooleanField(default=True)
    next_free = pw.IntegerField(null=True)  # minutes since 1970, the first time any public service has
    next_free_until = pw.IntegerField(
        null=True
    )  # minutes since 1970: time alone makes `next_free` wrong after it
    next_free_version = pw.IntegerField(default=0)  # availability_version it was computed at
    card = JSONText()  # what a result shows: names, address, phone, host
    card_hash = pw.BigIntegerField()  # another one whenever the card changes: key of what is made of it

    class Meta:
        table_name = "listing"
        indexes = (
            (("discipline", "cell", "next_free", "lat", "lon"), False),
            (("cell", "next_free", "lat", "lon"), False),
            (("discipline", "next_free"), False),
            (("practice",), False),
        )

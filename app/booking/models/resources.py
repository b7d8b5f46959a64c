"""Rooms and devices: what an appointment needs besides a person."""

import peewee as pw

from app.booking.models.appointments import Hold
from app.directory.models import Location
from app.kernel.cabinets import OWN_KEY, TenantModel, same_practice
from app.kernel.db import JSONText


class ResourcePool(TenantModel):
    """Rooms or devices of one kind at one site: any of them will do. `key` is what a service's `needs` names."""

    location = pw.ForeignKeyField(Location, backref="+", on_delete="CASCADE")
    key = pw.CharField(60)
    name = JSONText(default=dict)
    position = pw.IntegerField(default=0)
    availability_version = pw.IntegerField(default=1)  # as that of a practitioner: lock, ETag, cache key

    class Meta:
        table_name = "resource_pool"
        indexes = (*OWN_KEY, (("practice", "location", "key"), True))
        constraints = [same_practice("location", "location_id", on_delete="CASCADE")]


class Resource(TenantModel):
    """One room, chair or device: FHIR Location or Device. A retired one takes no new appointments."""

    pool = pw.ForeignKeyField(ResourcePool, backref="resources", on_delete="CASCADE")
    key = pw.CharField(60)
    name = JSONText(default=dict)
    position = pw.IntegerField(default=0)
    retired = pw.BooleanField(default=False)

    class Meta:
        table_name = "resource"
        indexes = (*OWN_KEY, (("practice", "pool", "key"), True))
        constraints = [same_practice("resource_pool", "pool_id", on_delete="CASCADE")]


class ResourceUse(TenantModel):
    """When a resource is taken, buffers included, by one session: an appointment, a group, or a hold still running.

    What is no hold's is written by the database alone, of `Appointment.units` (room_index).
    """

    resource = pw.ForeignKeyField(Resource, index=False, backref="+", on_delete="CASCADE")
    hold = pw.ForeignKeyField(Hold, null=True, backref="+", on_delete="CASCADE")
    session_key = pw.UUIDField()
    group_key = pw.CharField(70, null=True)  # slots.group_key of a session others may join
    starts = pw.IntegerField()
    ends = pw.IntegerField()
    core_start = pw.IntegerField()  # when the session itself begins
    expires = pw.IntegerField(null=True)  # of a hold, minutes since 1970

    class Meta:
        table_name = "resource_use"
        indexes = (
            *OWN_KEY,
            (("practice", "resource", "starts"), False),
            (("practice", "session_key"), False),
        )
        constraints = [
            same_practice("resource", "resource_id", on_delete="CASCADE"),
            same_practice("hold", "hold_id", on_delete="CASCADE"),
            pw.Check("starts < ends AND ends <= starts + 1920"),
            pw.Check("(hold_id IS NULL) = (expires IS NULL)"),
        ]

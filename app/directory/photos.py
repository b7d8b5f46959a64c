"""The faces of practitioners: kept, taken away, and shown to whoever has the address."""

from hashlib import sha256
from uuid import UUID

from app.directory.models import Listing, Practitioner, PractitionerPhoto
from app.kernel.ids import uuid7
from app.kernel.tenancy import across_practices

KIND = "image/jpeg"


def keep(practitioner: UUID, content: bytes) -> None:
    """Inside the caller's write_tx, in the open practice; in the place of the one before."""
    remove(practitioner)
    PractitionerPhoto.create(id=uuid7(), practitioner=practitioner, content=content)
    _mark(practitioner, sha256(content).hexdigest()[:16])


def remove(practitioner: UUID) -> None:
    PractitionerPhoto.delete().where(PractitionerPhoto.practitioner == practitioner).execute()
    _mark(practitioner, "")


def shown(practitioner: UUID, mark: str) -> bytes | None:
    """Of the open practice, under its newest mark alone."""
    wanted = (Practitioner.id == practitioner) & (Practitioner.photo == mark)
    row = (
        PractitionerPhoto.select(PractitionerPhoto.content)
        .join(Practitioner)
        .where(wanted, Practitioner.photo != "")
        .first()
    )
    return bytes(row.content) if row is not None else None


def shown_on_portal(practitioner: UUID, mark: str) -> bytes | None:
    """Of whoever stands in the shop window, on the central portal."""
    if not Listing.select().where(Listing.practitioner_id == practitioner).exists():
        return None
    with across_practices(reason="the face of somebody every practice shows in public"):
        return shown(practitioner, mark)


def of_everybody() -> dict[UUID, bytes]:
    """For the folder of the open practice."""
    return {row.practitioner_id: bytes(row.content) for row in PractitionerPhoto.select()}


def _mark(practitioner: UUID, mark: str) -> None:
    Practitioner.update(photo=mark).where(Practitioner.id == practitioner).execute()

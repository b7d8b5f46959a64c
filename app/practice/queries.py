"""Which practice answers at a host, and where a practice lives."""

from functools import lru_cache
from uuid import UUID

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.owners import Practice
from app.practice.models import PracticeHost

AT_HOST = ConstantSQL(
    lambda: (
        PracticeHost.select(Practice.id, Practice.catalogue_version, Practice.status, PracticeHost.retired_at)
        .join(Practice)
        .where(PracticeHost.host == param("host"))
    ),
    tenant=False,
)


def at_host(host: str) -> Practice | None:
    """The open practice that lives at `host` (lower case, with port), or None."""
    found = AT_HOST.row(host=host)
    if found is None or found[2] != "open" or found[3] is not None:
        return None
    return _practice(found[0], found[1])


@lru_cache(maxsize=1024)
def _practice(practice_id: UUID | str, version: int) -> Practice:
    """Kept per catalogue version: the settings page bumps it, and the next request reads anew."""
    return Practice.get_by_id(practice_id)


def kept(practice_id: UUID, version: int) -> Practice:
    """A practice by its id and catalogue version, as read in another statement: asked once a process."""
    return _practice(practice_id, version)


def primary_host(practice_id: UUID) -> str:
    return (
        PracticeHost.select(PracticeHost.host)
        .where((PracticeHost.practice == practice_id) & PracticeHost.retired_at.is_null())
        .order_by(PracticeHost.primary.desc(), PracticeHost.host)
        .scalar()
    ) or ""

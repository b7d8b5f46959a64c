"""The practices the person is connected with: where they are, how to reach them, and the way to book there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.directory.disciplines import practitioner_label
from app.directory.faces import Face, face_of
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.owners import Practice
from app.patients.files import File
from app.profile.widget import Viewer, Widget
from app.web.door import practice_url

SHARING = ("/me/health/sharing", "/account/privacy")  # where one says who sees what: the first that is there


@dataclass(frozen=True)
class Card:
    """One practice, for all the files of it that are in view."""

    practice: Practice
    host: str
    face: Face
    discipline: str
    whose: tuple[str, ...]  # those one acts for who are known there
    may_book: bool

    @property
    def url(self) -> str:
        return practice_url(self.host)

    @property
    def book_url(self) -> str:
        return practice_url(self.host, "/book")

    @property
    def website(self) -> str:
        return str(self.practice.profile.get("website") or "")

    @property
    def email(self) -> str:
        return str(self.practice.profile.get("email") or "")

    def phone(self, site: Any) -> str:
        return str(site.phone or self.practice.profile.get("phone") or "")


def context(viewer: Viewer, _now: datetime) -> dict[str, Any]:
    found: dict[Any, list[File]] = {}
    for one in viewer.files():
        found.setdefault(one.practice_id, []).append(one)
    return {"cards": [_card(files) for files in found.values()], "sharing": SHARING}


def _card(files: list[File]) -> Card:
    one = files[0]
    return Card(
        practice=one.practice,
        host=one.host,
        face=face_of(one.practice_id, one.practice_version),
        discipline=practitioner_label(one.practice.discipline),
        whose=tuple(file.dependant_name for file in files if file.dependant_name),
        may_book=any("book" in file.scopes for file in files),
    )


widget = Widget(
    _l("My practitioners"),
    context,
    group="care",
    icon="stethoscope",
    rank=20,
)

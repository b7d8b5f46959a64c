"""The form that takes a file of values."""

from typing import Any
from uuid import UUID, uuid4

from flask import abort
from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, SelectField, ValidationError

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.record import labels
from app.record.kinds import KINDS, Kind
from app.record.refusals import FileTooBig, NoValuesInside
from app.web.forms import BaseForm
from app.web.uploads import MEGABYTE, MOST_TOGETHER, whole

MOST = MOST_TOGETHER // MEGABYTE
TEXT = 4096  # bytes looked at
KINDS_OF_FILE = ".csv,.txt,.zip,.xml,text/csv,application/zip,text/xml"


class ImportForm(BaseForm):
    """`attempt` names this form: pressed twice, its file is read once."""

    PAGE = ("file", "kind")

    attempt = HiddenField()
    file = FileField(_l("File"), render_kw={"accept": KINDS_OF_FILE})
    kind = SelectField(_l("What the table is about"), choices=[], validate_choice=False, default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attempt.data = self.attempt.data or uuid4().hex
        known = [(one.key, labels.name(one.key)) for one in KINDS.values() if one.style != "derived"]
        self.kind.choices = [("", _l("The columns of the file say it")), *known]
        self.content = b""

    def validate_file(self, field: FileField) -> None:
        sent = field.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            raise ValidationError(str(_l("Choose a file first.")))
        try:
            self.content = _believed(sent)
        except Refusal as no:
            raise ValidationError(no.sentence()) from no

    def validate_kind(self, field: SelectField) -> None:
        if field.data and field.data not in dict(field.choices):  # type: ignore[arg-type]
            raise ValidationError(str(_l("Choose one of the list.")))

    def chosen(self) -> Kind | None:
        return KINDS.get(self.kind.data or "")

    def number(self) -> UUID:
        try:
            return UUID(self.attempt.data)
        except ValueError:
            abort(400)


def _believed(sent: FileStorage) -> bytes:
    """FileTooBig, NoValuesInside: by its first bytes a table, XML or an archive; the worker looks closer."""
    content = whole(sent)
    if content is None:
        raise FileTooBig(most=MOST)
    if not content.strip(b" \r\n\t\0"):
        raise NoValuesInside
    if not content.startswith(b"PK\x03\x04") and b"\0" in content[:TEXT]:
        raise NoValuesInside
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise NoValuesInside
    return content

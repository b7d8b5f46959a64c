"""The form that takes a file of values."""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, SelectField, ValidationError

from app.kernel.errors import Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.record import labels
from app.record.imports.pieces import believed
from app.record.kinds import KINDS, Kind
from app.record.refusals import FileTooBig, NoValuesInside
from app.web.forms import Attempted, BaseForm
from app.web.uploads import MEGABYTE, MOST_TOGETHER, whole

MOST = MOST_TOGETHER // MEGABYTE
KINDS_OF_FILE = ".csv,.txt,.zip,.xml,text/csv,application/zip,text/xml"


class _AboutFile(Attempted, BaseForm):
    """Pressed twice, its file is read once."""

    kind = SelectField(_l("What the table is about"), choices=[], validate_choice=False, default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(one.key, labels.name(one.key)) for one in KINDS.values() if one.style != "derived"]
        self.kind.choices = [("", _l("The columns of the file say it")), *known]

    def validate_kind(self, field: SelectField) -> None:
        if field.data and field.data not in dict(field.choices):  # type: ignore[arg-type]
            raise ValidationError(str(_l("Choose one of the list.")))

    def chosen(self) -> Kind | None:
        return KINDS.get(self.kind.data or "")


class ImportForm(_AboutFile):
    """The whole file at once, for browsers without a script."""

    PAGE = ("file", "kind")

    file = FileField(_l("File"), render_kw={"accept": KINDS_OF_FILE})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = b""

    def validate_file(self, field: FileField) -> None:
        sent = field.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            raise ValidationError(str(_l("Choose a file first.")))
        try:
            self.content = _content(sent)
        except Refusal as no:
            raise ValidationError(no.sentence()) from no


class BeginForm(_AboutFile):
    """What the script says of a file before its pieces; `size` is checked where it counts."""

    size = HiddenField()

    def bytes(self) -> int:
        text = self.size.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def _content(sent: FileStorage) -> bytes:
    """FileTooBig, NoValuesInside."""
    content = whole(sent)
    if content is None:
        raise FileTooBig(most=MOST)
    if not believed(content):
        raise NoValuesInside
    return content

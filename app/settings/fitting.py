"""What a page of the settings takes, the folder of a practice must take too: else an export could not be opened."""

from typing import Any

from wtforms import ValidationError

from app.kernel.i18n import lazy_gettext as _l
from app.practice.folder.problems import Problem
from app.practice.folder.suspicious import search


class FitsTheFolder:
    """Refuses what `flask practice check` would refuse in a sentence."""

    message = _l(
        "HTML, template code, national numbers, secrets and hidden signs have no place in a sentence."
    )

    def __call__(self, _form: Any, field: Any) -> None:
        problems: list[Problem] = []
        search("", field.data or "", problems)
        if problems:
            raise ValidationError(str(self.message))

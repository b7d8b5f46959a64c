"""A form that takes one picture: a logo, a face."""

from typing import Any

from app.kernel.i18n import _


def is_given(field: Any) -> bool:
    """Whether a picture was sent that can be taken; else the field says what to do instead."""
    drawing = any(str(one.filename).lower().endswith((".svg", ".svgz")) for one in field.data or ())
    if drawing and field.errors:
        field.errors = [
            _("An SVG can carry programs and is never shown. Please save the picture as PNG, then send that.")
        ]
    elif not field.data and not field.errors:
        field.errors = [_("Choose a picture first.")]
    return not field.errors

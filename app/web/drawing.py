"""Pictures the portal draws itself."""

import qrcode
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage


def qr(address: str) -> Markup:
    """A code cameras read, as SVG without a margin: black on white is the page's affair."""
    drawn = qrcode.make(address, image_factory=SvgPathImage, border=0)
    return Markup(drawn.to_string(encoding="unicode"))

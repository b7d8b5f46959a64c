"""PDF by WeasyPrint. It needs Pango from the system (docs/deployment.md); without it the rest works."""

import logging
from typing import Any

from app.kernel.errors import Unavailable

QUIET = ("weasyprint", "fontTools")


class WeasyPrinter:
    def pdf(self, html: str, *, styles: str) -> bytes:
        """Fonts come from the system. Nothing is fetched, not even a file of this machine, whatever the page says."""
        try:
            import weasyprint  # loaded at the first use: its libraries may be missing, and weigh 70 MB
        except (ImportError, OSError) as missing:
            raise Unavailable("pdf", retry=False, why=str(missing)[:200]) from missing
        for name in QUIET:
            logging.getLogger(name).setLevel(logging.ERROR)
        fetcher = _closed(weasyprint)
        sheet = weasyprint.CSS(string=styles, url_fetcher=fetcher)
        page = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)
        return bytes(page.write_pdf(stylesheets=[sheet]))


def _closed(weasyprint: Any) -> Any:
    class Closed(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        """Refuses every address."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError("nothing is fetched for a document")

    return Closed()

"""What every template may use: versioned files, icons, languages, and how things are written."""

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request
from markupsafe import Markup, escape

from app.kernel import clock, i18n
from app.kernel.clock import HOME, zone
from app.kernel.owners import pick

ROOT = Path(__file__).resolve().parents[2]
# the address of a theme is kept for a year, so it changes with the way shades are computed
PALETTE = hashlib.sha256((ROOT / "app" / "practice" / "brand.py").read_bytes()).hexdigest()[:8]
STATIC_SECONDS = 31_536_000  # a year: the address of a file changes with its content


def install(app: Flask) -> None:
    settings = app.extensions["parvis.config"]
    app.context_processor(_context)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.gettext, _plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        _=_sentence,
        portal_url=f"{settings.scheme}://{settings.app_host}/",
        dev_mailbox=settings.dev_mailbox,
        static=static_url,
        icon=icon,
        has_page=lambda path: has_page(app, path),
        language_links=language_links,
        languages=list(i18n.NATIVE.items()),
        pick=pick,
        said=said,
    )
    app.jinja_env.filters.update(
        day=lambda day: i18n.day_label(day, i18n.language()),
        date=lambda day: i18n.date_label(day, i18n.language()),
        brief_date=lambda day: i18n.brief_date_label(day, i18n.language()),
        clock=lambda moment: i18n.clock_label(moment, i18n.language()),
        hours=lambda span: i18n.hours_label(*span, i18n.language()),
        when=lambda moment: i18n.when_label(moment, i18n.language()),
        instant=_instant,
        local=clock.local,
        weekday=lambda day: i18n.weekday_label(day, i18n.language()),
        month=lambda day: i18n.month_label(day, i18n.language()),
        spoken=lambda codes: i18n.languages_label(tuple(codes), i18n.language()),
        money=lambda cents: i18n.money_label(cents, i18n.language()),
        initial=lambda words: (
            words[:1].upper() + words[1:]
        ),  # not capitalize: German nouns keep their capital
        phone_link=lambda phone: "tel:" + "".join(c for c in phone if c.isdigit() or c == "+"),
    )


@lru_cache(maxsize=64)
def has_page(app: Flask, path: str) -> bool:
    """Whether this portal has a page at exactly this address: a menu names no page of a room that is not there."""
    return any(rule.rule == path for rule in app.url_map.iter_rules())


def _sentence(sentence: str, **values: Any) -> Markup:
    """`_` of the templates: as Jinja's own, at a third of its price; values are escaped, sentences are ours."""
    found = Markup(i18n.gettext(sentence))
    return found % values if values else found


def _plural(one: str, many: str, num: int) -> str:
    return i18n._catalogue(i18n.language()).ngettext(one, many, num)  # the template fills the placeholders


def _instant(moment: datetime) -> str:
    """«20 novembre 2026 à 14 h 30» on the wall clock of the practice at hand, of an instant."""
    practice = g.get("practice")
    return i18n.instant_label(
        moment.astimezone(zone(practice.timezone if practice else HOME)), i18n.language()
    )


def _context() -> dict[str, Any]:
    practice = g.get("practice")
    return {
        "practice": practice,
        "theme_url": _theme_url(practice.brand_color) if practice else None,
        "language": i18n.language(),
        "staff": g.get("staff"),
        "logo_url": f"/logo-{practice.catalogue_version}.png" if practice and practice.logo else None,
        "text": lambda texts: pick(texts, i18n.language(), practice.languages if practice else ["fr"]),
        "other_language": lambda texts: _other_language(texts, practice),
    }


def said(texts: dict[str, str], practice: Any = None) -> Markup:
    """A text of the practice at hand, or of `practice`, marked when it is in another language than the page."""
    practice = practice or g.practice
    words = escape(pick(texts, i18n.language(), practice.languages))
    other = _other_language(texts, practice)
    return Markup(f'<span lang="{other}">{words}</span>') if other else words


def _other_language(texts: dict[str, str], practice: Any) -> str | None:
    """The language a text falls back to, for its lang attribute; None when it is the page's own."""
    here = i18n.language()
    if texts.get(here):
        return None
    return next((code for code in practice.languages if texts.get(code)), None)


@lru_cache(maxsize=256)
def static_url(path: str) -> str:
    file = ROOT / "static" / path
    try:
        version = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    except OSError:
        return f"/static/{path}"
    return f"/static/{path}?v={version}"


@lru_cache(maxsize=256)
def icon(name: str) -> Markup:
    """A Lucide icon as inline SVG, hidden from screen readers: a word always stands beside it."""
    try:
        svg = (ROOT / "static" / "vendor" / "icons" / f"{name}.svg").read_text()
    except OSError:
        return Markup("")
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{inner.strip()}</svg>'
    )


def language_links() -> list[tuple[str, str, str]]:
    """(code, name, this page in that language); the rest of the query stays."""
    if request.method == "GET":
        path, asked = request.path, request.args.to_dict()
        query = urlencode({name: value for name, value in asked.items() if name != "lang"}) if asked else ""
    else:  # an answer to a form: the page that shows it, where the view named one
        path, _mark, query = g.get("here", "/").partition("?")
    before = f"{path}?{query}&lang=" if query else f"{path}?lang="
    return [(code, name, before + code) for code, name in i18n.NATIVE.items()]


@lru_cache(maxsize=256)
def _theme_url(colour: str) -> str:
    return f"/theme/{colour.lstrip('#')}.css?v={PALETTE}"

"""practice.toml and brand.toml: who the practice is, where it is, and its colour."""

import re
from zoneinfo import ZoneInfo

from app.practice import brand
from app.practice.folder.contents import DISCIPLINES, LANGUAGES, Brand, Contact, Pool, Resource, Site
from app.practice.folder.fields import KEY, Table
from app.practice.folder.files import shown
from app.practice.folder.questions import read_questions
from app.practice.folder.reminders import read_reminders
from app.practice.folder.walk_ins import read_walk_ins
from app.practice.folder.written import Spoken

# Hosts that the platform itself may need beside the practices.
RESERVED_SLUGS = {"www", "api", "admin", "app", "dev", "mail", "portal", "static", "localhost", "smtp"}
EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
PHONE = re.compile(r"\+[1-9][0-9]{0,2}(?: ?[0-9]){6,12}")
WEBSITE = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,}(?:/[A-Za-z0-9._~/-]*)?")
LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{4,253}}$)(?:{LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
POSTCODE = re.compile(r"[1-9][0-9]{3}")
ZONE = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_-]+){1,2}")


def read_practice(table: Table, folder_name: str) -> dict:
    slug = table.text("slug", most=40, pattern=KEY, hint="must be small letters, digits and single dashes")
    if slug in RESERVED_SLUGS:
        table.wrong("slug", f"{slug} is kept for the platform; choose another")
    # A folder that begins with _ is a model to copy, not a practice.
    elif slug and slug != folder_name and not folder_name.startswith("_"):
        table.wrong("slug", f"{shown(slug)} must be the name of the folder, which is {shown(folder_name)}")
    timezone = read_zone(table)
    languages = table.words("languages", allowed=LANGUAGES)
    if not languages and isinstance(table.values.get("languages"), list):
        table.wrong("languages", "must name at least one language")
    unfinished = table.words("unfinished", allowed=languages or LANGUAGES, default=())
    languages = Spoken.of(languages, unfinished)
    practice = {
        "slug": slug,
        "name": table.text("name"),
        "timezone": timezone,
        "languages": languages,
        "unfinished": unfinished,
        "discipline": table.choice("discipline", DISCIPLINES),
        "hosts": table.words(
            "hosts", default=(), pattern=HOST, hint="is not a host name such as rdv.example.be"
        ),
        "contact": read_contact(table),
        "tagline": table.per_language("tagline", languages, most=200),
        "reminders": read_reminders(table),
        "walk_ins": read_walk_ins(table),
        "widgets": read_widgets(table),
        "questions": read_questions(table),
    }
    keys: set[str] = set()
    practice["sites"] = tuple(
        read_site(site, languages=languages, timezone=timezone, keys=keys)
        for site in table.tables("sites", required=True)
    )
    if table.values.get("sites") == []:
        table.wrong("sites", "must name at least one site")
    table.done()
    return practice


def read_widgets(table: Table) -> tuple[str, ...] | None:
    """Their names as in addresses; which of them exist only the whole portal knows (cli.py)."""
    if "widgets" not in table.values:
        return None
    found = table.words("widgets", pattern=KEY, hint="is not the name of a widget such as my-appointments")
    if not found and table.values["widgets"] == []:
        table.wrong("widgets", "must name at least one widget, or not stand here at all")
    return found


def read_contact(table: Table) -> Contact | None:
    contact = table.table("contact")
    if contact is None:
        return None
    found = Contact(
        email=contact.text("email", most=200, pattern=EMAIL, hint="is not an e-mail address"),
        phone=contact.text("phone", pattern=PHONE, hint="must be written as +32 81 12 34 56"),
        website=contact.text(
            "website",
            default="",
            most=200,
            pattern=WEBSITE,
            hint="must be an address that begins with https://",
        ),
    )
    contact.done()
    return found


def read_site(table: Table, *, languages, timezone, keys) -> Site:
    site = Site(
        key=table.key(keys),
        name=table.per_language("name", languages),
        street=table.text("street", most=200),
        postcode=table.text("postcode", pattern=POSTCODE, hint="must be a Belgian postcode of four digits"),
        town=table.per_language("town", languages),
        timezone=read_zone(table, default=timezone),
        # Belgium with a little around it; exchanged or mistyped coordinates fall outside.
        lat=table.degrees("lat", 49.4, 51.6),
        lon=table.degrees("lon", 2.4, 6.5),
        phone=table.text("phone", default="", pattern=PHONE, hint="must be written as +32 81 12 34 56"),
        ends_on=table.day("ends_on", default=None),
        access=table.per_language("access", languages, required=False, most=1000, lines=True),
        pools=_pools(table, languages),
    )
    table.done()
    return site


def _pools(table: Table, languages: tuple[str, ...]) -> tuple[Pool, ...]:
    keys: set[str] = set()
    return tuple(_pool(item, keys, languages) for item in table.tables("pools"))


def _pool(table: Table, keys: set[str], languages: tuple[str, ...]) -> Pool:
    taken: set[str] = set()
    pool = Pool(
        key=table.key(keys),
        name=table.per_language("name", languages),
        resources=tuple(_resource(item, taken, languages) for item in table.tables("resources")),
    )
    table.done()
    return pool


def _resource(table: Table, keys: set[str], languages: tuple[str, ...]) -> Resource:
    resource = Resource(
        key=table.key(keys),
        name=table.per_language("name", languages),
        retired=table.flag("retired", default=False),
    )
    table.done()
    return resource


def read_zone(table: Table, *, default=None) -> str:
    given = table.text("timezone") if default is None else table.text("timezone", default=default)
    if given and not _zone_exists(given):
        table.wrong("timezone", f"{shown(given)} is not a time zone such as Europe/Brussels")
    return given


def read_brand(table: Table, logo: bytes | None) -> Brand:
    color = table.text("color").lower()
    try:
        brand.palette(color)
    except brand.NotAColour:
        if color:
            table.wrong("color", f"{shown(color)} must be a colour such as #6b4fa0")
    except brand.ColourRefused as refused:
        table.wrong(
            "color", f"neither white nor black text can be read on {color}; {refused.nearest} would do"
        )
    table.done()
    return Brand(color=color, logo=logo)


def _zone_exists(name: str) -> bool:
    if not ZONE.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True

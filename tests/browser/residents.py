"""People of the portal under test who are signed in already: accounts and sessions written into its database."""

from dataclasses import dataclass

from tests.browser.portal import PASSWORD


@dataclass(frozen=True)
class Room:
    """One session: where, how far it has come, and what opened it; a stale one was proved a while ago."""

    slug: str = "lavande"  # or nothing, for the central portal
    stage: str = "open"
    method: str = "app"
    staff: bool = False
    stale: bool = False


@dataclass(frozen=True)
class Resident:
    """Somebody with an account (made when there is none), and what they have besides."""

    email: str
    language: str = "fr"
    given_name: str = "Nora"
    family_name: str = "Baert"
    factor: str = "app"
    works_at: str = ""
    phone: str | None = None
    rooms: tuple[Room, ...] = (Room(),)
    child: bool = False
    copy: bool = False
    offer: str = ""  # to this address
    codes: bool = False

    def as_asked(self, portal):
        person = {name: getattr(self, name) for name in PERSON} | {"password": PASSWORD}
        extras = {name: getattr(self, name) for name in ("child", "copy", "offer", "codes")}
        rooms = []
        for room in self.rooms:
            host = portal.site(room.slug) if room.slug else portal.url
            parts = {name: getattr(room, name) for name in ("stage", "method", "staff", "stale")}
            rooms.append({"host": host.removeprefix("http://"), **parts})
        return person, rooms, extras


PERSON = ("email", "language", "given_name", "family_name", "factor", "works_at", "phone")


def settle(portal, *residents):
    """One answer each: `tokens` of the rooms, and the addresses of what else was asked for."""
    return portal.concierge.ask([one.as_asked(portal) for one in residents])


def newcomer(portal, email, *, language="fr"):
    """Somebody who has confirmed their mail and has no second factor yet; the password is everybody's here."""
    settle(portal, Resident(email, language, factor="", rooms=()))
    return email


def let_in(visitor, token, *, slug="lavande"):
    """This browser has that session from here on; answers the address of the place."""
    place = visitor.portal.site(slug) if slug else visitor.portal.url
    visitor.context.add_cookies([{"name": "session", "value": token, "url": place}])
    return place


def at_home(visitor, email, *, slug="lavande", **more):
    """Somebody new who is signed in at `slug` in this browser, in its language; answers the address of the place."""
    room = Room(
        slug, **{name: more.pop(name) for name in ("stage", "method", "staff", "stale") if name in more}
    )
    one = Resident(email, visitor.language, rooms=(room,), **more)
    return let_in(visitor, settle(visitor.portal, one)[0]["tokens"][0], slug=slug)

"""What the steps of booking share: who looks, what the practice offers them, and what they chose so far."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, g, request

from app.booking import catalogue, standing, told, view_as
from app.booking.catalogue import Catalogue, Offer
from app.booking.standing import Seen
from app.booking.told import Told
from app.kernel.errors import NotFound
from app.kernel.owners import Practice
from app.web.outside import services

bp = Blueprint("book", __name__)


@bp.before_request
def _do_nothing_while_looking() -> None:
    if request.method == "POST":
        view_as.refuse(seen().viewing)


@dataclass(frozen=True)
class Choice:
    """A service at a site: all agendas that offer it there, and those that will do."""

    offers: tuple[Offer, ...]
    chosen: tuple[Offer, ...]
    schedule: str  # an agenda's id, or "any"

    @property
    def offer(self) -> Offer:
        return self.chosen[0]

    @property
    def any_practitioner(self) -> bool:
        return self.schedule == "any" and len(self.chosen) > 1

    @property
    def where(self) -> dict[str, UUID]:
        return {"service_id": self.offer.service.id, "location_id": self.offer.location.id}

    def told(self, *, start: int | None = None) -> Told:
        return told.of(g.practice, self.chosen, seen(), now=services().clock.now(), start=start)


def seen() -> Seen:
    return standing.seen(now=services().clock.now())


def shop() -> Catalogue:
    return catalogue.of(g.practice, now=services().clock.now(), standing=seen().standing)


def look_again() -> None:
    """After a refusal because something changed: the practice and the viewer as they are now."""
    g.practice = Practice.get_by_id(g.practice.id)
    standing.forget()


def choice(service_id: UUID, location_id: UUID, schedule: str | None) -> Choice:
    """NotFound for what is not this practice's. Where any agenda will do, those where the viewer can do most."""
    offers = shop().at(service_id, location_id)
    if not offers:
        raise NotFound
    if not schedule or schedule == "any":
        shown = told.best(offers, guest=seen().is_guest)
        return Choice(offers, shown, "any" if len(offers) > 1 else str(offers[0].schedule.id))
    wanted = as_uuid(schedule)
    chosen = tuple(offer for offer in offers if offer.schedule.id == wanted)
    if not chosen:
        raise NotFound
    return Choice(offers, chosen, str(wanted))


def as_uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text and len(text) <= 40 else None
    except ValueError:
        return None


def as_start(text: str | None) -> int | None:
    """Minutes since 1970 within what a calendar can hold; anything else is no time."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 8:
        return None
    return int(text)


def reached(found: Choice) -> Any:
    """The cap they are at, while nothing can be chosen because of it; None for everybody else."""
    return told.reached(found.chosen, seen(), now=services().clock.now())

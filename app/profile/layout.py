"""Which widgets a page shows and in which order: what the product has, the practice chose and the person arranged."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

STEPS = ("up", "down", "hide", "show")


@dataclass(frozen=True)
class Layout:
    """Slugs: those on the page in their order, and those that wait to be shown."""

    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def first(gallery: Sequence[str], *, shy: Collection[str], chosen: Sequence[str] | None = None) -> Layout:
    """Before anybody arranged anything. `chosen` are the practice's widgets in its order: no others exist on its site.

    `shy` are those that wait to be asked for, unless the practice named them.
    """
    if chosen is not None:
        return Layout(tuple(slug for slug in dict.fromkeys(chosen) if slug in gallery))
    return Layout(
        tuple(slug for slug in gallery if slug not in shy), tuple(slug for slug in gallery if slug in shy)
    )


def arranged(start: Layout, saved: Layout | None) -> Layout:
    """`start` as its person arranged it; what is new to them stands at the end, or waits, as it would at first."""
    if saved is None:
        return start
    there = (*start.shown, *start.hidden)
    known = {*saved.shown, *saved.hidden}
    shown = [slug for slug in saved.shown if slug in there]
    shown += [slug for slug in start.shown if slug not in known]
    return Layout(tuple(shown), tuple(slug for slug in there if slug not in shown))


def step(now: Layout, what: str, slug: str) -> Layout:
    """One press of a button; a step that leads nowhere changes nothing."""
    shown = list(now.shown)
    if what == "show" and slug in now.hidden:
        shown.append(slug)
    elif what == "hide" and slug in shown:
        shown.remove(slug)
    elif what in ("up", "down") and slug in shown:
        at = shown.index(slug)
        to = at + (-1 if what == "up" else 1)
        if 0 <= to < len(shown):
            shown[at], shown[to] = shown[to], shown[at]
    return typed(now, shown)


def typed(there: Layout, shown: Iterable[str]) -> Layout:
    """What a form says is shown, of what is there; strangers and repetitions are left out."""
    every = (*there.shown, *there.hidden)
    kept = [slug for slug in dict.fromkeys(shown) if slug in every]
    return Layout(tuple(kept), tuple(slug for slug in every if slug not in kept))


def merged(given: Layout, before: Layout | None) -> Layout:
    """To save: on a practice's site the widgets it does not have keep the place they had elsewhere."""
    if before is None:
        return given
    here = {*given.shown, *given.hidden}
    shown = list(given.shown)
    for at, slug in enumerate(before.shown):
        if slug not in here:
            after = next((one for one in reversed(before.shown[:at]) if one in shown), None)
            shown.insert(shown.index(after) + 1 if after else 0, slug)
    hidden = [*given.hidden, *(slug for slug in before.hidden if slug not in here)]
    return Layout(tuple(shown), tuple(hidden))

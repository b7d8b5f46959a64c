"""Every door is locked unless its view says otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anybody, on any host of the portal; reads no session."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def portal_only(view: View) -> View:
    """Anybody, on the central portal's host alone."""
    view.access = "public"  # type: ignore[attr-defined]
    view.place = "portal"  # type: ignore[attr-defined]
    return view


def practice_only(view: View) -> View:
    """Anybody, on a practice's host alone."""
    view.access = "public"  # type: ignore[attr-defined]
    view.place = "practice"  # type: ignore[attr-defined]
    return view


def checks_its_token(view: View) -> View:
    """The view's own form checks the CSRF token, so that an expired one costs nobody what they typed."""
    view.checks_its_token = True  # type: ignore[attr-defined]
    return view


def desk(permission: str) -> Callable[[View], View]:
    """Members of the practice whose roles cover `permission`, on the practice's host."""

    def lock(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.place = "practice"  # type: ignore[attr-defined]
        return view

    return lock

"""Every door is locked unless its view says otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

WITH_FILES = 64 * 1024 * 1024  # of a whole form: read to its end, so that what is too big meets a sentence
ONE_PIECE = 4 * 1024 * 1024  # of a file that comes in pieces: room for one that is longer than it may be
ONE_FILE = "parvis.one_file"  # in the environment of a request: its one file may be as big as all of a form

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


def takes_files(view: View) -> View:
    """The form brings files (web/uploads.py): past its lock, the door lets a body of that size in. Not on @public."""
    view.most_bytes = WITH_FILES  # type: ignore[attr-defined]
    return view


def takes_large_file(view: View) -> View:
    """The same for one file that may take all of the memory several together may (web/uploads.py)."""
    view.one_file = True  # type: ignore[attr-defined]
    return takes_files(view)


def takes_piece(view: View) -> View:
    """The body is a piece of a file that is too large for one form, sent by a script of ours. Not on @public."""
    view.most_bytes = ONE_PIECE  # type: ignore[attr-defined]
    return view


def for_programs(view: View) -> View:
    """A program with a token of its own, on any host: shut to every browser, so there is no CSRF token."""
    view.access = "program"  # type: ignore[attr-defined]
    view.checks_its_token = True  # type: ignore[attr-defined]
    return view


def halfway(view: View) -> View:
    """Whoever has given a password, on any host: the pages of the second factor, and nothing else."""
    view.access = "halfway"  # type: ignore[attr-defined]
    return view


def person(view: View) -> View:
    """Anybody fully signed in, for their own affairs; on any host of the portal. Sets g.person."""
    view.access = "person"  # type: ignore[attr-defined]
    return view


def fresh(view: View) -> View:
    """Also asks for a factor again when the last proof is a quarter of an hour old. Above @person or @desk."""
    view.fresh = True  # type: ignore[attr-defined]
    return view


def level(least: int) -> Callable[[View], View]:
    """Also asks for a government sign-in of this level (identity/levels.py) in this session. Above @person or @desk."""

    def lock(view: View) -> View:
        view.level = least  # type: ignore[attr-defined]
        return view

    return lock


def quiet(view: View) -> View:
    """Asked by the page itself: does not keep a session alive."""
    view.quiet = True  # type: ignore[attr-defined]
    return view


def desk(permission: str) -> Callable[[View], View]:
    """Members of the practice whose roles cover `permission`, on the practice's host."""

    def lock(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        view.place = "practice"  # type: ignore[attr-defined]
        return view

    return lock

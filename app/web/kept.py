"""Whole pages kept as they were written, as long as all they say stands in their key; the token is new each time.

What is kept belongs to one app and one process. A page of one person is never another's: whoever asks names in the key
all that the page reads, and first of all whose it is (docs/adr/0034).
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any

from flask import Flask, Response, current_app, g
from flask_wtf.csrf import generate_csrf

MOST = 32  # pages of a process: one is about a seventh of a megabyte


class Kept:
    """So many values by their keys; who was asked for longest ago goes first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.turn = Lock()
        self.found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        with self.turn:
            found = self.found.get(key)
            if found is not None:
                self.found.move_to_end(key)
            return found

    def put(self, key: Hashable, value: Any) -> None:
        with self.turn:
            self.found[key] = value
            self.found.move_to_end(key)
            while len(self.found) > self.most:
                self.found.popitem(last=False)


def install(app: Flask) -> None:
    app.extensions["parvis.pages"] = Kept(MOST)


def page(key: Hashable, write: Callable[[], str]) -> Response:
    """What `write` wrote for this key, with the token of this browser's own forms."""
    pages, token = current_app.extensions["parvis.pages"], generate_csrf().encode()
    pieces = pages.get(key)
    if pieces is None:
        pieces = write().encode().split(token)
        pages.put(key, pieces)
    return Response(token.join(pieces), mimetype="text/html")


def once(ask: Callable[[], Any]) -> Callable[[], Any]:
    """Asked once a request: what a key says is what the page says, whatever happens between."""

    @wraps(ask)
    def asked() -> Any:
        answers: dict[Any, Any] = g.setdefault("asked_once", {})
        if ask not in answers:
            answers[ask] = ask()
        return answers[ask]

    return asked

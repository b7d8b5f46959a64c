"""The rate limits as views use them: the address is the one the request came from, and nothing it says of itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app, request

from app.kernel import rate_limits
from app.kernel.allowance import Allowance
from app.web.outside import services


def install(app: Flask) -> None:
    app.extensions["parvis.allowance"] = Allowance()


def address() -> str:
    """Of the client. Headers of proxies count only as far as PARVIS_TRUSTED_PROXIES says (factory.py)."""
    return request.remote_addr or ""


def hit(name: str, **who: Any) -> None:
    """Count one try of this address, and of the `account` or `practice` given; raises TooMany, which answers 429."""
    rate_limits.hit(name, now=services().clock.now(), address=address(), **who)


def spend(name: str, **who: Any) -> None:
    """As `hit` for what is asked at every letter typed: most of the time without a write (kernel/allowance.py)."""
    allowance = current_app.extensions["parvis.allowance"]
    allowance.spend(name, now=services().clock.now(), address=address(), **who)


def check(name: str, **who: Any) -> None:
    """Raises TooMany as `hit` would, and counts nothing."""
    rate_limits.check(name, now=services().clock.now(), address=address(), **who)


def give_back(name: str, **who: Any) -> None:
    rate_limits.give_back(name, now=services().clock.now(), address=address(), **who)


def clear(name: str, **who: Any) -> None:
    rate_limits.clear(name, now=services().clock.now(), **who)


def limited(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Count every sending of this view's form by the address it comes from; looking at the page is free."""

    def lock(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if request.method == "POST":
                hit(name)
            return view(*args, **kwargs)

        return counted

    return lock

"""One question to a service over HTTPS: no redirect, no proxy, a limit to time and size; its answer, judged."""

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from app.kernel.errors import Unavailable
from app.record.wearables.ports import Rest

TIMEOUT = (4, 10)  # seconds: to be let in, and between two words
LONGEST_SECONDS = 40  # of a whole answer
LARGEST = 1024 * 1024
SHORTEST, USUAL, LONGEST = timedelta(seconds=5), timedelta(minutes=1), timedelta(days=1)
PORT = "wearables"


@dataclass(frozen=True)
class Answer:
    status: int
    said: Any  # None where it is no JSON


def ask(
    method: str,
    url: str,
    *,
    form: dict[str, str] | None = None,
    body: Any = None,
    bearer: str = "",
) -> Answer:
    """Raises Unavailable where nobody answers, or they are in trouble, and Rest where it was too often."""
    import requests  # a tenth of a second that a portal without devices never needs

    headers = {"Accept": "application/json"}
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, url, data=form, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False,
                stream=True,
            )  # fmt: skip
            with answer:
                content = _read(answer)
    except (requests.RequestException, OSError) as down:
        raise Unavailable(PORT, retry=True, why=type(down).__name__) from down
    if answer.status_code == 429:
        raise Rest(_wait(answer.headers.get("Retry-After", ""), answer.headers.get("Date", "")))
    if answer.status_code >= 500 or answer.status_code == 408:
        raise Unavailable(PORT, retry=True, why=f"answer {answer.status_code}")
    return Answer(answer.status_code, _parsed(content))


def _read(answer: Any) -> bytes:
    content, until = b"", time.monotonic() + LONGEST_SECONDS
    for part in answer.iter_content(65_536):
        content += part
        if len(content) > LARGEST or time.monotonic() > until:
            raise Unavailable(PORT, retry=True, why="an answer without end")
    return content


def _parsed(content: bytes) -> Any:
    """Numbers exactly as they are written; NaN and its like are words."""
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=str)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _wait(said: str, theirs: str) -> timedelta:
    """Seconds, or a date by the clock of whoever answered (RFC 9110, 10.2.3), believed within reason."""
    wait = USUAL
    if said.isascii() and said.isdigit():
        wait = timedelta(seconds=min(int(said[:9]), 86_400))
    elif said:
        with suppress(ValueError, TypeError, OverflowError):
            wait = parsedate_to_datetime(said) - parsedate_to_datetime(theirs)
    return min(max(wait, SHORTEST), LONGEST)

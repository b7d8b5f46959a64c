"""The way to a portal: one origin of the agent's own list, over TLS, without redirects, proxies or cookies."""

from __future__ import annotations

import http.client
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from card_agent import NAME, requests
from card_agent.problems import Problem

TIMEOUT = 20
USUAL = {"https": 443, "http": 80}
LARGEST_ANSWER = 64 * 1024
CODE = re.compile(r"[BCDFGHJKLMNPQRSTVWXZ]{8}")  # no vowels: no words; RFC 8628, 6.1
REFUSALS = {401: "over", 403: "not-a-portal", 404: "over", 409: "over", 429: "too-many"}


def origin_of(text: str) -> str:
    """https://host[:port] as typed by a person; http only for this very computer. Raises Problem("not-secure")."""
    text = text.strip()
    if "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text)
    host = (parts.hostname or "").lower()
    try:
        port = parts.port
    except ValueError:
        raise Problem("not-secure") from None
    named = re.fullmatch(r"[a-z0-9.-]{1,253}", host) and not host.startswith((".", "-"))
    if (
        not named
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
        or parts.username
        or parts.password
    ):
        raise Problem("not-secure")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_computer(host)):
        raise Problem("not-secure")
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != USUAL[parts.scheme] else "")


def is_this_computer(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tidy_code(text: str) -> str:
    """As the page shows it: two groups of four letters. Raises Problem("code-unknown")."""
    code = "".join(sign for sign in text.upper() if sign.isalnum())
    if not CODE.fullmatch(code):
        raise Problem("code-unknown")
    return code


class Portal:
    """`origin` comes from the agent's configuration, and is what the card signs."""

    def __init__(
        self, origin: str, *, trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    ) -> None:
        self.origin = origin_of(origin)
        self._trust = trust

    def redeem(self, code: str) -> requests.Redeemed:
        status, found = self._ask("POST", "/agent/v1/redeem", {"code": tidy_code(code), "agent": NAME})
        if status == 404:
            raise Problem("code-unknown")
        if status == 409 and isinstance(found, dict) and found.get("error") == "agent-too-old":
            raise Problem("too-old")
        return requests.redeemed(self._granted(status, found))

    def state(self, pairing: str, token: str) -> tuple[str, requests.Job | None, str]:
        return requests.answer(self._granted(*self._ask("GET", f"/agent/v1/pairings/{pairing}", token=token)))

    def next(self, token: str) -> tuple[str, requests.Job | None, str]:
        """The next reading of a desk that is paired already; Problem("over") when it no longer is."""
        return requests.answer(self._granted(*self._ask("GET", "/agent/v1/next", token=token)))

    def deliver(self, pairing: str, token: str, files: dict[str, bytes], signature: bytes | None) -> None:
        """Problem("not-accepted") when the portal does not believe the card; its page says why."""
        path = f"/agent/v1/pairings/{pairing}/result"
        status, found = self._ask("POST", path, requests.result(files, signature), token=token)
        if status == 422:
            raise Problem("not-accepted")
        self._granted(status, found)

    def tell(self, pairing: str, token: str, code: str) -> None:
        """Why nothing will come; whether it arrives does not matter any more."""
        try:
            self._ask("POST", f"/agent/v1/pairings/{pairing}/problem", {"code": code}, token=token)
        except Problem:
            return

    def _granted(self, status: int, found: object) -> object:
        if status != 200:
            raise Problem(REFUSALS.get(status, "unreachable" if status >= 500 else "not-a-portal"))
        return found

    def _ask(
        self, method: str, path: str, body: object = None, *, token: str | None = None
    ) -> tuple[int, object]:
        parts = urlsplit(self.origin)
        host, port = str(parts.hostname), parts.port
        headers = {
            "Host": parts.netloc,
            "Accept": "application/json",
            "User-Agent": NAME,
            "Connection": "close",
        }
        content = None
        if body is not None:
            content, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection(host, port)
        try:
            connection.sock = self._socket(parts.scheme, host, port)
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            text = answer.read(LARGEST_ANSWER + 1)
        except ssl.SSLError:
            raise Problem("not-secure") from None
        except (OSError, http.client.HTTPException):
            raise Problem("unreachable") from None
        finally:
            connection.close()
        if 300 <= answer.status < 400 or len(text) > LARGEST_ANSWER:
            raise Problem("not-a-portal")  # a redirect would carry the token elsewhere
        return answer.status, _json(text) if answer.status in (200, 409) else None

    def _socket(self, scheme: str, host: str, port: int | None) -> socket.socket:
        # *.localhost is this computer by definition (RFC 6761), whether or not the resolver knows it
        where = "127.0.0.1" if host.endswith("localhost") else host
        found = socket.create_connection((where, port or USUAL[scheme]), timeout=TIMEOUT)
        if scheme == "http":
            return found
        try:
            return self._trust().wrap_socket(found, server_hostname=host)
        except BaseException:
            found.close()
            raise


def _json(text: bytes) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise Problem("not-a-portal") from None

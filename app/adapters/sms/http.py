"""SMS over the HTTP interface of Twilio, which several providers answer to: POST …/Messages.json, basic sign-in."""

import base64
import http.client
import json
import ssl
from urllib.parse import quote, urlencode, urlsplit

from app.kernel.errors import Unavailable
from app.kernel.ports import TextMessage

TIMEOUT_SECONDS = 10
MOST_BYTES = 65_536  # of an answer; theirs have about a thousand


class HttpSms:
    offered = True

    def __init__(
        self, *, url: str, account: str, token: str, sender: str, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        """`sender` is a number (+32…), a name of at most eleven letters, or a messaging service (MG…)."""
        self.url, self.account, self.token, self.sender = urlsplit(url), account, token, sender
        self.timeout = timeout

    def send(self, message: TextMessage) -> None:
        connection = self._connect()
        try:
            connection.request("POST", self._path(), body=self._form(message), headers=self._headers())
            with connection.getresponse() as answer:
                status, content = answer.status, answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as broken:
            # it was asked and the answer is missing: perhaps it was sent. Rather lost than repeated.
            raise Unavailable("sms", retry=False, why=f"no answer ({type(broken).__name__})") from broken
        finally:
            connection.close()
        if status not in (200, 201):
            raise Unavailable("sms", retry=_may_pass(status), why=f"{status} {_code_of(content)}".strip())

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "https":
            context = ssl.create_default_context()
            found: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self.timeout, context=context
            )
        else:
            found = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            found.connect()
        except OSError as down:  # nothing was asked yet: trying again repeats nothing
            found.close()
            raise Unavailable("sms", retry=True, why=type(down).__name__) from down
        return found

    def _path(self) -> str:
        return f"{self.url.path.rstrip('/')}/2010-04-01/Accounts/{quote(self.account, safe='')}/Messages.json"

    def _form(self, message: TextMessage) -> bytes:
        whose = "MessagingServiceSid" if self.sender.startswith("MG") else "From"
        return urlencode({"To": message.to, whose: self.sender, "Body": message.text}).encode()

    def _headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        return {
            "Authorization": f"Basic {pair}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }


def _may_pass(status: int) -> bool:
    """Too fast, or their server or our subscription is in trouble: later. A number that cannot be: never."""
    return status in (401, 402, 403, 408, 425, 429) or status >= 500


def _code_of(content: bytes) -> str:
    """Their number for what is wrong (21211: no telephone); never their sentence, which repeats the number dialled."""
    try:
        found = json.loads(content)
    except ValueError:
        return ""
    code = found.get("code") if isinstance(found, dict) else None
    return str(code) if isinstance(code, int) else ""

"""A card in the hand of a test: read in this process without a reader, by the agent's own code, for one pairing."""

import json
from contextlib import contextmanager

from card_agent import course, pin_pad
from card_agent.belgian_eid import pin_block
from card_agent.portal import Portal
from card_agent.problems import Problem
from tests.journey import soup
from tools.virtual_card.card import Card
from tools.virtual_card.person import make

HOST = "lavande.parvis.test"
PROGRAM = {"User-Agent": "a test", "Accept": "application/json"}


class Direct:
    """A reader with this card in it; `swap`: after so many commands another one answers, without a sign."""

    def __init__(self, card, *, swap=None, gone_after=None):
        self.card, self.swap, self.gone_after, self.count, self.pad = card, swap, gone_after, 0, None

    def __call__(self, _stop):
        return self

    def close(self):
        self.closed = True

    def wait_for_card(self, *, tell, fresh=False):
        if self.card is None:
            raise Problem("no-card")
        self.fresh = fresh
        return "the reader"

    def looks_right(self, _name):
        return None

    @contextmanager
    def connected(self, _name):
        yield self
        self.card.reset()

    @contextmanager
    def alone(self):
        yield

    def pin_pad(self):
        return self.pad and 0x42330006

    def ask_pad(self, control, language):
        """Somebody types this on the reader's own keys."""
        assert control == 0x42330006 and len(pin_pad.question(language)) == 32
        digits = self.pad.pop(0)
        block = bytes(pin_block(bytearray(digits.encode())))
        return self.transmit(b"\x00\x20\x00\x01\x08" + block)[1]

    def transmit(self, command):
        self.count += 1
        if self.gone_after and self.count > self.gone_after:
            raise Problem("removed")
        if self.swap and self.count > self.swap[0]:
            self.card, self.swap = self.swap[1], None
        answer = self.card.answer(command)
        data, status = answer[:-2], int.from_bytes(answer[-2:], "big")
        if status >> 8 == 0x6C:
            return self.transmit(command[:4] + bytes((status & 0xFF,)))
        while status >> 8 == 0x61:
            answer = self.card.answer(b"\x00\xc0\x00\x00" + bytes((status & 0xFF,)))
            data, status = data + answer[:-2], int.from_bytes(answer[-2:], "big")
        return data, status


class Face:
    """A person who agrees to everything and types these PINs, unless told otherwise."""

    language = "fr"

    def __init__(self, *, pins=("1234",), consents=True, last_try=True):
        self.pins, self.consents, self.last_try = list(pins), consents, last_try
        self.said, self.asked, self.wiped, self.opened = [], [], [], ""

    def say(self, code, **_values):
        self.said.append(code)

    def open_browser(self, url):
        self.opened = url

    def ask_consent(self, site, job):
        self.asked.append(("consent", site, job))
        return self.consents

    def ask_pin(self, tries, *, wrong):
        self.asked.append(("pin", tries, wrong))
        if not self.pins:
            return None
        pin = bytearray(self.pins.pop(0).encode())
        self.wiped.append(pin)
        return pin

    def ask_last_try(self):
        self.asked.append(("last",))
        return self.last_try

    def stopped(self):
        return False


class Wire(Portal):
    """The agent's way to the portal, over the test's own client instead of a socket; `sent` is every request."""

    def __init__(self, app, *, host=HOST, scheme="http", alter=None):
        self.origin, self._app, self._alter, self.sent = f"{scheme}://{host}", app, alter, []

    def _ask(self, method, path, body=None, *, token=None):
        if self._alter:
            method, path, body = self._alter(method, path, body)
        answer = post(self._app, path, body, token=token, method=method, base_url=self.origin)
        self.sent.append((method, path, answer.status_code))
        return answer.status_code, answer.get_json(silent=True)


def post(
    app, path, body=None, *, token=None, method="POST", base_url=f"http://{HOST}", headers=None, data=None
):
    """As a program asks: no cookie, no origin."""
    more = {**PROGRAM, **(headers or {})}
    if token:
        more["Authorization"] = f"Bearer {token}"
    if data is None and body is not None:
        data, more["Content-Type"] = json.dumps(body), "application/json"
    return app.test_client(use_cookies=False).open(
        path, method=method, base_url=base_url, headers=more, data=data
    )


def fields(page, action):
    """Of the form that goes there, as a browser would send it untouched."""
    document = soup(page)
    form = document.find("form", action=action)
    assert form is not None, document.get_text()
    found = {}
    for one in form.find_all(["input", "select"]):
        ticked = one.get("type") not in ("checkbox", "radio") or one.has_attr("checked")
        if one.name == "select":
            chosen = one.find("option", selected=True) or one.find("option")
            found[one["name"]] = chosen["value"]
        elif one.get("name") and ticked:
            found[one["name"]] = one.get("value", "")
    return found


def press(client, page, action, **changes):
    """Sends the form of this page that goes there."""
    return client.post(action, data={**fields(page, action), **changes})


def start(client, here, page=None):
    """The code on the page, once «read» is pressed."""
    token = soup(page or client.get(here)).find(attrs={"name": "csrf_token"})["value"]
    answer = client.post(
        here, data={"csrf_token": token}
    )  # also while another reading goes on: the newer one counts
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return code_on(client.get(here))


def code_on(page):
    shown = soup(page).select_one(".code")
    assert shown is not None, soup(page).get_text()
    return shown.get_text()


def confirm(client, face):
    """The browser of the same machine opens what the agent opened, and its person confirms."""
    path = face.opened.partition(HOST)[2]
    return press(client, client.get(path), "/eid/confirm")


def read_card(client, app, code, card, *, face=None, wire=None, readers=None):
    """The whole course with this card; answers the pairing of the agent."""
    face, wire = face or Face(), wire or Wire(app)
    paired = course.pair(wire, code, face)
    assert confirm(client, face).status_code == 303
    course.run(paired, face, open_readers=readers or Direct(card))
    return paired


def new_card(kind="v18", **profile):
    tries = profile.pop("tries", 3)
    card = Card(make(kind, **profile))
    card.tries = tries
    return card

"""What sign-in and step-up share: the form of a code, judging it, and saying what is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from flask import g, request
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.identity import devices, mail_codes, proofs, recovery
from app.identity.proofs import Verdict
from app.identity.sign_in import SignedIn
from app.kernel import clock
from app.kernel.clock import HOME
from app.kernel.errors import TooMany
from app.kernel.i18n import _
from app.kernel.i18n import lazy_gettext as _l
from app.web import limits
from app.web.forms import BaseForm, tidy
from app.web.outside import services

TYPED = ("app", "mail", "recovery")  # ways that end in a code; a passkey has views of its own


class CodeForm(BaseForm):
    code = StringField(
        _l("Code"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Enter the code.")),
            Length(max=40, message=_l("This code is too long. Check it and try again.")),
        ],
    )


WORDS = {
    Verdict.WRONG: _l("This code is not right. Check it and try again."),
    Verdict.USED: _l(
        "This code was used before. Wait until your app shows the next one, then enter that one."
    ),
    Verdict.GONE: _l("This code can no longer be used. Ask for a new one."),
    Verdict.RESTING: _l(
        "There were too many wrong codes today, so codes are not accepted until tomorrow. "
        "A recovery code still works in a browser you have signed in with before."
    ),
}


@dataclass
class Proving:
    """The state of one page that asks for a factor; `base` is where its forms lead."""

    person: SignedIn
    purpose: str  # sign-in or step-up
    base: str
    extra: tuple[str, ...] = ()  # ways this page has besides factors: the password
    also: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        ways = proofs.ways(self.person.account.id, staff=self.person.staff)
        known = services().identity_provider is not None
        self.factors = [way for way in ways if way != "csam" or known]
        self.also = ["recovery"] if self.factors and recovery.left(self.person.account.id) else []

    @property
    def offered(self) -> list[str]:
        return [*self.factors, *self.extra, *self.also]

    def chosen(self, asked: str | None) -> str:
        """The way asked for, where there is one; else the one used last."""
        return asked if asked in self.offered else self.offered[0] if self.offered else ""

    def judge(self, way: str, form: CodeForm) -> bool:
        """Whether the code of `form` is right; what is wrong stands in the form. TooMany passes through."""
        if way not in self.offered or not form.validate():
            return False
        now, account = services().clock.now(), self.person.account
        limits.hit("second-factor" if self.purpose == "sign-in" else "step-up", account=account.id)
        verdict = proofs.show(
            self.person.session,
            way,
            form.code.data,
            purpose=self.purpose,
            device_known=devices.known(account.id, devices.carried(), now=now) is not None,
            sealer=services().sealer,
            now=now,
        )
        if verdict is Verdict.RIGHT:
            limits.clear("second-factor" if self.purpose == "sign-in" else "step-up", account=account.id)
            return True
        form.code.errors = [WORDS[verdict]]
        return False

    def send(self) -> None:
        """A code by mail, at most three in a quarter of an hour; TooMany passes through."""
        limits.hit("code-by-mail", account=self.person.account.id)
        mail_codes.send(self.person.session, purpose=self.purpose, now=services().clock.now())

    def shown(self, way: str, target: str) -> dict[str, Any]:
        """What the templates need."""
        now = services().clock.now()
        code = (
            mail_codes.newest(self.person.session, purpose=self.purpose, now=now) if way == "mail" else None
        )
        return {
            "way": way,
            "ways": self.offered,
            "base": self.base,
            "purpose": "second" if self.purpose == "sign-in" else self.purpose,
            "next": target,
            "mail_sent": code is not None,
            "sent_again": request.args.get("done") == "sent",
            "mail_until": clock.local(clock.to_minutes(code.expires_at), _zone()) if code else None,
            "address": masked(self.person.account.email),
        }


def too_often(tries: TooMany) -> str:
    """The sentence for a button pressed too often."""
    return _("You have asked for several codes already.") + " " + tries.sentence()


def masked(email: str) -> str:
    """Enough to know which mailbox: whoever knows only the password learns no more."""
    name, _at, place = email.rpartition("@")
    return f"{name[:1]}•••@{place[:1]}•••.{place.rpartition('.')[2]}" if place else "•••"


def _zone() -> str:
    return g.practice.timezone if g.get("practice") else HOME

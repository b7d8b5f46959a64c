"""Every page of an account, who sees it, and how it is opened: what all of them must have in common."""

from urllib.parse import urlsplit

from tests.browser.residents import Resident, Room, let_in, settle
from tests.browser.steps import press
from tests.browser.visitor import Visitor

EVERYBODY = {
    "claire": Resident("claire@example.be", rooms=(Room(method="mail"), Room(method="mail", stale=True))),
    "ada": Resident(
        "ada.alles@example.be",
        given_name="Maximilienne-Alexandrine",
        family_name="Vandenbroucke-Schoonbroodt",
        rooms=(Room(), Room(stage="second"), Room(stale=True)),
        child=True,
        copy=True,
        codes=True,
        offer="claire@example.be",
    ),
    "post": Resident("post@example.be", factor="mail", rooms=(Room(stage="second"),)),
    "far": Resident("fern@example.be", rooms=(Room(""),)),
    "new": Resident("neu@example.be", factor="", rooms=(Room(stage="setup"),)),
    "desk": Resident("accueil@lavande.example", rooms=(Room(staff=True), Room(staff=True, stale=True))),
    "owner": Resident("aline@lavande.example", rooms=(Room(staff=True),)),
}

# name: (whose session and which, address, the form sent there or nothing)
PAGES = {
    "sign-in": (None, "/sign-in", None),
    "sign-in refused": (None, "/sign-in", "/sign-in"),
    "join": (None, "/join", None),
    "join refused": (None, "/join", "/join"),
    "join sent": (None, "/join/sent?registration={registration}", None),
    "finish": (None, "{finish}", None),
    "finish unknown": (None, "/join/not-a-link", None),
    "forgotten": (None, "/forgotten", None),
    "forgotten sent": (None, "/forgotten/sent", None),
    "reset": (None, "{reset}", None),
    "reset too old": (None, "/forgotten/not-a-link", None),
    "text": (None, "/account/texts/privacy", None),
    "deleted": (None, "/account/deleted?reference=ABCD-EFGH", None),
    "sign-in at the portal": (None, "{portal}/sign-in", None),
    "join at the portal": (None, "{portal}/join", None),
    "tab sign-in at the portal": ("far", "{portal}/account/sign-in", None),
    "tab details at the portal": ("far", "{portal}/account/details", None),
    "tab privacy at the portal": ("far", "{portal}/account/privacy", None),
    "set up": ("new", "/set-up", None),
    "set up app": ("new", "/set-up/app", None),
    "set up app refused": ("new", "/set-up/app", "/set-up/app"),
    "set up mail": ("new", "/set-up/mail", None),
    "set up passkey": ("new", "/set-up/passkey", None),
    "another way": ("ada", "/set-up", None),
    "recovery codes": ("ada", "/set-up/recovery-codes", None),
    "codes": ("ada", "/set-up/recovery-codes", "/set-up/recovery-codes"),
    "set up done": ("ada", "/set-up/done", None),
    "second by app": ("ada 1", "/sign-in/second", None),
    "second by recovery code": ("ada 1", "/sign-in/second?with=recovery", None),
    "second by mail": ("post", "/sign-in/second", None),
    "recovery code used": ("ada", "/sign-in/recovery-code-used", None),
    "step-up": ("ada 2", "/step-up", None),
    "step-up by password": ("claire 1", "/step-up?with=password", None),
    "step-up at the desk": ("desk 1", "/step-up", None),
    "tab sign-in": ("ada", "/account/sign-in", None),
    "tab details": ("claire", "/account/details", None),
    "tab details refused": ("ada", "/account/details", ("postcode", "12345", "/account/details")),
    "tab privacy": ("claire", "/account/privacy?show=all", None),
    "tab privacy, nothing yet": ("ada", "/account/privacy", None),
    "name": ("ada", "/account/name", None),
    "email": ("ada", "/account/email", None),
    "email confirm": ("ada", "/account/email/not-a-link", None),
    "password": ("ada", "/account/password", None),
    "sessions": ("ada", "/account/sessions", None),
    "factor removal": ("ada", "{removal}", None),
    "number": ("ada", "/account/details/number", None),
    "leave": ("claire", "{leave}", None),
    "journal": ("claire", "/account/journal", None),
    "journal, nothing yet": ("ada", "/account/journal", None),
    "security log": ("claire", "/account/security-log", None),
    "people": ("ada", "/account/people", None),
    "nobody yet": ("claire", "/account/people", None),
    "child": ("ada", "/account/people/{child}", None),
    "child refused": ("claire", "/account/people/new", "/account/people/new"),
    "mandate": ("ada", "/account/people/mandate", None),
    "offer": ("claire", "/account/people/offer/{offer}", None),
    "export": ("ada", "/account/export", None),
    "copy": ("ada", "/account/export/{copy}", None),
    "delete": ("claire", "/account/delete", None),
    "messages": ("claire", "/account/messages", None),
    "messages at the portal": ("far", "{portal}/account/messages", None),
    "message": ("claire", "{message}", None),
    "calendar": ("ada", "/account/calendar", None),
    "calendar made": ("claire", "/account/calendar", "/account/calendar"),
    "reminders": ("owner", "/settings/reminders", None),
    "profile": ("claire", "/me", None),
    "profile, nothing yet": ("ada", "/me", None),
    "profile at the portal": ("far", "{portal}/me", None),
    "arranging": ("claire", "/me/arrangement", None),
    "invoices": ("claire", "/me/invoices", None),
    "invoices, nothing yet": ("ada", "/me/invoices", None),
    "invoices at the desk": ("desk", "/desk/invoices", None),
    "invoices of a patient": ("desk", "{patient}/invoices", None),
    "cookies": (None, "/account/texts/cookies", None),
    "card": ("claire", "/account/card", None),
    "card before joining": (None, "/join/card", None),
    "card with nothing to confirm": ("claire", "/eid/confirm", None),
    "card at the desk": ("desk", "/desk/card", None),
    "cards to look at": ("desk", "/desk/card/conflicts", None),
    "patients": ("desk", "/desk/patients?q=lej", None),
    "patient": ("desk", "{patient}", None),
    "team": ("owner", "/settings/team", None),
    "team invitation": ("owner", "/settings/team/invite", None),
    "somebody of the team": ("owner", "{member}", None),
}  # fmt: skip


class Rooms:
    """The sessions of everybody above, and the addresses that only a mail or a list gives."""

    def __init__(self, open_context, portal):
        self.portal, self.site = portal, portal.site("lavande")
        made = settle(portal, *EVERYBODY.values())
        self.keys = {
            f"{name} {number}": (token, EVERYBODY[name].rooms[number].slug)
            for name, one in zip(EVERYBODY, made, strict=True)
            for number, token in enumerate(one["tokens"])
        }
        ada = made[list(EVERYBODY).index("ada")]
        self.found = {"portal": portal.url, **{name: ada[name] for name in ("child", "copy", "offer")}}
        for who, path, css, name in (
            ("ada", "/account/sign-in", "#factors a[href$='/removal']", "removal"),
            ("claire", "/account/privacy", "#connections a[href$='/leave']", "leave"),
            ("claire", "/account/messages", ".message-row", "message"),
            ("desk", "/desk/patients?q=lej", "#found a[href^='/desk/patients/']", "patient"),
            ("owner", "/settings/team", "#here a[href^='/settings/team/']", "member"),
        ):
            page = self._look(open_context, who)
            page.goto(self.site + path)
            self.found[name] = page.locator(css).first.get_attribute("href")
            page.context.close()
        self._write(self._look(open_context, None))

    def open(self, visitor, name):
        """This page in front of that visitor, who was somebody else a moment ago."""
        who, path, sent = PAGES[name]
        page = visitor.page
        visitor.allowed = {404, 410, 422}
        visitor.context.clear_cookies()
        if who:
            self._let_in(visitor, who if who[-1].isdigit() else f"{who} 0")
        path = path.format(**self.found)
        page.goto(path if "://" in path else self.site + path)
        if isinstance(sent, tuple):
            page.locator(f"[name={sent[0]}]").fill(sent[1])
            sent = sent[2]
        if sent:
            press(page, sent)
        page.wait_for_load_state()
        assert urlsplit(page.url).path == urlsplit(sent or path).path  # and not sent elsewhere

    def _look(self, open_context, who):
        context = open_context(locale="fr-BE", reduced_motion="reduce")
        visitor = Visitor(context, self.portal, "fr", scripted=True, mirror=None)
        if who:
            self._let_in(visitor, f"{who} 0")
        return visitor.page

    def _let_in(self, visitor, which):
        token, slug = self.keys[which]
        let_in(visitor, token, slug=slug)

    def _write(self, page):
        """The links of two mails."""
        page.goto(f"{self.site}/join")
        for name, value in {
            "given_name": "Maximilienne", "family_name": "Vandenbroucke", "niss": "91.04.12-993.04",
            "email": "maximilienne.vandenbroucke@example.be", "password": "sept parapluies bleus dans la neige",
        }.items():  # fmt: skip
            page.locator(f"[name={name}]").fill(value)
        page.locator("[name=accept]").check()
        press(page, "/join")
        page.wait_for_url("**/join/sent**")
        self.found["registration"] = page.url.partition("registration=")[2]
        page.goto(f"{self.site}/forgotten")
        page.locator("[name=name]").fill(EVERYBODY["ada"].email)
        press(page, "/forgotten")
        page.wait_for_url("**/forgotten/sent")
        self.found["finish"] = self.portal.link("maximilienne.vandenbroucke@example.be", "/join/")
        self.found["reset"] = self.portal.link(EVERYBODY["ada"].email, "/forgotten/")
        page.context.close()

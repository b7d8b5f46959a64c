"""What signs a person in, and what they keep here: sessions, factors, codes, links, details, people they act for."""

import peewee as pw

from app.kernel.cabinets import AccountModel
from app.kernel.db import BaseModel, InstantField, JSONText
from app.kernel.owners import Account, Practice

STAGES = ("second", "setup", "open")  # a factor is still to be shown; one is still to be set up; signed in
FACTORS = (
    "app",
    "mail",
    "passkey",
    "csam",
)  # recovery codes are no factor of their own: they stand in for one
STRONG = ("app", "passkey", "csam")  # what opens the desk: a code by mail is for patients
BASES = ("parent", "guardian", "mandate")
SEXES = ("female", "male", "other", "unknown")  # FHIR AdministrativeGender


def one_of(column: str, values: tuple[str, ...]) -> pw.Check:
    return pw.Check(f"{column} IN ({', '.join(repr(value) for value in values)})")


# ---- signing in -----------------------------------------------------------------------------------------------------


class Session(AccountModel):
    """A browser of a person, known by the hash of its cookie and bound to one host: on another it is void."""

    token_hash = pw.CharField(64, unique=True)
    host = pw.CharField(253)
    stage = pw.CharField(6, constraints=[one_of("stage", STAGES)])
    staff = pw.BooleanField(default=False)  # of somebody who works at a practice: shorter, never kept
    kept = pw.BooleanField(default=False)  # «stay signed in on this device»
    method = pw.CharField(10, default="")  # what opened it: app, mail, passkey, csam, recovery
    level = pw.SmallIntegerField(
        default=0
    )  # how surely the government knows who is there: identity/levels.py
    created_at = InstantField()
    seen_at = InstantField()
    expires_at = InstantField()
    proved_at = InstantField(
        null=True
    )  # when the person last proved to be there; sensitive changes ask again
    user_agent = pw.CharField(200, default="")
    address = pw.CharField(45, default="")  # of the last use
    device = pw.UUIDField(null=True)  # KnownDevice of the browser
    acting_for = pw.UUIDField(null=True)  # Representation, while acting for somebody

    class Meta:
        table_name = "session"


class KnownDevice(AccountModel):
    """A browser this person has fully signed in from: strangers who guess never lock it out."""

    token_hash = pw.CharField(64, unique=True)
    user_agent = pw.CharField(200, default="")
    created_at = InstantField()
    seen_at = InstantField()

    class Meta:
        table_name = "known_device"


class Factor(AccountModel):
    """A second factor. An unconfirmed one counts for nothing."""

    kind = pw.CharField(8, constraints=[one_of("kind", FACTORS)])
    label = pw.CharField(60, default="")
    secret_sealed = pw.BlobField(null=True)  # app: the shared secret, in cell <account>|factor|secret|<id>
    last_step = pw.BigIntegerField(default=0)  # app: the newest time step used; each works once
    credential_id = pw.CharField(
        1400, null=True, unique=True
    )  # passkey: base64url; csam: keyed hash of the national number, so that one number opens one account
    public_key = pw.BlobField(null=True)
    sign_count = pw.BigIntegerField(default=0)
    rp_id = pw.CharField(253, null=True)  # passkey: where the browser offers it
    asked_by = pw.UUIDField(null=True)  # the session that is setting it up: another one never sees its secret
    created_at = InstantField()
    confirmed_at = InstantField(null=True)
    used_at = InstantField(null=True)

    class Meta:
        table_name = "factor"


class RecoveryCode(AccountModel):
    """One of ten, good once; only a keyed hash is kept."""

    code_hash = pw.CharField(64)
    created_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "recovery_code"
        indexes = ((("account", "code_hash"), True),)


class MailCode(AccountModel):
    """A code sent by mail, for one purpose of one session. The code is derived from the id and stored nowhere."""

    session = pw.ForeignKeyField(Session, backref="+", on_delete="CASCADE")
    purpose = pw.CharField(10, constraints=[one_of("purpose", ("sign-in", "set-up", "step-up"))])
    tries = pw.SmallIntegerField(default=0)
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "mail_code"


class WrongCodes(AccountModel):
    """How many second factors were tried wrongly on a day: ten, then the account rests until the next."""

    day = pw.DateField()
    tries = pw.SmallIntegerField(default=0)

    class Meta:
        table_name = "wrong_codes"
        indexes = ((("account", "day"), True),)


class PasskeyChallenge(BaseModel):
    """One question put to a browser's passkeys; answered once, by the browser that was asked, at the same host."""

    nonce = pw.CharField(100, unique=True)  # base64url
    purpose = pw.CharField(10, constraints=[one_of("purpose", ("set-up", "sign-in", "second", "step-up"))])
    host = pw.CharField(253)
    browser_hash = pw.CharField(64)
    account_id = pw.UUIDField(null=True)
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "passkey_challenge"


class MailLink(AccountModel):
    """A link sent to a person: only its hash is kept, it works once, and looking at it does nothing."""

    token_hash = pw.CharField(64, unique=True)
    purpose = pw.CharField(10, constraints=[one_of("purpose", ("reset", "new-mail"))])
    host = pw.CharField(253)
    email = pw.CharField(254)  # the account's address when it was sent, or the new one to confirm
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "mail_link"


class Registration(BaseModel):
    """Somebody who asked to join and has not yet opened the mail. `sealed` holds everything they typed."""

    token_hash = pw.CharField(64, unique=True)
    email_index = pw.CharField(64, index=True)
    practice = pw.ForeignKeyField(Practice, null=True, backref="+", on_delete="CASCADE", index=False)
    host = pw.CharField(253)
    invitation = pw.UUIDField(null=True)  # of a practice to its patient
    sealed = pw.BlobField()
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table_name = "registration"


# ---- the person -----------------------------------------------------------------------------------------------------


class PersonalDetails(AccountModel):
    """What the person says of themself. Practices keep records of their own."""

    account = pw.ForeignKeyField(Account, backref="+", on_delete="CASCADE", unique=True)
    birth_date = pw.DateField(null=True)
    sex = pw.CharField(8, default="unknown", constraints=[one_of("sex", SEXES)])
    phone = pw.CharField(40, null=True)
    street = pw.CharField(120, null=True)
    postcode = pw.CharField(12, null=True)
    town = pw.CharField(80, null=True)
    country = pw.CharField(2, null=True)  # of the address
    niss_sealed = pw.BlobField(null=True)  # in cell <account>|details|niss|<account>
    niss_index = pw.CharField(64, null=True, index=True)  # not unique: claiming a number proves nothing
    niss_confirmed_at = InstantField(null=True)  # by a practice: from then on the person cannot change it
    no_niss_country = pw.CharField(2, null=True)  # «I have no Belgian number»: where their papers are from
    wants_changes = pw.BooleanField(default=True)  # mails on new, moved and cancelled appointments
    wants_lists = pw.BooleanField(default=True)  # lists of coming appointments
    wants_reminders = pw.BooleanField(default=True)
    wants_messages = pw.BooleanField(default=True)  # a mail when a practice wrote
    wants_sms = pw.BooleanField(
        default=False
    )  # changes and reminders also by SMS, where a practice sends any
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "personal_details"


class AccountConsent(AccountModel):
    """A text of the platform the person accepted: which version, in which language, when and where."""

    kind = pw.CharField(12, constraints=[one_of("kind", ("privacy", "conditions"))])
    text_version = pw.IntegerField()
    language = pw.CharField(2)
    sha256 = pw.CharField(64)
    at = InstantField()
    host = pw.CharField(253)

    class Meta:
        table_name = "account_consent"


class Dependant(AccountModel):
    """Somebody without an account of their own, entered by the person who acts for them."""

    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    birth_date = pw.DateField()
    sex = pw.CharField(8, default="unknown", constraints=[one_of("sex", SEXES)])
    language = pw.CharField(2)
    niss_sealed = pw.BlobField(null=True)  # in cell <account>|dependant|niss|<id>
    country = pw.CharField(2, null=True)  # of somebody without a Belgian number
    created_at = InstantField()
    version = pw.IntegerField(default=1)

    class Meta:
        table_name = "dependant"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Representation(AccountModel):
    """`account` may act for a dependant of theirs, or for another account that gave them a mandate."""

    basis = pw.CharField(8, constraints=[one_of("basis", BASES)])
    dependant = pw.ForeignKeyField(Dependant, null=True, backref="+", on_delete="CASCADE")
    principal = pw.UUIDField(null=True, index=True)  # the account that gave the mandate
    scopes = JSONText(default=list)  # book, messages, invoices, health
    starts_on = pw.DateField()
    ends_on = pw.DateField(null=True)  # a child's eighteenth birthday, or as the mandate says
    ended_at = InstantField(null=True)
    noted = JSONText(default=list)  # birthdays already told: [12, 16]
    created_at = InstantField()

    class Meta:
        table_name = "representation"
        constraints = [pw.Check("(dependant_id IS NULL) <> (principal IS NULL)")]


class MandateOffer(AccountModel):
    """`account` asks somebody, by mail, to act for them; the offer works once."""

    email = pw.CharField(254)
    token_hash = pw.CharField(64, unique=True)
    scopes = JSONText(default=list)
    ends_on = pw.DateField(null=True)
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)
    withdrawn_at = InstantField(null=True)

    class Meta:
        table_name = "mandate_offer"


class Erasure(BaseModel):
    """An account that was deleted: its id alone, so that a restored backup can be told again."""

    account_id = pw.UUIDField(unique=True)
    reference = pw.CharField(20, unique=True)
    at = InstantField()

    class Meta:
        table_name = "erasure"

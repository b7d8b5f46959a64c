"""Who owns rows: the practice (the tenant) and the account (the person)."""

import peewee as pw

from app.kernel.db import BaseModel, InstantField, JSONText


class Practice(BaseModel):
    """A health practice: FHIR Organization, the tenant."""

    slug = pw.CharField(63, unique=True)  # kept for ever, also after closing: addresses are never reused
    name = pw.CharField(200)
    discipline = pw.CharField(40)
    timezone = pw.CharField(60, default="Europe/Brussels")
    languages = JSONText(default=lambda: ["fr"])  # the first is the default
    profile = JSONText(default=dict)  # tagline{}, phone, email, website, welcome{}
    brand_color = pw.CharField(7, default="#0f766e")
    logo = pw.BlobField(null=True)  # re-encoded PNG
    status = pw.CharField(10, default="open", constraints=[pw.Check("status IN ('open', 'closed')")])
    catalogue_version = pw.IntegerField(default=1)  # bumped by every change of what the public site shows
    turns_at = InstantField(null=True)  # from when on booking rules hold that wait for their day
    created_at = InstantField()

    class Meta:
        table_name = "practice"

    def text(self, key: str, language: str) -> str:
        """A text of the profile in `language`, else in the practice's own first language."""
        return pick(self.profile.get(key) or {}, language, self.languages)

    def __repr__(self) -> str:
        return f"<Practice {self.slug}>"


class Account(BaseModel):
    """A person who signs in, at one practice or at many."""

    email = pw.CharField(254, unique=True)
    username = pw.CharField(64, unique=True, null=True)  # case-folded; ends in four digits of our own
    password_hash = pw.CharField(200, null=True)
    given_name = pw.CharField(100)
    family_name = pw.CharField(100)
    language = pw.CharField(2, default="fr")
    created_at = InstantField()
    version = pw.IntegerField(default=1)  # of names, mail and language: two tabs never undo each other

    class Meta:
        table_name = "account"

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


def pick(texts: dict[str, str], language: str, languages: list[str]) -> str:
    """The text in `language`, else in the first of the practice's languages that has one, else nothing."""
    return texts.get(language) or next((texts[code] for code in languages if texts.get(code)), "")

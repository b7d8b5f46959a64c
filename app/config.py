"""Everything that differs between installations: typed, frozen, complete at boot; a bad value refuses to start."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class BadConfig(SystemExit):
    """Names the variable, so that the person who starts the server knows where to look."""

    def __init__(self, variable: str, why: str) -> None:
        super().__init__(f"{variable}: {why}")


def _secret(env: Mapping[str, str], name: str) -> str:
    path = env.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text().strip()
        except OSError as unreadable:
            raise BadConfig(f"{name}_FILE", f"cannot be read ({unreadable.strerror})") from unreadable
    value = env.get(name, "").strip()
    if not value:
        raise BadConfig(name, f"is missing (or give its path in {name}_FILE)")
    return value


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    value = env.get(name, "").strip().lower()
    if value in ("", "1", "0", "true", "false", "yes", "no"):
        return default if value == "" else value in ("1", "true", "yes")
    raise BadConfig(name, "must be 1 or 0")


def _whole(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = env.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
        raise BadConfig(name, f"must be a whole number from {least} to {most}")
    return int(value)


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env.get(name, "").strip() or default
    if value not in choices:
        raise BadConfig(name, f"must be one of {', '.join(choices)}")
    return value


@dataclass(frozen=True)
class Config:
    """One field a variable; the comment behind a field is its line in `make config` and in docs/configuration.md."""

    database_url: (
        str  # PARVIS_DATABASE_URL: sqlite:////absolute/path.db or postgresql://user:password@host/name
    )
    secret_key: str  # PARVIS_SECRET_KEY (or _FILE): signs cookies, 32 characters or more
    data_key: (
        bytes  # PARVIS_DATA_KEY (or _FILE): base64 of 32 bytes; seals national numbers. Losing it loses them
    )
    app_host: str  # PARVIS_APP_HOST: host (and port) of the central portal
    scheme: str = "https"  # PARVIS_SCHEME: https, or http on a developer's machine
    mailer: str = "smtp"  # PARVIS_MAILER: smtp, folder (.eml files) or fake
    mail_folder: str = "var/mail"  # PARVIS_MAIL_FOLDER: where `folder` writes
    files_folder: str = (
        "var/files"  # PARVIS_FILES_FOLDER: where sent files are kept, sealed; back it up with the database
    )
    mail_from: str = ""  # PARVIS_MAIL_FROM: sender address; default no-reply@<app host>
    support_mail: str = (
        ""  # PARVIS_SUPPORT_MAIL: who reads questions about the portal; default support@<app host>
    )
    smtp_host: str = "localhost"  # PARVIS_SMTP_HOST
    smtp_port: int = 25  # PARVIS_SMTP_PORT
    smtp_user: str = ""  # PARVIS_SMTP_USER: empty means no sign-in
    smtp_password: str = ""  # PARVIS_SMTP_PASSWORD (or _FILE)
    smtp_tls: str = "starttls"  # PARVIS_SMTP_TLS: starttls, tls or none
    sms: str = "none"  # PARVIS_SMS: http (a provider), none, folder (beside the mails of a developer) or fake
    sms_url: str = "https://api.twilio.com"  # PARVIS_SMS_URL: of the provider, where it is another one
    sms_account: str = ""  # PARVIS_SMS_ACCOUNT: the account's name at the provider (AC…)
    sms_token: str = ""  # PARVIS_SMS_TOKEN (or _FILE): its secret
    sms_sender: str = ""  # PARVIS_SMS_SENDER: a number (+32…), a name of up to 11 letters, or a service (MG…)
    dev_mailbox: bool = False  # PARVIS_DEV_MAILBOX: 1 shows /dev/mailbox; only with the folder mailer
    confirmation_delay_seconds: int = (
        180  # PARVIS_CONFIRMATION_DELAY_SECONDS: the mail leaves after the undo window
    )
    eid_trust_folder: str = (
        ""  # PARVIS_EID_TRUST_FOLDER: roots of identity cards (.pem); default: those of the Belgian State
    )
    eid_revocation: str = "ocsp"  # PARVIS_EID_REVOCATION: ocsp, or fake (every card is good) in development
    check_sql: bool = (
        False  # PARVIS_CHECK_SQL: 1 refuses any statement that forgets its practice (tests, development)
    )
    backup_stamp: str = ""  # PARVIS_BACKUP_STAMP: file the backup touches when it is done; owners see its age
    trusted_proxies: int = (
        0  # PARVIS_TRUSTED_PROXIES: how many reverse proxies stand in front; 0 ignores X-Forwarded-*
    )
    csam_profile: str = (
        ""  # PARVIS_CSAM_PROFILE: csam, ehealth or eid opens the government sign-in; empty: none
    )
    csam_metadata: str = ""  # PARVIS_CSAM_METADATA: path of the identity provider's metadata, as it was given
    csam_key: str = ""  # PARVIS_CSAM_KEY (or _FILE): our private key, PEM; signs what we ask
    csam_certificate: str = ""  # PARVIS_CSAM_CERTIFICATE: path of its certificate, PEM
    csam_entity_id: str = (
        ""  # PARVIS_CSAM_ENTITY_ID: our name there; default <scheme>://<app host>/csam/metadata
    )
    csam_level: int = 450  # PARVIS_CSAM_LEVEL: lowest level accepted: 500 (card with PIN), 450 (itsme), 400
    csam_signed: str = "both"  # PARVIS_CSAM_SIGNED: both, or assertion when the provider signs no message
    csam_attributes: str = ""  # PARVIS_CSAM_ATTRIBUTES: other names than the profile's: niss=…,given_name=…
    google_client_id: str = (
        ""  # PARVIS_GOOGLE_CLIENT_ID: lets people connect Google Health; empty: files only
    )
    google_client_secret: str = ""  # PARVIS_GOOGLE_CLIENT_SECRET (or _FILE)
    google_url: str = ""  # PARVIS_GOOGLE_URL: of a simulator, in development over http; empty: Google itself
    google_notice_secret: str = (
        ""  # PARVIS_GOOGLE_NOTICE_SECRET (or _FILE): what Google sends with notices; empty: none are believed
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        database_url = env.get("PARVIS_DATABASE_URL", "").strip()
        if not database_url.startswith(("sqlite:///", "postgresql://")):
            raise BadConfig("PARVIS_DATABASE_URL", "must start with sqlite:/// or postgresql://")
        secret_key = _secret(env, "PARVIS_SECRET_KEY")
        if len(secret_key) < 32:
            raise BadConfig("PARVIS_SECRET_KEY", "must have 32 characters or more")
        app_host = env.get("PARVIS_APP_HOST", "").strip().lower()
        if not app_host or "/" in app_host:
            raise BadConfig("PARVIS_APP_HOST", "must be a host name, with :port when it is not the usual one")
        mailer = _choice(env, "PARVIS_MAILER", "smtp", ("smtp", "folder", "fake"))
        scheme = _choice(env, "PARVIS_SCHEME", "https", ("https", "http"))
        dev_mailbox = _flag(env, "PARVIS_DEV_MAILBOX", False)
        if dev_mailbox and mailer != "folder":
            raise BadConfig("PARVIS_DEV_MAILBOX", "works with PARVIS_MAILER=folder only")
        if scheme == "https" and (mailer == "fake" or dev_mailbox):
            raise BadConfig(
                "PARVIS_MAILER" if mailer == "fake" else "PARVIS_DEV_MAILBOX", "is for development over http"
            )
        eid_revocation = _choice(env, "PARVIS_EID_REVOCATION", "ocsp", ("ocsp", "fake"))
        if scheme == "https" and eid_revocation == "fake":
            raise BadConfig("PARVIS_EID_REVOCATION", "fake is for development over http")
        smtp_user = env.get("PARVIS_SMTP_USER", "").strip()
        sms = _choice(env, "PARVIS_SMS", "none", ("none", "http", "folder", "fake"))
        if scheme == "https" and sms in ("folder", "fake"):
            raise BadConfig("PARVIS_SMS", "is for development over http")
        return cls(
            database_url=database_url,
            secret_key=secret_key,
            data_key=_data_key(env),
            app_host=app_host,
            scheme=scheme,
            mailer=mailer,
            mail_folder=env.get("PARVIS_MAIL_FOLDER", "").strip() or "var/mail",
            files_folder=env.get("PARVIS_FILES_FOLDER", "").strip() or "var/files",
            mail_from=env.get("PARVIS_MAIL_FROM", "").strip() or f"no-reply@{app_host.split(':')[0]}",
            support_mail=env.get("PARVIS_SUPPORT_MAIL", "").strip(),
            smtp_host=env.get("PARVIS_SMTP_HOST", "").strip() or "localhost",
            smtp_port=_whole(env, "PARVIS_SMTP_PORT", 25, 1, 65535),
            smtp_user=smtp_user,
            smtp_password=_secret(env, "PARVIS_SMTP_PASSWORD") if smtp_user else "",
            smtp_tls=_choice(env, "PARVIS_SMTP_TLS", "starttls", ("starttls", "tls", "none")),
            sms=sms,
            sms_url=_sms_url(env, scheme),
            sms_account=_needed(env, "PARVIS_SMS_ACCOUNT") if sms == "http" else "",
            sms_token=_secret(env, "PARVIS_SMS_TOKEN") if sms == "http" else "",
            sms_sender=_needed(env, "PARVIS_SMS_SENDER") if sms == "http" else "",
            dev_mailbox=dev_mailbox,
            confirmation_delay_seconds=_whole(env, "PARVIS_CONFIRMATION_DELAY_SECONDS", 180, 0, 3600),
            eid_trust_folder=env.get("PARVIS_EID_TRUST_FOLDER", "").strip(),
            eid_revocation=eid_revocation,
            check_sql=_flag(env, "PARVIS_CHECK_SQL", False),
            backup_stamp=env.get("PARVIS_BACKUP_STAMP", "").strip(),
            trusted_proxies=_whole(env, "PARVIS_TRUSTED_PROXIES", 0, 0, 5),
            **_csam(env, f"{scheme}://{app_host}"),
            **_google(env, scheme),
        )


def _needed(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise BadConfig(name, "is missing")
    return value


def _sms_url(env: Mapping[str, str], scheme: str) -> str:
    """The secret travels with every message: never in clear where the portal itself is not."""
    value = env.get("PARVIS_SMS_URL", "").strip() or "https://api.twilio.com"
    allowed = ("https://",) if scheme == "https" else ("https://", "http://")
    if not value.startswith(allowed) or not urlsplit(value).hostname:
        raise BadConfig("PARVIS_SMS_URL", f"must start with {' or '.join(allowed)} and name a host")
    return value


def _csam(env: Mapping[str, str], origin: str) -> dict[str, Any]:
    """The government sign-in, or nothing; what is in the files is judged where it is used (app/services.py)."""
    profile = _choice(env, "PARVIS_CSAM_PROFILE", "", ("", "csam", "ehealth", "eid"))
    if not profile:
        return {}
    return {
        "csam_profile": profile,
        "csam_metadata": _file(env, "PARVIS_CSAM_METADATA"),
        "csam_key": _secret(env, "PARVIS_CSAM_KEY"),
        "csam_certificate": _file(env, "PARVIS_CSAM_CERTIFICATE"),
        "csam_entity_id": env.get("PARVIS_CSAM_ENTITY_ID", "").strip() or f"{origin}/csam/metadata",
        "csam_level": int(_choice(env, "PARVIS_CSAM_LEVEL", "450", ("500", "450", "400"))),
        "csam_signed": _choice(env, "PARVIS_CSAM_SIGNED", "both", ("both", "assertion")),
        "csam_attributes": env.get("PARVIS_CSAM_ATTRIBUTES", "").strip(),
    }


def _google(env: Mapping[str, str], scheme: str) -> dict[str, Any]:
    """The service behind people's watches, or nothing."""
    client = env.get("PARVIS_GOOGLE_CLIENT_ID", "").strip()
    if not client:
        return {}
    notices = "PARVIS_GOOGLE_NOTICE_SECRET"
    named = any(env.get(name, "").strip() for name in (notices, f"{notices}_FILE"))
    secret = _secret(env, notices) if named else ""
    url = env.get("PARVIS_GOOGLE_URL", "").strip()
    if url and (scheme == "https" or not url.startswith("http://")):
        raise BadConfig("PARVIS_GOOGLE_URL", "is for development over http")
    if named and len(secret) < 20:
        raise BadConfig(notices, "must have 20 characters or more")
    return {
        "google_client_id": client,
        "google_client_secret": _secret(env, "PARVIS_GOOGLE_CLIENT_SECRET"),
        "google_url": url,
        "google_notice_secret": secret,
    }


def _file(env: Mapping[str, str], name: str) -> str:
    """What stands in the file a variable names."""
    path = env.get(name, "").strip()
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError) as unreadable:
        raise BadConfig(name, "must be the path of a file that can be read") from unreadable


def _data_key(env: Mapping[str, str]) -> bytes:
    try:
        key = base64.b64decode(_secret(env, "PARVIS_DATA_KEY"), validate=True)
    except ValueError as broken:
        raise BadConfig("PARVIS_DATA_KEY", "must be base64") from broken
    if len(key) != 32:
        raise BadConfig("PARVIS_DATA_KEY", "must be 32 bytes, written in base64")
    return key


def table() -> list[tuple[str, str]]:
    """(field, comment) of every setting, read from this file: what `make config` prints."""
    comments: dict[str, str] = {}
    name = ""
    for line in Path(__file__).read_text().splitlines():
        if found := re.match(r"    (\w+): ", line):
            name = found[1]  # the comment may stand some lines below, where the formatter put it
        if "  # PARVIS_" in line:
            comments.setdefault(name, line.split("  # ")[1])
    return [(field.name, comments[field.name]) for field in fields(Config)]

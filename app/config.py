"""Everything that differs between installations: typed, frozen, complete at boot; a bad value refuses to start."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


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
    mail_from: str = ""  # PARVIS_MAIL_FROM: sender address; default no-reply@<app host>
    smtp_host: str = "localhost"  # PARVIS_SMTP_HOST
    smtp_port: int = 25  # PARVIS_SMTP_PORT
    smtp_user: str = ""  # PARVIS_SMTP_USER: empty means no sign-in
    smtp_password: str = ""  # PARVIS_SMTP_PASSWORD (or _FILE)
    smtp_tls: str = "starttls"  # PARVIS_SMTP_TLS: starttls, tls or none
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
    trusted_proxies: int = (
        0  # PARVIS_TRUSTED_PROXIES: how many reverse proxies stand in front; 0 ignores X-Forwarded-*
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
        return cls(
            database_url=database_url,
            secret_key=secret_key,
            data_key=_data_key(env),
            app_host=app_host,
            scheme=scheme,
            mailer=mailer,
            mail_folder=env.get("PARVIS_MAIL_FOLDER", "").strip() or "var/mail",
            mail_from=env.get("PARVIS_MAIL_FROM", "").strip() or f"no-reply@{app_host.split(':')[0]}",
            smtp_host=env.get("PARVIS_SMTP_HOST", "").strip() or "localhost",
            smtp_port=_whole(env, "PARVIS_SMTP_PORT", 25, 1, 65535),
            smtp_user=smtp_user,
            smtp_password=_secret(env, "PARVIS_SMTP_PASSWORD") if smtp_user else "",
            smtp_tls=_choice(env, "PARVIS_SMTP_TLS", "starttls", ("starttls", "tls", "none")),
            dev_mailbox=dev_mailbox,
            confirmation_delay_seconds=_whole(env, "PARVIS_CONFIRMATION_DELAY_SECONDS", 180, 0, 3600),
            eid_trust_folder=env.get("PARVIS_EID_TRUST_FOLDER", "").strip(),
            eid_revocation=eid_revocation,
            check_sql=_flag(env, "PARVIS_CHECK_SQL", False),
            trusted_proxies=_whole(env, "PARVIS_TRUSTED_PROXIES", 0, 0, 5),
        )


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

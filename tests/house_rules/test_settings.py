"""Every setting is documented, and a bad one refuses to start with its name."""

import base64
from pathlib import Path

import pytest

from app.config import BadConfig, Config, table
from app.services import Services
from tools.virtual_card.kept import authority

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "PARVIS_DATABASE_URL": "sqlite:////tmp/x.db",
    "PARVIS_SECRET_KEY": "s" * 40,
    "PARVIS_DATA_KEY": base64.b64encode(b"k" * 32).decode(),
    "PARVIS_APP_HOST": "parvis.example",
    "PARVIS_MAILER": "smtp",
}

GOOGLE = {
    "PARVIS_GOOGLE_CLIENT_ID": "client",
    "PARVIS_GOOGLE_CLIENT_SECRET": "client-secret",
    "PARVIS_GOOGLE_NOTICE_SECRET": "what-google-sends-along",
}


def test_the_documentation_lists_every_setting():
    text = (ROOT / "docs" / "configuration.md").read_text()
    for _name, meaning in table():
        assert f"| {meaning} |" in text


def test_good_values_start():
    assert Config.from_env(GOOD).mail_from == "no-reply@parvis.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARVIS_DATABASE_URL", "mysql://x"),
        ("PARVIS_SECRET_KEY", "short"),
        ("PARVIS_SECRET_KEY", ""),
        ("PARVIS_DATA_KEY", "not base64!"),
        ("PARVIS_DATA_KEY", base64.b64encode(b"short").decode()),
        ("PARVIS_APP_HOST", ""),
        ("PARVIS_APP_HOST", "https://x/"),
        ("PARVIS_SCHEME", "ftp"),
        ("PARVIS_MAILER", "pigeon"),
        ("PARVIS_SMTP_PORT", "70000"),
        ("PARVIS_SMTP_PORT", "²5"),
        ("PARVIS_SMTP_TLS", "maybe"),
        ("PARVIS_SMS", "pigeon"),
        ("PARVIS_SMS", "folder"),
        ("PARVIS_SMS_URL", "http://provider.example"),
        ("PARVIS_SMS_URL", "https://"),
        ("PARVIS_DEV_MAILBOX", "perhaps"),
        ("PARVIS_TRUSTED_PROXIES", "-1"),
        ("PARVIS_SECRET_KEY_FILE", "/nowhere"),
        ("PARVIS_GOOGLE_CLIENT_SECRET", ""),
        ("PARVIS_GOOGLE_NOTICE_SECRET", "short"),
        ("PARVIS_GOOGLE_URL", "http://127.0.0.1:9"),
    ],
)
def test_a_bad_value_refuses_and_is_named(name, value):
    with pytest.raises(BadConfig, match=name):
        Config.from_env({**GOOD, **(GOOGLE if name.startswith("PARVIS_GOOGLE") else {}), name: value})


def test_without_a_client_there_is_no_google_and_with_one_there_is():
    nothing = {name: value for name, value in GOOGLE.items() if name != "PARVIS_GOOGLE_CLIENT_ID"}
    assert Services.from_config(Config.from_env({**GOOD, **nothing})).wearable_source is None
    ours = Services.from_config(Config.from_env({**GOOD, **GOOGLE})).wearable_source
    assert ours.answer_url == "https://parvis.example/wearables/google-health/answer"
    assert ours.places.health == "https://health.googleapis.com"


def test_a_test_root_does_not_start_over_https(tmp_path):
    (tmp_path / "test.pem").write_bytes(authority("ec").root_pem)
    wrong = {**GOOD, "PARVIS_EID_TRUST_FOLDER": str(tmp_path)}
    with pytest.raises(BadConfig, match="PARVIS_EID_TRUST_FOLDER"):
        Services.from_config(Config.from_env(wrong))
    with pytest.raises(BadConfig, match="PARVIS_EID_TRUST_FOLDER"):
        Services.from_config(Config.from_env({**GOOD, "PARVIS_EID_TRUST_FOLDER": str(tmp_path / "nothing")}))
    Services.from_config(Config.from_env(GOOD))  # the control
    assert len(Services.from_config(Config.from_env({**wrong, "PARVIS_SCHEME": "http"})).trust.roots) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"PARVIS_MAILER": "fake"},
        {"PARVIS_MAILER": "folder", "PARVIS_DEV_MAILBOX": "1"},
        {"PARVIS_EID_REVOCATION": "fake"},
    ],
)
def test_what_is_for_development_does_not_start_over_https(wrong):
    with pytest.raises(BadConfig):
        Config.from_env({**GOOD, **wrong})
    Config.from_env({**GOOD, **wrong, "PARVIS_SCHEME": "http"})  # the control


SMS = {
    "PARVIS_SMS": "http",
    "PARVIS_SMS_ACCOUNT": "AC1",
    "PARVIS_SMS_TOKEN": "secret",
    "PARVIS_SMS_SENDER": "+32460000000",
}


def test_a_provider_of_sms_is_named_whole_or_not_at_all():
    assert Config.from_env({**GOOD, **SMS}).sms_sender == "+32460000000"  # the control
    for name in ("PARVIS_SMS_ACCOUNT", "PARVIS_SMS_TOKEN", "PARVIS_SMS_SENDER"):
        with pytest.raises(BadConfig, match=name):
            Config.from_env({**GOOD, **{key: value for key, value in SMS.items() if key != name}})

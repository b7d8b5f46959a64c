"""The real adapter in the running portal: what it asks, what the log keeps of a refusal, and how it starts."""

import base64
import logging
import zlib
from dataclasses import replace
from datetime import timedelta
from inspect import getmembers, isfunction, signature
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from lxml import etree

from app.adapters.saml.fake import FakeProvider
from app.adapters.saml.provider import Given, Unusable
from app.adapters.saml.python3_saml import SamlProvider
from app.config import BadConfig, Config
from app.identity.models import Session
from app.identity.ports import IdentityProvider
from app.identity.profiles import PROFILES
from app.kernel.db import connection
from app.kernel.errors import Unavailable
from app.kernel.tenancy import account_context
from app.services import Services
from tests.conftest import HOST
from tests.house_rules.test_settings import GOOD
from tests.integration.account.test_csam import linked
from tests.journey import soup
from tests.people import make_account
from tests.saml import cases
from tests.saml import documents as d

pytestmark = pytest.mark.saml
ORIGIN = f"http://{HOST}"
ACS = f"{ORIGIN}/csam/acs"


def given(**changes):
    keys = d.pair("portal")
    values = {
        "profile": PROFILES["csam"], "metadata": d.metadata(d.pair("provider").certificate), "key": keys.key,
        "certificate": keys.certificate, "entity_id": f"{ORIGIN}/csam/metadata", "origin": ORIGIN, "least": 450,
        "message_signed": True,
    }  # fmt: skip
    return Given(**{**values, **changes})


@pytest.fixture
def services():
    return replace(Services.fakes(), identity_provider=SamlProvider(given()))


@pytest.fixture
def at_noon(clock):
    """The library has a clock of its own."""
    with time_machine.travel(clock.now(), tick=False):
        yield clock.now()


def leave(client):
    """(RelayState, the question as CSAM reads it)."""
    answer = client.get("/csam/start")
    words = parse_qs(urlsplit(answer.location).query)
    return words["RelayState"][0], etree.fromstring(
        zlib.decompress(base64.b64decode(words["SAMLRequest"][0]), -15)
    )


def said(question, now, **changes):
    """An honest answer to it."""
    asked, minutes = question.get("ID"), timedelta(minutes=5)
    about = d.subject(InResponseTo=asked, Recipient=ACS, NotOnOrAfter=d.at(now + minutes)).replace(
        d.SP, f"{ORIGIN}/csam/metadata"
    )
    under = d.conditions(before=now, until=now + minutes, restrictions=d.audience(f"{ORIGIN}/csam/metadata"))
    inner = d.signed(d.assertion(about=about, under=under, how=d.statement(when=now), **changes))
    return d.answer(inner, Destination=ACS, InResponseTo=asked)


def post(client, relay, xml, **more):
    stranger = client.application.test_client()
    return stranger.post(
        "/csam/acs", data={"SAMLResponse": d.posted(xml), "RelayState": relay}, base_url=ORIGIN, **more
    )


# ---- a journey ------------------------------------------------------------------------------------------------------


def test_an_honest_answer_signs_in_once(client, at_noon, caplog):
    account = linked(make_account(niss=d.NISS))
    relay, question = leave(client)
    xml = said(question, at_noon)
    answer = post(client, relay, xml)
    assert client.get(urlsplit(answer.location).path).location == "/me"
    with connection(), account_context(account):
        assert Session.get().level == 500
    assert post(client, relay, xml).status_code == 400  # A48, by the question
    second, other = leave(client.application.test_client())
    assert post(client, second, xml).status_code == 400  # A48, under another question
    assert d.NISS not in caplog.text


def test_an_answer_for_one_browser_is_none_for_another(client, at_noon, app, caplog):
    """A49, A61: their RelayState, or their question, with my answer."""
    linked(make_account(niss=d.NISS))
    mine, question = leave(client)
    theirs, other = leave(app.test_client())
    with caplog.at_level(logging.WARNING):
        assert post(client, theirs, said(question, at_noon)).status_code == 400
    assert "wrong-inresponseto" in caplog.text
    assert post(client, mine, said(question, at_noon)).status_code == 303  # the control


def test_the_host_a_request_names_changes_nothing(client, at_noon):
    """A50: the address we compare with comes from the configuration."""
    linked(make_account(niss=d.NISS))
    relay, question = leave(client)
    evil = said(question, at_noon).replace(HOST, "evil.example")
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        assert post(client, relay, evil, headers=headers).status_code in (400, 404)
    honest = post(client, relay, said(question, at_noon), headers={"X-Forwarded-Host": "evil.example"})
    assert honest.status_code == 303 and "evil" not in honest.location


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_bent_answer_gets_a_page_with_a_reference(client, caplog):
    """Whatever is posted: 400, a reference on the page, the same in the log, and no word of the message in either."""
    relay, stranger = leave(client)[0], client.application.test_client()
    bent = [case for case in cases.every()[1] if case.at == "whole" and case.verdict]
    for case in bent:
        caplog.clear()
        values = case.given if isinstance(case.given, list) else [d.posted(case.given)]
        with caplog.at_level(logging.WARNING), time_machine.travel(case.now, tick=False):
            told = stranger.post(
                "/csam/acs", data={"SAMLResponse": values, "RelayState": relay}, base_url=ORIGIN
            )
        page = told.get_data(as_text=True)
        assert d.NISS not in caplog.text + page, str(case)
        if case.name == "ten megabytes":
            assert told.status_code == 413
            continue
        line = caplog.records[-1].getMessage()
        assert told.status_code == 400 and line.split()[1] in page and "\n" not in line, str(case)


# ---- the provider's own words ---------------------------------------------------------------------------------------


def test_the_question_is_signed_and_says_what_is_enough(client, at_noon):
    _relay, question = leave(client)
    assert question.get("ForceAuthn") == "true" and question.get("AssertionConsumerServiceURL") == ACS
    contexts = [one.text for one in question.iter(f"{{{d.SPACES['saml']}}}AuthnContextClassRef")]
    assert contexts == [d.CITIZEN + "Level500", d.CITIZEN + "Level450"]
    words = parse_qs(urlsplit(client.get("/csam/start").location).query)
    assert words["SigAlg"] == [d.RSA_SHA256] and words["Signature"]
    assert not words["RelayState"][0].startswith(("/", "http"))


def test_the_metadata_says_who_we_are(client):
    told = client.get("/csam/metadata", base_url=ORIGIN)
    assert told.mimetype == "application/samlmetadata+xml"
    root, md = etree.fromstring(told.data), "{urn:oasis:names:tc:SAML:2.0:metadata}"
    role = root.find(f"{md}SPSSODescriptor")
    assert (
        root.get("entityID") == f"{ORIGIN}/csam/metadata"
        and root.find(f"{{{d.SPACES['ds']}}}Signature") is not None
    )
    assert role.get("AuthnRequestsSigned") == role.get("WantAssertionsSigned") == "true"
    assert role.find(f"{md}AssertionConsumerService").get("Location") == ACS
    assert role.find(f"{md}SingleLogoutService").get("Location") == f"{ORIGIN}/csam/logout"
    assert {one.get("use") for one in role.findall(f"{md}KeyDescriptor")} == {"signing", "encryption"}
    assert client.get("/csam/metadata").status_code == 404  # at a practice


def test_an_expired_provider_is_said_to_be_out_of_reach(client, clock, app):
    """F19: no 500, and the other ways to sign in stay."""
    over = given(metadata=d.metadata(d.pair("provider").certificate, valid_until=d.at(clock.now())))
    provider = SamlProvider(over)
    with pytest.raises(Unavailable):
        provider.ask(relay="x", level=450, now=clock.now())
    provider.ask(relay="x", level=450, now=clock.now() - timedelta(seconds=1))  # the control
    app.extensions["parvis.services"] = replace(app.extensions["parvis.services"], identity_provider=provider)
    told = client.get("/csam/start")
    assert told.status_code == 503 and "/sign-in" in soup(told).find("main").decode()
    assert client.get("/sign-in").status_code == 200


def test_a_provider_without_single_logout_is_left_alone():
    provider = SamlProvider(given(metadata=d.metadata(d.pair("provider").certificate, slo=False)))
    assert provider.ask_to_end(cases.WHO["ending"], relay="x") is None
    asked = SamlProvider(given()).ask_to_end(replace(cases.WHO["ending"], session_index="a<b&c"), relay="x")
    words = parse_qs(urlsplit(asked.url).query)
    told = etree.fromstring(zlib.decompress(base64.b64decode(words["SAMLRequest"][0]), -15))
    assert told.find(f"{{{d.SPACES['samlp']}}}SessionIndex").text == "a<b&c"
    assert words["Signature"] and told.get("ID") == asked.request_id


def test_our_answer_to_an_end_is_signed():
    provider = cases.provider()
    told = provider.hear(d.address(d.logout()), now=d.NOW)
    words = parse_qs(urlsplit(provider.confirm_end(told)).query)
    assert words["RelayState"] == ["_relay"] and words["Signature"]
    answer = etree.fromstring(zlib.decompress(base64.b64decode(words["SAMLResponse"][0]), -15))
    assert answer.get("InResponseTo") == "_ending"


# ---- how it starts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"metadata": "no metadata"},
        {"metadata": "<x/>"},
        {"metadata": d.metadata()},
        {"key": d.pair("stranger").key},
        {"key": "no key"},
        {"certificate": "no certificate"},
    ],
)
def test_what_cannot_work_does_not_start(wrong):
    with pytest.raises(Unusable):
        SamlProvider(given(**wrong))


@pytest.fixture
def files(tmp_path):
    keys = d.pair("portal")
    contents = {
        "csam.xml": d.metadata(d.pair("provider").certificate),
        "csam.key": keys.key,
        "csam.crt": keys.certificate,
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    return {
        **GOOD, "PARVIS_CSAM_PROFILE": "csam", "PARVIS_CSAM_METADATA": str(tmp_path / "csam.xml"),
        "PARVIS_CSAM_KEY_FILE": str(tmp_path / "csam.key"), "PARVIS_CSAM_CERTIFICATE": str(tmp_path / "csam.crt"),
    }  # fmt: skip


def test_it_is_configured_from_the_environment(files):
    assert Services.from_config(Config.from_env(GOOD)).identity_provider is None
    provider = Services.from_config(Config.from_env(files)).identity_provider
    assert (provider.entity_id, provider.least) == (d.IDP, 450)
    assert provider.given.acs == "https://parvis.example/csam/acs"
    more = {
        "PARVIS_CSAM_LEVEL": "500",
        "PARVIS_CSAM_SIGNED": "assertion",
        "PARVIS_CSAM_ENTITY_ID": "https://x.example",
    }
    other = Services.from_config(Config.from_env({**files, **more})).identity_provider.given
    assert (other.least, other.message_signed, other.entity_id) == (500, False, "https://x.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PARVIS_CSAM_PROFILE", "facebook"),
        ("PARVIS_CSAM_METADATA", "/nowhere"),
        ("PARVIS_CSAM_METADATA", ""),
        ("PARVIS_CSAM_CERTIFICATE", "/nowhere"),
        ("PARVIS_CSAM_KEY_FILE", "/nowhere"),
        ("PARVIS_CSAM_LEVEL", "300"),
        ("PARVIS_CSAM_SIGNED", "none"),
        ("PARVIS_CSAM_ATTRIBUTES", "niss"),
    ],
)
def test_a_bad_setting_refuses_and_is_named(files, name, value):
    with pytest.raises(BadConfig, match=name):
        Services.from_config(Config.from_env({**files, name: value}))


def test_a_key_of_another_certificate_refuses_to_start(files, tmp_path):
    (tmp_path / "csam.crt").write_text(d.pair("stranger").certificate)
    with pytest.raises(BadConfig, match="another key"):
        Services.from_config(Config.from_env(files))


def test_the_fake_has_the_doors_of_the_port_and_of_the_real_one():
    def doors(kind):
        return {
            name: [*signature(what).parameters]
            for name, what in getmembers(kind, isfunction)
            if name[0] != "_"
        }

    port = doors(IdentityProvider)
    assert {name: doors(FakeProvider)[name] for name in port} == port
    assert {name: doors(SamlProvider)[name] for name in port} == port
    assert FakeProvider().entity_id and FakeProvider().least

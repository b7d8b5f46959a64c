"""A57-A68, A74, A83 on the pages of people: what they typed is text everywhere, and nothing of theirs leaks."""

import io
import json
import logging
import re
import zipfile

import pytest
from bs4 import BeautifulSoup

from app.account.export import jobs
from app.identity import factors, representation
from app.identity.actions import details_of
from app.identity.models import Factor, PersonalDetails
from app.identity.representation import Child
from app.kernel.owners import Account, Practice
from app.kernel.tenancy import account_context, practice_context
from app.patients.actions import connect, invite, journal_look
from app.patients.models import Patient
from app.staff.models import Member
from tests.conftest import HOST
from tests.factories import NISS, make_patient
from tests.integration.account import crawler
from tests.integration.account.mailbox import JOINER, link_in, post
from tests.integration.account.ways import cookie, password
from tests.journey import form_of, soup
from tests.people import PASSWORD, SEALER, make_account, make_member, sign_in_as

PAYLOADS = tuple(
    """
<script>x()</script>|<ScRiPt>x()</ScRiPt>|<script src=//evil.test></script>|</script><script>x()</script>
<img src=x onerror=x()>|"><img src=x onerror=x()>|'><img src=x onerror=x()>|<svg onload=x()>|<svg/onload=x()>
<svg><script>x()</script></svg>|<body onload=x()>|<iframe src=javascript:x()>|<iframe srcdoc="<script>x()</script>">
<a href=javascript:x()>a</a>|<a href="jav&#x09;ascript:x()">a</a>|<details open ontoggle=x()>|<math><mi xlink:href=x>
" onmouseover="x()|' onmouseover='x()|" autofocus onfocus="x()|x" style="background:url(//evil.test)|`onclick=x()`
<div hx-get="/account/delete" hx-trigger="load">|" hx-get="/sign-out" hx-trigger="load|<div hx-post=/sign-out>
<div hx-vals='js:x()'>|<div hx-on:load="x()">|<div hx-swap-oob="true" id="main">|<div hx-headers='{"X":1}'>
<form action=//evil.test><input name=q>|</form><form action=//evil.test>|<button formaction=//evil.test>
<base href=//evil.test>|<meta http-equiv=refresh content=0;url=//evil.test>|<link rel=stylesheet href=//evil.test>
<style>*{color:red}</style>|<object data=//evil.test>|<embed src=//evil.test>|<video><source onerror=x()></video>
<template><script>x()</script></template>|<noscript><p title="</noscript><img src=x onerror=x()>">|<!--><img src=x>-->
<![CDATA[<script>x()</script>]]>|<?php x() ?>|<%= x() %>|{{7*7}}|{%raw%}|${7*7}|#{7*7}|{{config}}
%(name)s|%s|&lt;script&gt;|<input type=image>
<xss id=x tabindex=1 onfocus=x()>|<a id=main>|<p id="main" name="next">|<marquee onstart=x()>|<select onfocus=x()>
\\u003cscript\\u003e|＜script＞x()＜/script＞|<plaintext>|<textarea>|</textarea><script>x()</script>|</title><script>x()</script>
""".strip()
    .replace("\n", "|")
    .split("|")
)
MARK = "qzq"  # beside each payload, to find where it is shown
PAGES = (
    "/account/sign-in", "/account/details", "/account/privacy?show=all", "/account/people", "/account/people/new",
    "/account/journal", "/account/sessions", "/account/security-log", "/account/name", "/account/email",
    "/account/delete", "/set-up/done", "/set-up/app", "/account/people/mandate",
)  # fmt: skip
DESK = ("/desk/day", "/settings/team", "/settings/team/invite")


def paint(account, practice, text):
    """Every text of a person and of their file, as if no form had ever looked at it."""
    Account.update(given_name=text[:100], family_name=text[:100]).where(Account.id == account.id).execute()
    with account_context(account):
        words = {"phone": text[:40], "street": text, "postcode": text[:12], "town": text[:80]}
        PersonalDetails.update(**words).execute()
        Factor.update(label=text[:60]).execute()
    with practice_context(practice):
        Patient.update(given_name=text[:100], family_name=text[:100], phone=text[:40]).execute()


def dangerous(html):
    """What a browser would run, ask for or send of a page that no page of ours holds."""
    page, found = BeautifulSoup(html, "html.parser"), []
    for tag in page.find_all(True):
        if tag.name in (
            "iframe",
            "object",
            "embed",
            "base",
            "math",
            "marquee",
            "xss",
            "plaintext",
            "video",
            "template",
            "style",
        ):
            found.append(str(tag)[:80])
        if tag.name == "script" and not tag.get("src", "").startswith("/static/"):
            found.append(str(tag)[:80])
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            if (
                name.startswith("on")
                or name == "style"
                or name.startswith("hx-")
                and ("js:" in text or "delete" in text)
            ):
                found.append(f"{tag.name} {name}={text[:60]}")
            if name in ("href", "src", "action", "formaction") and re.match(
                r"\s*(javascript:|//|data:text)", text
            ):
                found.append(f"{tag.name} {name}={text[:60]}")
    return found


def world(practice, clock):
    alice = make_account(niss=NISS)
    with practice_context(practice):
        file = make_patient(email=alice.email)
        connect(alice, file.id, now=clock.now())
        representation.add_child(
            alice, Child("Lou", "Dupont", clock.now().date().replace(year=2018), "female", "fr"),
            basis="parent", sealer=SEALER, now=clock.now(),
        )  # fmt: skip
        owner = make_member(practice, roles=("owner", "receptionist"))
        journal_look([file], member=Member.get(), what="record", why="record", now=clock.now())
    details_of(alice)
    return alice, owner, file


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_people_are_called_is_text_on_every_page(client, app, inside, practice, clock):
    """Even when no form had refused it: each of sixty payloads in every field, on every page that may show it."""
    alice, owner, file = world(practice, clock)
    assert len(PAYLOADS) >= 60
    theirs = app.test_client()
    sign_in_as(client, alice, clock=clock)
    sign_in_as(theirs, owner, clock=clock, staff=True)
    shown = 0
    for number, payload in enumerate(PAYLOADS):
        paint(alice, practice, MARK + payload)
        ours = PAGES if number % 8 == 0 else (PAGES[1], PAGES[number % len(PAGES)])
        desk = (f"/desk/patients/{file.id}", f"/desk/patients?q={MARK}", DESK[number % len(DESK)])
        for browser, paths in ((client, ours), (theirs, desk)):
            for path in paths:
                answer = browser.get(path)
                text = answer.get_data(as_text=True)
                assert answer.status_code == 200, f"{path} with {payload}: {answer.status}"
                assert dangerous(text) == [], f"{path} with {payload}"
                shown += MARK in text
                if "<" in payload:
                    assert payload not in text, f"{path} shows {payload} raw"
    assert shown > len(PAYLOADS)


def test_the_control_a_page_that_shows_it_raw_is_seen():
    seen = [payload for payload in PAYLOADS if dangerous(f"<p title='a'>{payload}</p>")]
    assert len(seen) > 25


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_mails_show_names_as_text_and_keep_their_headers(client, app, services, inside, practice, clock):
    alice, _owner, _file = world(practice, clock)
    with practice_context(practice):
        guest = make_patient(email="guest@example.be")
    letters = []
    for payload in PAYLOADS[::6]:
        paint(alice, practice, f"{MARK}{payload}")
        with practice_context(practice):
            Practice.update(name=f"{MARK}{payload}"[:100]).where(Practice.id == practice.id).execute()
            invite(Patient.get_by_id(guest.id), by="worker", sealer=SEALER, now=clock.now())
            factors.tell(alice.id, "factor.add", kind="app", now=clock.now(), key="a test")
        letters += post(app, services)
        clock.move(hours=25)
    assert len(letters) >= 2 * len(PAYLOADS[::6])
    assert sum(MARK in letter.html for letter in letters) >= len(letters) // 2
    for letter in letters:
        without_style = re.sub(r"<style>\s+body \{.*?</style>", "", letter.html, count=1, flags=re.DOTALL)
        assert (
            dangerous(re.sub(r' style="[^"<>]*"', "", without_style)) == [] and letter.subject.isprintable()
        )
        assert letter.to in ("guest@example.be", alice.email)


# ---- where one is sent -------------------------------------------------------------------------------------------

ELSEWHERE = (
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https://evil.test", "https:evil.test",
    "javascript:x()", " //evil.test", "/\t/evil.test", "/\n/evil.test", "/x\r\nX-Evil: 1", "data:text/html,x",
    "evil.test", "/\u2028/evil", "http:/\\evil.test", "/a\\b", "/" + "a" * 5000,
)  # fmt: skip


def leads_away(location):
    return (
        not location.startswith("/") or location.startswith(("//", "/\\")) or "evil" in location.split("?")[0]
    )


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_never_leads_elsewhere(client, clock, target):
    """Every page that is told where to go on: by address, and by form."""
    alice = make_account()
    sign_in_as(client, alice, clock=clock)
    for path in (
        "/sign-in",
        "/step-up",
        "/account/texts/accept",
        "/join",
        "/sign-in/second",
        "/sign-in/recovery-code-used",
    ):
        answer = client.get(path, query_string={"next": target})
        assert answer.status_code in (200, 303), path
        assert not leads_away(answer.headers.get("Location", "/")), path
        if answer.status_code == 200:
            links = [one["href"] for one in soup(answer).find_all("a", href=True)]
            assert not any(leads_away(link) for link in links if "evil" in link), path
    _, fields = form_of(soup(client.get("/account/name")), holding="csrf_token")
    token = {"csrf_token": fields["csrf_token"]}
    answer = client.post("/account/people/stop", data={**token, "next": target})
    assert answer.status_code == 303 and not leads_away(answer.headers["Location"])
    clock.move(minutes=16)
    answer = client.post("/step-up/password", data={**token, "next": target, "password": PASSWORD})
    assert answer.status_code == 303 and not leads_away(answer.headers["Location"])


def test_next_leads_on_within_the_site(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    assert client.get("/sign-in?next=/book").headers["Location"] == "/book"


def test_where_a_form_came_from_never_leads_elsewhere(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    _, fields = form_of(soup(client.get("/account/name")), holding="csrf_token")
    clock.move(minutes=16)
    for said in (
        "http://evil.test/",
        f"http://lavande.{HOST}//evil.test",
        f"http://lavande.{HOST}/\\evil",
        "é",
        "\x7f",
    ):
        answer = client.post("/account/delete", data=fields, headers={"Referer": said})
        onward = client.get(answer.headers["Location"])
        assert onward.status_code == 200
        onto = form_of(soup(onward), holding="next")[1]["next"]
        assert not leads_away(onto or "/"), said


# ---- caches, headers, what a browser keeps -----------------------------------------------------------------------


def test_personal_pages_are_kept_nowhere_and_carry_every_header(client, practice, clock):
    alice = make_account()
    sign_in_as(client, alice, clock=clock)
    pages = crawler.walk(client, PAGES)
    assert len(pages) > 15
    for url in pages:
        for more in ({}, {"headers": {"HX-Request": "true", "HX-Request-Type": "partial"}}):
            answer = client.get(url, **more)
            assert answer.headers["Cache-Control"] == "no-store", url
            varies = set(re.split(r",\s*", ", ".join(answer.headers.getlist("Vary"))))
            assert {"Cookie", "HX-Request"} <= varies, url
            assert answer.headers["Referrer-Policy"] == "same-origin"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "ETag" not in answer.headers and "Last-Modified" not in answer.headers


def test_a_page_never_answers_under_the_name_of_a_file(client, clock):
    sign_in_as(client, make_account(), clock=clock)
    for path in (
        "/account/sign-in",
        "/account/details",
        "/account/privacy",
        "/account/people",
        "/account/export",
    ):
        assert client.get(path).status_code == 200  # the control
        for more in (".css", "/x.css", ";.js", "%2ejs", "/", "%0a.css", "..%2fx.png"):
            assert client.get(path + more).status_code == 404, path + more
        assert client.get(path.upper()).status_code == 404


@pytest.mark.parametrize("status", [303, 400, 403, 404, 405, 413, 415, 422, 429, 500])
def test_every_status_carries_the_headers_and_no_store(app, client, clock, monkeypatch, status):
    sign_in_as(client, make_account(), clock=clock)
    _, fields = form_of(soup(client.get("/account/name")), holding="username")
    if status == 500:
        monkeypatch.setattr("app.account.sign_in_tab_views.overview", lambda *_a, **_m: 1 / 0)
    ask = {
        303: lambda: client.get("/account"),
        400: lambda: client.post("/sign-out"),
        403: lambda: client.get("/desk/day"),
        404: lambda: client.get("/account/nothing"),
        405: lambda: client.put("/account/name"),
        413: lambda: client.post("/account/name", data={"username": "x" * 400_000}),
        415: lambda: client.post("/account/name", data="{}", content_type="application/json"),
        422: lambda: client.post("/account/name", data={**fields, "username": "1"}),
        429: lambda: [client.post("/account/name", data={**fields, "version": 9}) for _ in range(32)][-1],
        500: lambda: client.get("/account/sign-in"),
    }[status]
    answer = ask()
    assert answer.status_code in ((302, 303) if status == 303 else (status,))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for name in (
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
    ):
        assert name in answer.headers, name


def test_pages_with_a_secret_in_their_address_load_and_link_nothing_outside(client, app, services):
    """Also the address itself is told to nobody: same-origin."""
    _, fields = form_of(soup(client.get("/join")), holding="given_name")
    client.post("/join", data={**fields, **JOINER})
    path = link_in(post(app, services)[0], "/join/")
    answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["Referrer-Policy"] == "same-origin"
    page = soup(answer)
    loaded = [tag.get("src") or tag.get("href") for tag in page.find_all(["script", "link", "img"])]
    assert loaded and all(
        url.startswith(("/", "data:")) and not url.startswith("//") for url in loaded if url
    )


# ---- a whole journey leaves nothing behind -----------------------------------------------------------------------


def test_a_whole_journey_leaves_no_secret_in_logs_cookies_and_addresses(client, app, services, clock, caplog):
    """Joining, a code by mail, signing in with a wrong and the right password, a copy, good-bye."""
    caplog.set_level(logging.INFO)  # what is written in production; statements are logged nowhere
    seen = []

    def keep(answer):
        seen.append(
            f"{answer.request.path}?{answer.request.query_string.decode()} {answer.headers.get('Location', '')}"
        )
        seen.extend(answer.headers.getlist("Set-Cookie"))
        return answer

    _, fields = form_of(soup(client.get("/join")), holding="given_name")
    keep(client.post("/join", data={**fields, **JOINER}))
    path = link_in(post(app, services)[0], "/join/")
    _, fields = form_of(soup(client.get(path)), holding="password")
    client.post(path, data={**fields, "password": JOINER["password"], "accept": "y"})
    _, fields = form_of(soup(client.get("/set-up/mail")), holding="csrf_token")
    keep(client.post("/set-up/mail/send", data={"csrf_token": fields["csrf_token"]}))
    code = re.search(r"\b(\d{8}|\d{4} \d{4})\b", post(app, services)[-1].text)[1].replace(" ", "")
    _, fields = form_of(soup(client.get("/set-up/mail")), holding="code")
    assert keep(client.post("/set-up/mail", data={**fields, "code": code})).status_code == 303
    secrets = [
        code,
        path.rpartition("/")[2],
        JOINER["password"],
        JOINER["email"],
        "85073099437",
        "85.07.30-994.37",
        "Maes",
    ]
    keep(client.get("/account/details"))
    _, fields = form_of(soup(client.get("/account/name")), holding="username")
    assert client.post("/sign-out", data={"csrf_token": fields["csrf_token"]}).status_code == 303
    for secret in ("a wrong password", JOINER["password"]):
        keep(password(client, name=JOINER["email"], secret=secret))
    secrets += ["a wrong password", cookie(client)]
    logged = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    for secret in secrets:
        assert secret not in logged, f"{secret} is in the log"
    for secret in secrets[:-1]:
        assert secret not in "\n".join(seen), f"{secret} is in an address or a cookie"


def test_what_comes_from_outside_writes_no_line_of_the_log(client, clock, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in_as(client, make_account(), clock=clock)
    for text in ("x\r\nFAKE LINE", "\x1b[31mred", '{"level":"x"}', "A" * 50_000):
        client.get("/account/sign-in", headers={"User-Agent": text.replace("\r\n", " ")})
        client.get("/account/nothing", query_string={"q": text})
        client.post("/account/name", data={"username": text})
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("parvis")]
    assert not any("FAKE LINE" in line or "\x1b" in line or len(line) > 500 for line in lines)


def test_the_copy_of_ones_data_is_json_whatever_one_is_called(client, inside, practice, clock):
    alice, _owner, _file = world(practice, clock)
    paint(alice, practice, '"}],"x":[{"')
    with account_context(alice):
        job = jobs.ask(alice, language="fr", with_number=False, now=clock.now())
        jobs.make({"account": alice.id.hex, "job": job.id.hex})
        made = jobs.fetch(job.id, sealer=SEALER, now=clock.now())
    told = json.loads(zipfile.ZipFile(io.BytesIO(made)).read("parvis.json"))
    assert "x" not in told and '"}],"x":[{"' in json.dumps(told["person"], ensure_ascii=False).replace(
        '\\"', '"'
    )

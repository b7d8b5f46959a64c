"""Who may pass to a person's own pages: how far they are signed in, and whether they proved it a moment ago."""

from typing import Any

from flask import abort, g, make_response, redirect, request, url_for

from app.identity import sign_in
from app.kernel.tenancy import enter_account
from app.web.htmx import wants_fragment
from app.web.outside import services


def admit(access: str, *, fresh: bool = False, level: int = 0) -> None:
    """Sets g.person and opens their cabinet; or sends to the step that is missing."""
    person = sign_in.who()
    if person is None:
        send("sign_in.form")
    if access != "halfway" and not person.is_open:
        send("second.choose" if person.stage == "second" else "set_up.choose")
    if fresh and not person.is_fresh(services().clock.now()):
        send("step_up.form")
    if level and person.session.level < level:
        send("csam.demand")
    g.person = person
    g.own_cabinet = enter_account(person.account.id)


def send(endpoint: str) -> Any:
    """To `endpoint` and, from there, back to where the person wanted to go; nothing of the page is answered."""
    path = request.full_path.rstrip("?") if request.method == "GET" else _came_from()
    target = url_for(endpoint, next=path)
    if wants_fragment():
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for(endpoint, next=_came_from())
        abort(answer)
    abort(redirect(target, 303))


def _came_from() -> str | None:
    """The page whose form or fragment asked, on this host; forms of sensitive changes stand at their own address."""
    referrer = request.referrer or ""
    here = request.host_url
    return "/" + referrer.removeprefix(here) if referrer.startswith(here) else None

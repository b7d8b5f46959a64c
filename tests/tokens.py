"""No form of a browser counts without its token: watched in every test that sends one."""

from contextlib import contextmanager

from flask import g, request, request_finished

from app.web.forms import TokenWhenShown

# a program sends it: what it signed is looked at instead
ELSEWHERE = {"csam.answer", "wearables.notices"}
# nothing was asked of the one who answers: a press once more, a button that draws the page anew, a way elsewhere
NOTHING_DONE = {
    "hours.change": lambda response: response.status_code == 200,
    # a move and the same press again lead on alike: test_patient_changes.py looks at this token itself
    "move.move": lambda response: response.status_code == 303,
    "questions.ask": lambda response: (
        response.location in ("/sign-in?next=/question", "/account/messages/new")
    ),
    "second.check": lambda _: g.person.stage != "second",
    "sites.add": lambda response: response.status_code == 200,
    "sites.change": lambda response: response.status_code == 200,
}


class NoToken(AssertionError):
    """A view that says it checks its token did what was asked and never looked at one."""


def _finished(sender, response, **_more):
    view = sender.view_functions.get(request.endpoint or "")
    marked = getattr(view, "checks_its_token", False) and view.__module__.startswith("app.")
    if not marked or view.access == "program" or request.method != "POST" or response.status_code >= 400:
        return
    let_in = {"public": True, "halfway": "person" in g, "person": "person" in g}.get(
        view.access, "staff" in g
    )
    looked = g.get("token_looked_at") or g.get("csrf_valid")  # by the view's form, or as the door does
    if not let_in or looked or request.endpoint in ELSEWHERE:
        return
    if not NOTHING_DONE.get(request.endpoint, lambda _: False)(response):
        raise NoToken(f"{request.endpoint} answered {response.status_code}")


@contextmanager
def watched(patch):
    """A form looks at its token before it is valid: what answers with success must have had one looked at."""
    look = TokenWhenShown.validate_csrf_token

    def looked_at(self, form, field):
        look(self, form, field)
        g.token_looked_at = True

    patch.setattr(TokenWhenShown, "validate_csrf_token", looked_at)
    with request_finished.connected_to(_finished):
        yield

"""Who may book what: the matrix of the practice, the limits of its agendas, and the site as somebody else sees it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request

from app.booking import catalogue, rule_words, view_as
from app.booking.actions import drafting, rules
from app.booking.actions.rules import EVERYBODY, Place
from app.booking.policy import Standing
from app.booking.refusals import RulesEdited
from app.kernel.i18n import lazy_gettext as _l
from app.settings import changes, policy
from app.settings.policy_books import Books, address, books, keeps
from app.settings.policy_forms import BY_NAME, LimitsForm, LookForm, RulesForm, limits_form, name_of
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import single_args
from app.web.outside import services

bp = Blueprint("policy", __name__)
HERE = "/settings/policy"
DONE = {
    "saved": _l("The rules are saved. They count from now on."),
    "limits": _l("The limits are saved. They count from now on."),
    "published": _l(
        "The draft is published. Its rules count from now on; appointments that were made keep theirs."
    ),
    "again": _l("The older rules count again from now on."),
    "discarded": _l("The draft is thrown away. The rules in force stand."),
}
BLANK_LINES = 3
SECTION = changes.at(HERE)


@bp.get(HERE)
@desk("settings:manage")
def overview() -> str:
    found = catalogue.for_desk(g.practice, now=services().clock.now())
    return render_template(
        "settings/policy.html",
        **policy.overview(found, g.practice),
        words=rule_words,
        done=DONE.get(single_args().get("done", "")),
        look=LookForm(formdata=None),
        books=books(),
    )


@bp.get(f"{HERE}/practice")
@bp.get(f"{HERE}/service/<uuid:service_id>")
@bp.get(f"{HERE}/agenda/<uuid:schedule_id>")
@bp.get(f"{HERE}/agenda/<uuid:schedule_id>/service/<uuid:service_id>")
@desk("settings:manage")
def form(service_id: UUID | None = None, schedule_id: UUID | None = None) -> str:
    there = books()
    place, made = _form(service_id, schedule_id, there)
    made.fill(rules.rows(place, there.shown), rules.stamp(place, there.shown))
    return _page(place, made, there)


@bp.post(f"{HERE}/practice")
@bp.post(f"{HERE}/service/<uuid:service_id>")
@bp.post(f"{HERE}/agenda/<uuid:schedule_id>")
@bp.post(f"{HERE}/agenda/<uuid:schedule_id>/service/<uuid:service_id>")
@checks_its_token
@desk("settings:manage")
def save(service_id: UUID | None = None, schedule_id: UUID | None = None) -> Any:
    place, made = _form(service_id, schedule_id, books())
    g.here = address(request.path, who=name_of(made.who), drafting=keeps())
    if not made.validate():
        return _page(place, made, books()), 422
    act = drafting.keep if keeps() else rules.change
    try:
        act(g.practice, place, made.wanted(), seen=made.version.data or "", **_by())
    except RulesEdited as refusal:
        there = books(drafting=keeps())
        made.version.data = rules.stamp(place, there.shown)
        differs = policy.differences(place, made, there.shown)
        return _page(place, made, there, refusal=refusal, differs=differs), refusal.status
    return go(f"{HERE}/draft?done=kept" if keeps() else f"{HERE}?done=saved")


@bp.get(f"{HERE}/limits/<uuid:schedule_id>")
@desk("settings:manage")
def limits(schedule_id: UUID) -> str:
    place, there = policy.place_of(None, schedule_id), books()
    known = rules.limits(place.schedule, there.shown)
    made = limits_form(
        len(known) + BLANK_LINES, policy.services_of(place.schedule, g.practice), formdata=None
    )
    made.fill(known, rules.limits_stamp(place.schedule, there.shown))
    return _limits_page(place, made, there)


@bp.post(f"{HERE}/limits/<uuid:schedule_id>")
@checks_its_token
@desk("settings:manage")
def save_limits(schedule_id: UUID) -> Any:
    place = policy.place_of(None, schedule_id)
    g.here = address(request.path, drafting=keeps())
    offered = policy.services_of(place.schedule, g.practice)
    made = limits_form(min(sum(name.startswith("most-") for name in request.form), 100), offered)
    typed = made.rows()
    if typed is None:
        return _limits_page(place, made, books()), 422
    act = drafting.keep_limits if keeps() else rules.change_limits
    try:
        act(g.practice, place.schedule, typed, seen=made.version.data or "", **_by())
    except RulesEdited as refusal:
        there = books(drafting=keeps())
        made.version.data = rules.limits_stamp(place.schedule, there.shown)
        differs = policy.limit_differences(place.schedule, typed, dict(offered), there.shown)
        return _limits_page(place, made, there, refusal=refusal, differs=differs), refusal.status
    return go(f"{HERE}/draft?done=kept" if keeps() else f"{HERE}?done=limits")


@bp.post(f"{HERE}/view-as")
@desk("settings:manage")
def look() -> Any:
    asked = LookForm()
    if asked.validate():
        view_as.start(g.person, g.practice, Standing(*asked.chosen), draft=asked.with_draft)
        return go("/")
    return go(HERE)


@bp.post(f"{HERE}/view-as/end")
@desk("settings:manage")
def stop_looking() -> Any:
    return go(f"{HERE}/draft" if view_as.stop() else HERE)


# ---- what the pages show


def _by() -> dict[str, Any]:
    return {"by": g.person.actor, "now": services().clock.now()}


def _form(service_id: UUID | None, schedule_id: UUID | None, there: Books) -> tuple[Place, RulesForm]:
    place, who = policy.place_of(service_id, schedule_id), policy.who_of(single_args().get("who"))
    return place, RulesForm(who=who, cells=policy.cells_of(place, who, there.shown))


def _page(place: Place, made: RulesForm, there: Books, **more: Any) -> str:
    row = "" if made.who == EVERYBODY else name_of(made.who)
    return render_template(
        "settings/policy_rules.html",
        form=made,
        title=rule_words.place(g.practice, place.service, place.schedule),
        place=place,
        who=rule_words.who(*made.who) if row else None,
        cells=[(name_of(cell), rule_words.who(*cell)) for cell in made.cells],
        people=[(name, rule_words.who(*who)) for name, who in BY_NAME.items() if who in policy.CELLS[1:]],
        sources=policy.sources(place, made, there.shown.rules, g.practice),
        changes=changes.of(SECTION, targets=[place.target]),
        books=there,
        elsewhere=there.in_draft(place) and not there.drafting,
        action=address(request.path, who=row, drafting=there.drafting),
        draft_address=address(request.path, who=row, drafting=True),
        live_address=address(request.path, who=row),
        **more,
    )


def _limits_page(place: Place, made: LimitsForm, there: Books, **more: Any) -> str:
    return render_template(
        "settings/policy_limits.html",
        form=made,
        title=rule_words.agenda(g.practice, place.schedule),
        changes=changes.of(SECTION, targets=[place.target]),
        place=place,
        books=there,
        elsewhere=there.in_draft(place, limits=True) and not there.drafting,
        action=address(request.path, drafting=there.drafting),
        draft_address=address(request.path, drafting=True),
        live_address=request.path,
        **more,
    )

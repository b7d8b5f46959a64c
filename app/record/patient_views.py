"""«My health»: every parameter with its newest value, one with all of its values, and the form that adds one."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, g, redirect, render_template, request, url_for

from app import record
from app.kernel.clock import HOME, today
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.record import actions, cards, labels, lines, periods, pictures, queries, whose
from app.record.cards import Card
from app.record.forms import ValueForm
from app.record.kinds import GROUPS, KINDS, Kind
from app.record.queries import Own
from app.record.whose import Subject
from app.web import htmx, limits
from app.web.access import checks_its_token, person
from app.web.door import go, safe_next
from app.web.forms import BaseForm, page_of, single_args
from app.web.outside import services

bp = Blueprint("health_record", __name__)
DONE = {
    "added": _l("The value is noted."),
    "undone": _l("The value is taken back."),
    "deleted": _l("The value is deleted."),
}


def kind_or_404(key: str) -> Kind:
    found = KINDS.get(key)
    if found is None:
        raise NotFound
    return found


def now() -> datetime:
    return services().clock.now()


@bp.get("/me/health")
@person
def overview() -> str:
    subject = whose.of(g.person)
    found, asked = cards.latest(subject, now=now()), _goals(subject)
    groups = [
        (labels.GROUPS[group], [_card(one, subject, found, asked) for one in cards.all_kinds(group)])
        for group in GROUPS
    ]
    return render_template("record/overview.html", groups=groups, subject=subject)


def _goals(subject: Subject) -> Any:
    files = whose.files(subject, today=today(now(), HOME), practice=g.practice)
    return cards.goals(subject, files, now=now())


def _card(kind: Kind, subject: Subject, found: Any, asked: Any, form: ValueForm | None = None) -> Card:
    return cards.made(kind, subject, found, asked, now=now(), form=form)


@bp.get("/me/health/<string:kind>")
@person
def parameter(kind: str) -> str:
    return _page(kind_or_404(kind), whose.of(g.person))


@bp.post("/me/health/<string:kind>")
@person
@checks_its_token
def add(kind: str) -> Any:
    one, subject = kind_or_404(kind), whose.of(g.person)
    limits.hit("observation", account=subject.account)
    if one.style == "derived":
        return _add_derived(one, subject)
    form = ValueForm(kind=one, today=today(now(), HOME))
    if not form.validate():
        return _again(one, subject, form)
    actions.add(subject, form.reading(form.token.data or str(uuid4())), now=now())
    return _done(one, "added")


def _add_derived(kind: Kind, subject: Subject) -> Any:
    BaseForm().insist()
    token = request.form.get("token", "")[:64] or str(uuid4())
    try:
        actions.add_derived(subject, kind, token=token, now=now())
    except Refusal as no:
        return _refused(kind, subject, no)
    return _done(kind, "added")


def _refused(kind: Kind, subject: Subject, no: Refusal) -> Any:
    """On the page of the parameter; a widget fetches itself anew and no longer offers what came too late."""
    if htmx.wants_fragment():
        return htmx.changed(record.CHANGED)
    return _page(kind, subject, refusal=no), no.status


def _again(kind: Kind, subject: Subject, form: ValueForm) -> Any:
    """The same form with what is to be corrected: in its place, or on the page of the parameter."""
    form.token.data = form.token.data or str(uuid4())
    if not htmx.wants_fragment():
        return _page(kind, subject, form=form), 422
    card = _card(kind, subject, cards.latest(subject, now=now()), {}, form)
    return render_template("record/_form.html", card=card, slider=cards.slider), 422


def _done(kind: Kind, done: str) -> Any:
    """To the widget it came from, or to the page of the parameter; a part of a page fetches itself anew."""
    if htmx.wants_fragment():
        return htmx.changed(record.CHANGED)
    target = safe_next(request.form.get("next"), "")
    return go(target) if target else go(url_for(".parameter", kind=kind.key, done=done))


@bp.post("/me/health/<string:kind>/<uuid:observation_id>/undo")
@person
def undo(kind: str, observation_id: UUID) -> Any:
    BaseForm()  # content type and single values
    one, subject = kind_or_404(kind), whose.of(g.person)
    found = queries.observation(subject, one.key, observation_id)
    try:
        actions.undo(subject, found, now=now())
    except Refusal as no:
        return _refused(one, subject, no)
    return _done(one, "undone")


@bp.get("/me/health/<string:kind>/<uuid:observation_id>/deletion")
@person
def ask_to_delete(kind: str, observation_id: UUID) -> str:
    one, subject = kind_or_404(kind), whose.of(g.person)
    found = queries.observation(subject, one.key, observation_id)
    return render_template(
        "record/delete.html", kind=one, name=labels.name(one.key), row=found, value=labels.of(found),
        details=labels.details(found), moment=pictures.moment(found.at),
    )  # fmt: skip


@bp.post("/me/health/<string:kind>/<uuid:observation_id>/deletion")
@person
def delete(kind: str, observation_id: UUID) -> Any:
    BaseForm()  # content type and single values
    one, subject = kind_or_404(kind), whose.of(g.person)
    actions.delete(subject, queries.observation(subject, one.key, observation_id), now=now())
    return redirect(url_for(".parameter", kind=one.key, done="deleted"), 303)


def _page(
    kind: Kind, subject: Subject, *, form: ValueForm | None = None, refusal: Refusal | None = None
) -> str:
    args = single_args()
    period = args.get("period", periods.DEFAULT)
    period = period if period in periods.PERIODS else periods.DEFAULT
    source, asked, number = Own(subject, kind.key), _goals(subject), page_of(args)
    since, _until = lines.between(periods.first_day(period, today=today(now(), HOME)), None, HOME)
    odd = args.get("values") == "unusual"
    rows = lines.page(source, number, since=since, unusual=odd)
    goals = asked.get(kind.key, [])
    g.here = url_for(".parameter", kind=kind.key)
    return render_template(
        "record/parameter.html",
        card=_card(kind, subject, cards.latest(subject, now=now()), asked, form),
        picture=pictures.of(source, kind, period=period, goals=goals, now=now()),
        stories=[pictures.story(source, kind, goal) for goal in goals],
        periods=labels.PERIODS,
        rows=rows[: lines.PAGE],
        more=len(rows) > lines.PAGE,
        page=number,
        odd=odd,
        shares=[one for one in queries.shares_of(subject, today=today(now(), HOME)) if one.kind == kind.key],
        words=labels,
        moment=pictures.moment,
        shows_hour=pictures.shows_hour,
        slider=cards.slider,
        subject=subject,
        refusal=refusal,
        done=DONE.get(args.get("done", "")),
    )

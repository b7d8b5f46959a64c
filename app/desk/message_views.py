"""The messages at the desk: what waits for an answer, one thread beside its patient, and who looks after it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request
from wtforms import SelectField

from app.directory.models import Practitioner
from app.kernel import audit, clock
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import lazy_gettext as _l
from app.messaging.models import Thread
from app.messaging.threads import actions, confidential, queries, quick_replies
from app.messaging.threads.actions import Author
from app.messaging.threads.forms import AnswerForm
from app.messaging.threads.queries import SHOWS
from app.messaging.threads.refusals import AnsweredMeanwhile
from app.patients.actions import journal_look
from app.staff import queries as staff
from app.staff.models import Member
from app.web.access import checks_its_token, desk, takes_files
from app.web.door import go
from app.web.forms import BaseForm, single_args
from app.web.kept import once
from app.web.outside import services

bp = Blueprint("desk_messages", __name__)
HERE = "/desk/messages"
MAY = "messages:manage"
DONE = {
    "sent": _l("Your answer is sent."),
    "begun": _l("Your message is sent."),
    "begun-alone": _l("Your message is sent. Only the practitioner you chose reads it here, and the answer."),
    "assigned": _l("It is noted who looks after this."),
    "settled": _l("Noted: nothing is left to answer here."),
    "confided": _l("From now on only the practitioner you chose reads this."),
    "opened": _l("The whole team reads this again."),
    "reopened": _l("This waits for an answer again."),
}


class AssignForm(BaseForm):
    member = SelectField(_l("Who looks after this"), validate_choice=False)


class ReaderForm(BaseForm):
    practitioner = SelectField(_l("Who reads this"), validate_choice=False)


@bp.app_template_global("open_threads")
@once
def open_threads() -> int:
    """What waits for whoever looks, for the navigation of the desk."""
    return queries.count_open(g.staff)


@bp.get(HERE)
@desk(MAY)
def inbox() -> str:
    args = single_args()
    show = args.get("show", "") if args.get("show", "") in SHOWS else "open"
    rows, older = queries.inbox(show, member=g.staff, sealer=services().sealer, before=args.get("before", ""))
    _look([row.thread for row in rows if not row.closed], why="inbox")
    done = DONE.get(args.get("done", ""))
    return render_template(
        "desk/messages.html", rows=rows, older=older, show=show, first=not args.get("before"), done=done
    )


@bp.get(f"{HERE}/<uuid:thread_id>")
@desk(MAY)
def thread(thread_id: UUID) -> str:
    found = queries.thread(thread_id, member=g.staff)
    return _page(found, _fresh(found), done=DONE.get(single_args().get("done", "")))


@bp.post(f"{HERE}/<uuid:thread_id>/answer")
@checks_its_token
@takes_files
@desk(MAY)
def answer(thread_id: UUID) -> Any:
    found, form = queries.thread(thread_id, member=g.staff), AnswerForm()
    if form.use.data:
        return _page(found, _with_text(form))
    if not form.validate():
        return _page(found, form), 422
    by = Author(g.person.actor, g.staff.name, g.staff)
    try:
        actions.reply(
            found, form.draft(), by=by, files=services().files, now=services().clock.now(), seen=form.seen
        )
    except AnsweredMeanwhile as no:
        form.version.data = str(queries.thread(thread_id, member=g.staff).version)
        return _page(found, form, refusal=no), no.status
    return go(f"{HERE}/{thread_id}?done=sent")


def _with_text(form: AnswerForm) -> AnswerForm:
    """What was typed stays; the text goes below it."""
    try:
        chosen = quick_replies.reply(UUID(form.use.data))
    except ValueError as nonsense:
        raise NotFound from nonsense
    form.body.data = "\n\n".join(filter(None, (form.body.data, chosen.body)))
    return form


@bp.post(f"{HERE}/<uuid:thread_id>/member")
@desk(MAY)
def assign(thread_id: UUID) -> Any:
    form, found = AssignForm(), queries.thread(thread_id, member=g.staff)
    member = next((one for one in _members() if str(one.id) == form.member.data), None)
    if form.member.data and member is None:
        raise NotFound
    actions.assign(found, member, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}/{thread_id}?done=assigned")


@bp.post(f"{HERE}/<uuid:thread_id>/reader")
@desk(MAY)
def confide(thread_id: UUID) -> Any:
    """For one practitioner alone, or for the whole team again; whoever gave it away no longer reads it."""
    form, found = ReaderForm(), queries.thread(thread_id, member=g.staff)
    now = services().clock.now()
    today, by = clock.today(now, g.practice.timezone), g.person.actor
    try:
        if not form.practitioner.data:
            confidential.open_up(found, by=by, now=now)
            return go(f"{HERE}/{thread_id}?done=opened")
        chosen = next((one for one in who_reads_alone() if str(one.id) == form.practitioner.data), None)
        if chosen is None or found.patient_id is None:
            raise NotFound
        reader = confidential.confide(found, chosen.id, today=today, by=by, now=now)
    except Refusal as no:
        return _page(found, _fresh(found), refusal=no), no.status
    return go(f"{HERE}/{thread_id}?done=confided" if reader.id == g.staff.id else f"{HERE}?done=confided")


@bp.post(f"{HERE}/<uuid:thread_id>/state")
@desk(MAY)
def settle(thread_id: UUID) -> Any:
    """«Needs no answer», and the way back."""
    BaseForm()  # content type and single values
    found, answered = queries.thread(thread_id, member=g.staff), request.form.get("answered") == "1"
    actions.settle(found, answered=answered, by=g.person.actor, now=services().clock.now())
    return go(f"{HERE}/{thread_id}?done={'settled' if answered else 'reopened'}")


@bp.get(f"{HERE}/attachments/<uuid:attachment_id>")
@desk(MAY)
def attachment(attachment_id: UUID) -> Any:
    found = queries.attachment(attachment_id)
    _look([queries.thread(found.communication.thread_id, member=g.staff)], why="messages")
    return queries.served(found, files=services().files, inline="show" in single_args())


def _fresh(found: Thread) -> AnswerForm:
    form = AnswerForm(formdata=None)
    form.version.data = str(found.version)
    return form


def _page(found: Thread, form: AnswerForm, **more: Any) -> str:
    now = services().clock.now()
    _look([found], why="messages")
    actions.read(found, sender="patient", now=now)
    g.here = f"{HERE}/{found.id}"
    return render_template(
        "desk/thread.html",
        thread=found,
        name=queries.name_of(found, sealer=services().sealer),
        guest=actions.guest_of(found, sealer=services().sealer),
        talk=queries.talk(found.id, for_patient=False, before=request.args.get("before", "")),
        form=form,
        members=_members(),
        alone=confidential.of([found.id]).get(found.id),
        practitioners=who_reads_alone() if found.patient_id else [],
        replies=quick_replies.for_language(found.language),
        **more,
    )


def _members() -> list[Member]:
    """Whoever may answer today."""
    today = clock.today(services().clock.now(), g.practice.timezone)
    return [one for one in staff.members() if one.is_active(today) and one.may(MAY)]


def who_reads_alone() -> list[Practitioner]:
    return confidential.offered(today=clock.today(services().clock.now(), g.practice.timezone))


def _look(threads: list[Thread], *, why: str) -> None:
    """Every look at a patient's messages stands in their journal; at a guest's, in the practice's own."""
    now = services().clock.now()
    patients = {one.patient_id for one in threads if one.patient_id is not None}
    what = "inbox" if why == "inbox" else "messages"
    journal_look(patients, member=g.staff, what=what, why="messages", now=now, target="messages")
    for one in threads if why != "inbox" else ():
        if one.patient_id is None:
            audit.record(by=g.person.actor, verb="thread.read", target=audit.of_id("thread", one.id), at=now)

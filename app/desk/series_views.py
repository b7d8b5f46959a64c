"""A series booked at the desk, from a patient's file: what the rules of patients forbid is said, and may be broken."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from app.booking import actions, catalogue, labels, series_pages
from app.booking.actions import place
from app.booking.catalogue import Offer
from app.booking.questions import Asking
from app.booking.refusals import NeedsAcknowledgement
from app.booking.series_forms import PatternForm, ticked
from app.consent import queries as consent
from app.kernel import clock
from app.kernel.errors import NotFound, Refusal
from app.kernel.i18n import language, speaking
from app.kernel.i18n import lazy_gettext as _l
from app.patients import queries
from app.patients.actions import Behind, Person, journal_look
from app.patients.models import Patient
from app.web.access import checks_its_token, desk
from app.web.door import go
from app.web.forms import Attempted, BaseForm, PlainText, single_args, tidy
from app.web.outside import config, services

bp = Blueprint("desk_series", __name__)


class DeskForm(Attempted, BaseForm):
    """`sure` and `because` count only where rules of patients are broken."""

    sure = BooleanField(_l("I want it all the same."))
    because = StringField(
        _l("Why?"),
        filters=[tidy],
        validators=[Length(max=300, message=_l("Say it in 3 to 300 letters.")), PlainText()],
        render_kw={"autocomplete": "off", "maxlength": 300},
    )


@bp.get("/desk/patients/<uuid:patient_id>/series")
@desk("appointments:manage")
def ask(patient_id: UUID) -> Any:
    patient, offers = queries.patient(patient_id), _offers(request.args.get("what"))
    form = _pattern(offers)
    if "count" not in single_args():
        form.begin(offers[0], "any")
        return _page(patient, form, offers)
    if not form.validate():
        return _page(patient, form, offers), 422
    return _page(patient, form, offers, lines=series_pages.lines(_rows(patient, form, offers), offers))


@bp.post("/desk/patients/<uuid:patient_id>/series")
@checks_its_token
@desk("appointments:manage")
def book(patient_id: UUID) -> Any:
    patient, offers = queries.patient(patient_id), _offers(request.form.get("what"))
    form, sure = _pattern(offers), DeskForm()
    if not form.validate():
        return _page(patient, form, offers), 422
    chosen = ticked()
    dates = series_pages.dates(chosen, offers)
    if not sure.validate():
        return _again(patient, form, offers, chosen, sure), 422
    now = services().clock.now()
    try:
        actions.book_series(
            dates,
            _asked(patient, dates, sure),
            sealer=services().sealer,
            by=g.person.actor,
            now=now,
            mail_at=now + timedelta(seconds=config().confirmation_delay_seconds),
        )
    except Refusal as no:
        return _again(patient, form, offers, chosen, sure, refusal=no), no.status
    return go(url_for("patients.record", patient_id=patient.id) + "?done=series#coming")


def _asked(patient: Patient, dates: Sequence[tuple[Offer, int]], sure: DeskForm) -> Any:
    """In the patient's own language, for their own file; rules are broken only with a reason."""
    reason = sure.because.data or ""
    broken = place.OF_PATIENTS if sure.sure.data and len(reason) >= 3 else ()
    with speaking(patient.language):
        offer, start = dates[0] if dates else (None, 0)
        now = clock.to_minutes(services().clock.now())
        sentence = labels.policy_sentence(offer, start, now) if offer else ""
        texts = (
            consent.in_force(g.practice, kind, language())
            for kind in ("conditions", "cancellation", "privacy")
        )
        return actions.Asked(
            start=start,
            attempt=sure.attempt_id,
            person=Person(patient.given_name, patient.family_name, patient.email, patient.language),
            accepted=False,
            sentence=sentence,
            texts=tuple(text for text in texts if text is not None),
            origin="desk",
            behind=Behind(None, None, patient.id),
            broken=frozenset(broken),
            because=reason,
        )


def _shop() -> catalogue.Catalogue:
    return catalogue.for_desk(g.practice, now=services().clock.now())


def _offers(what: str | None) -> tuple[Offer, ...]:
    """Of a service at a site, «service.site»; the first there is when nothing was chosen yet."""
    shop = _shop()
    if not what:
        return shop.at(shop.offers[0].service.id, shop.offers[0].location.id) if shop.offers else _none()
    service, _dot, location = what.partition(".")
    try:
        return shop.at(UUID(service), UUID(location)) or _none()
    except ValueError:
        return _none()


def _none() -> Any:
    raise NotFound


def _pattern(offers: Sequence[Offer]) -> PatternForm:
    today = clock.today(services().clock.now(), offers[0].location.timezone)
    return PatternForm(today=today, most=series_pages.most_dates(offers, staff=True))


def _rows(patient: Patient, form: PatternForm, offers: Sequence[Offer]) -> Any:
    asking = Asking(person=patient.id, staff=True)
    return series_pages.rows(form, offers, asking=asking, now=services().clock.now())


def _again(
    patient: Patient, form: PatternForm, offers: Any, chosen: Any, sure: DeskForm, *, refusal: Any = None
) -> str:
    lost = series_pages.lost_words(refusal)
    lines = series_pages.lines(_rows(patient, form, offers), offers, ticked=chosen, lost=lost)
    return _page(patient, form, offers, lines=lines, sure=sure, refusal=refusal)


def _page(
    patient: Patient,
    form: PatternForm,
    offers: Any,
    *,
    lines: Any = None,
    sure: Any = None,
    refusal: Any = None,
) -> str:
    """Whoever plans for somebody has opened their file."""
    now = services().clock.now()
    journal_look([patient], member=g.staff, what="record", why="series", now=now)
    g.here = url_for(".ask", patient_id=patient.id)
    form.show([(str(one.schedule.id), one.practitioner.name) for one in offers])
    sure = sure or DeskForm(formdata=None)
    shop = _shop()
    places = dict.fromkeys((one.service.id, one.location.id) for one in shop.offers)
    return render_template(
        "desk/series.html",
        patient=patient,
        form=form,
        offer=offers[0],
        places=[shop.at(*one)[0] for one in places],
        lines=lines,
        sure=sure,
        breaks=isinstance(refusal, NeedsAcknowledgement),
        refusal=refusal,
    )

"""The mail that says a questionnaire waits: who asks, and where; never what about."""

from typing import Any
from uuid import UUID

from flask import render_template

from app.kernel.i18n import _, gettext, speaking
from app.kernel.ports import Letter
from app.patients.readers import readers_of
from app.practice import brand
from app.practice.queries import primary_host
from app.questionnaires.actions.sending import SCOPE, token_of
from app.questionnaires.models import QuestionnaireResponse
from app.web.door import practice_url
from app.web.outside import services


def sent(payload: dict[str, Any], message_id: str) -> Letter | None:
    """None when it was answered or taken back before the mail left, or nobody reads this file any more."""
    one = QuestionnaireResponse.get_or_none(QuestionnaireResponse.id == UUID(payload["response"]))
    if one is None or one.status != "in-progress":
        return None
    practice, host = one.practice, primary_host(one.practice_id)
    if one.contact_email:
        to, code = one.contact_email, one.language
        path = f"/questionnaires/link/{token_of(one.id, sealer=services().sealer)}"
    else:
        readers = readers_of(one.patient_id, scope=SCOPE, now=services().clock.now())
        if not readers:
            return None
        to, code, path = readers[0].email, readers[0].language, f"/questionnaires/{one.id}"
    with speaking(code):
        shown = {
            "practice": practice,
            "colour": brand.palette(practice.brand_color).light,
            "page_url": practice_url(host, path),
            "by_link": bool(one.contact_email),
            "site_url": practice_url(host),
            "language": code,
        }
        return Letter(
            to=to,
            subject=_("%(practice)s asks you to fill in a questionnaire", practice=practice.name),
            text=render_template("emails/questionnaire.txt", **shown, _=gettext),
            html=render_template("emails/questionnaire.html", **shown),
            message_id=message_id,
            sender_name=practice.name,
            reply_to=practice.profile.get("email") or None,
            language=code,
        )

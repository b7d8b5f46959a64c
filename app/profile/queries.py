"""How a person arranged their page."""

import json
from uuid import UUID

import peewee as pw

from app.kernel.constant_sql import ConstantSQL, param
from app.kernel.owners import Practice
from app.kernel.tenancy import account_context
from app.profile import layout
from app.profile.layout import Layout
from app.profile.models import ProfileLayout
from app.profile.widget import gallery


def _saved() -> pw.Select:
    P = ProfileLayout
    # not P.select(): what is compiled once must hold no account of the moment
    return pw.Select([P], [P.shown, P.hidden]).where(P.account == param("account"))


SAVED = ConstantSQL(_saved, tenant=False)


def saved_of(account_id: UUID) -> Layout | None:
    """None for somebody who arranged nothing."""
    with account_context(account_id):
        row = SAVED.row(account=account_id.hex)
    return Layout(tuple(json.loads(row[0])), tuple(json.loads(row[1]))) if row else None


def first_at(practice: Practice | None) -> Layout:
    """As a page stands before its person arranged it: on the central portal, or as a practice chose."""
    found = gallery()
    shy = {slug for slug, widget in found.items() if widget.hidden}
    chosen = practice.profile.get("widgets") if practice else None
    return layout.first(list(found), shy=shy, chosen=chosen)


def layout_of(account_id: UUID, *, practice: Practice | None) -> Layout:
    return layout.arranged(first_at(practice), saved_of(account_id))

"""How a person arranged their page."""

from uuid import UUID

from app.kernel.owners import Practice
from app.profile import layout
from app.profile.layout import Layout
from app.profile.own import own_of
from app.profile.widget import gallery


def saved_of(account_id: UUID) -> Layout | None:
    """None for somebody who arranged nothing."""
    return own_of(account_id).layout


def first_at(practice: Practice | None) -> Layout:
    """As a page stands before its person arranged it: on the central portal, or as a practice chose."""
    found = gallery()
    shy = {slug for slug, widget in found.items() if widget.hidden}
    chosen = practice.profile.get("widgets") if practice else None
    return layout.first(list(found), shy=shy, chosen=chosen)


def layout_of(account_id: UUID, *, practice: Practice | None) -> Layout:
    """As its person arranged it."""
    return layout.arranged(first_at(practice), saved_of(account_id))

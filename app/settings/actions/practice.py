"""Name, contact, languages and sentence of welcome of the practice."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.directory import listing
from app.kernel import audit, edits
from app.kernel.db import write_tx
from app.kernel.i18n import LANGUAGES, speaking
from app.kernel.owners import Practice

CONTACT = ("email", "phone", "website")


def values(practice: Practice) -> dict[str, Any]:
    """As the form has them: speaks-<code> for each language, tagline-<code> for those that are spoken."""
    taglines = practice.profile.get("tagline") or {}
    return {
        "name": practice.name,
        **{name: practice.profile.get(name) or "" for name in CONTACT},
        "first": practice.languages[0],
        **{f"speaks-{code}": code in practice.languages for code in LANGUAGES},
        **{f"tagline-{code}": taglines.get(code) or "" for code in practice.languages},
    }


def change(
    practice: Practice,
    wanted: Mapping[str, Any],
    *,
    seen: str,
    names: Mapping[str, Any],
    by: str,
    now: datetime,
) -> list[str]:
    """What changed, in words; `names` has those of each value. Edited when `seen` is not the stamp of what is there."""

    def changed(fresh: Practice) -> dict[str, Any]:
        spoken = _languages(fresh, wanted)
        taglines = {**(fresh.profile.get("tagline") or {})}
        for code in spoken:
            if words := wanted.get(f"tagline-{code}"):
                taglines[code] = words
        profile = {**fresh.profile, **{name: wanted[name] for name in CONTACT}, "tagline": taglines}
        return {"name": wanted["name"], "languages": spoken, "profile": profile}

    return keep(practice, "practice.change", changed, values=values, seen=seen, names=names, by=by, now=now)


def _languages(practice: Practice, wanted: Mapping[str, Any]) -> list[str]:
    """The first one first; the others keep their order, new ones come last."""
    order = [wanted["first"], *practice.languages, *LANGUAGES]
    return [code for code in dict.fromkeys(order) if wanted[f"speaks-{code}"] or code == wanted["first"]]


def keep(
    practice: Practice,
    verb: str,
    changed: Callable[[Practice], dict[str, Any]],
    *,
    values: Callable[[Practice], Mapping[str, Any]],
    seen: str | None,
    names: Mapping[str, Any],
    by: str,
    now: datetime,
) -> list[str]:
    """Columns of the practice, their trace, and what the central search shows of them, in one transaction."""
    with write_tx():
        version = Practice.catalogue_version + 1  # first: on PostgreSQL the lock that puts owners in line
        Practice.update(catalogue_version=version).where(Practice.id == practice.id).execute()
        fresh = Practice.get_by_id(practice.id)
        before = values(fresh)
        if seen is not None:
            edits.check(seen, before)
        columns = changed(fresh)
        Practice.update(**columns).where(Practice.id == practice.id).execute()
        after = values(Practice.get_by_id(practice.id))
        with speaking(practice.languages[0]):
            words = edits.changes(before, after, names)
        if words:
            target = audit.of_id("practice", practice.id)
            audit.record(by=by, verb=verb, target=target, at=now, detail={"changes": words})
            listing.rebuild(Practice.get_by_id(practice.id), now=now)
    return words

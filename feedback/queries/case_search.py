"""Staff search: what a case is indexed under, and how it is found by words, reference, dossier, phone or e-mail.

Each case is indexed twice: under the sender's own words, for those who may read them, and under the copy for the
agency. A search finds by words only what the finder may read, so it tells nobody more than reading would.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import joinedload

from feedback.domain import folding
from feedback.domain.complaints import fold_dossier
from feedback.domain.permissions import GRANTS, Actor, Permission, only_in
from feedback.domain.references import normalise_reference
from feedback.domain.roles import REACH, Reach
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.models.search import CaseTokens
from feedback.queries.visibility import original_to, visible_to

PAGE = 25
CANDIDATES = 1_000
"""Newest index rows that one question looks at; the page says when there may be more."""
ORIGINAL, MASKED = "original", "masked"
_FTS = table("case_fts", column("rowid"), column("case_fts"))


@dataclass(frozen=True)
class Found:
    """One case that was found. ``how``: reference, dossier, contact or words."""

    case: Case
    how: str


@dataclass(frozen=True)
class Findings:
    """What was found, newest first within each way. ``more``: the search by words stopped at its bound, or there
    are further pages (``after`` is the key of the next)."""

    rows: Sequence[Found]
    after: int | None = None


def facets(case: Case, side: str) -> list[str]:
    """Filter tokens of a case's index row: the side, whether it is restricted, the agency that holds it."""
    found = [folding.facet("s", side), folding.facet("r", int(case.restricted))]
    if case.agency_id is not None:
        found.append(folding.facet("a", case.agency_id))
    return found


def search(actor: Actor, asked: str, *, contact_codes: Sequence[str] = (), after: int | None = None,
           size: int = PAGE) -> Findings:
    """Cases within the actor's reach: the one with this reference, those with this dossier number (for agencies
    only where the sender agreed), those sent from one of these blind-indexed contacts (for readers of originals
    alone), then those that hold all the words. ``after``: the key of the last page; it continues the words alone.
    At most one statement for each of the actor's roles and five besides."""
    exact = [] if after is not None else _exact(actor, asked, contact_codes)
    seen = {found.case.id for found in exact}
    ids, key = _by_words(actor, asked, after=after, size=size)
    by_id = {case.id: case for case in _load(Case.id.in_([i for i in ids if i not in seen]), visible_to(actor))}
    return Findings([*exact, *(Found(by_id[i], "words") for i in ids if i in by_id)], key)


def _exact(actor: Actor, asked: str, contact_codes: Sequence[str]) -> list[Found]:
    found: dict[int, Found] = {}
    original, seen = original_to(actor), visible_to(actor)
    if (reference := normalise_reference(asked)) is not None:
        found |= {case.id: Found(case, "reference") for case in _load(Case.reference == reference, seen)}
    dossier = fold_dossier(asked)
    if len(dossier) >= 4 and any(sign.isdigit() for sign in dossier) and len(dossier) <= 60:
        may_know = or_(Case.dossier_shared.is_(True), original)
        for case in _load(Case.dossier_folded == dossier, seen, may_know):
            found.setdefault(case.id, Found(case, "dossier"))
    if contact_codes and any(Permission.CASE_READ_ORIGINAL in GRANTS[role] for role in actor.roles):
        sent_by = select(SealedIdentity.case_id).where(SealedIdentity.blind_index.in_(list(contact_codes)))
        for case in _load(Case.id.in_(sent_by), seen, original):
            found.setdefault(case.id, Found(case, "contact"))
    return list(found.values())


def looks_like_contact(asked: str) -> str | None:
    """'phone' or 'email' when the whole of what was typed can be one, else None."""
    if re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,255}", asked.strip()):
        return "email"
    digits = re.sub(r"[\s.()/-]", "", asked)
    return "phone" if re.fullmatch(r"\+?[0-9]{9,13}", digits) else None


def _load(*conditions: ColumnElement[bool]) -> list[Case]:
    return list(db.session.scalars(
        select(Case).where(*conditions, Case.historical.is_(False))
        .options(joinedload(Case.agency), joinedload(Case.procedure))
        .order_by(Case.id.desc()).limit(PAGE * 4)))


def _by_words(actor: Actor, asked: str, *, after: int | None, size: int) -> tuple[list[int], int | None]:
    """Ids of the cases that hold all the words, newest first, and the key to go on from."""
    query = folding.query_tokens(asked)
    if not query:
        return [], None
    pairs: dict[int, int] = {}
    for all_of, any_of, within in _ways(actor):
        rows = db.session.execute(
            select(CaseTokens.id, CaseTokens.case_id).join(Case, Case.id == CaseTokens.case_id)
            .where(CaseTokens.id.in_(_hits([*query.tokens, *all_of], any_of, after)), within)
            .order_by(CaseTokens.id.desc()).limit(size + 1))
        for row in rows:
            pairs[row.case_id] = max(pairs.get(row.case_id, 0), row.id)
    newest = sorted(pairs.items(), key=lambda pair: -pair[1])
    shown = newest[:size]
    return [case_id for case_id, _key in shown], shown[-1][1] if len(newest) > size else None


def _ways(actor: Actor) -> list[tuple[list[str], list[str], ColumnElement[bool]]]:
    """For each role that reads cases: tokens that must be there, tokens of which one must be, and the reach. A
    role that reads originals looks in those, the others in the copies for agencies."""
    ways = []
    for role in sorted(actor.roles):
        if Permission.CASE_READ not in GRANTS[role]:
            continue
        reach, within = REACH[role], visible_to(only_in(actor, role))
        side = ORIGINAL if Permission.CASE_READ_ORIGINAL in GRANTS[role] else MASKED
        all_of = [folding.facet("s", side), folding.facet("r", int(reach is Reach.RESTRICTED))]
        any_of: list[str] = []
        if reach is Reach.AGENCY and actor.agency_id is not None:
            any_of = [folding.facet("a", actor.agency_id)]
        elif reach is Reach.AGENCY_TREE:
            any_of = [folding.facet("a", agency_id) for agency_id in sorted(actor.agency_tree)]
        if reach in (Reach.AGENCY, Reach.AGENCY_TREE) and not any_of:
            continue
        ways.append((all_of, any_of, within))
    return ways


def _hits(all_of: Sequence[str], any_of: Sequence[str], before: int | None) -> Select[tuple[int]]:
    """The ids of the newest ``CANDIDATES`` index rows that hold all of ``all_of`` and one of ``any_of``."""
    for token in (*all_of, *any_of):
        if not token.isascii() or not token.replace("_", "0").isalnum():
            raise ValueError("not a token of domain.folding")
    if db.session.get_bind().dialect.name == "sqlite":
        key = _FTS.c.rowid
        asked = _expression(all_of, any_of, quote='"', conj=" AND ", disj=" OR ")
        chosen = select(key.label("id")).where(_FTS.c.case_fts.op("MATCH")(bindparam(None, asked, String)))
    else:
        key = CaseTokens.id
        asked = _expression(all_of, any_of, quote="'", conj=" & ", disj=" | ")
        # The very expression of the index in migration 0020.
        stored = func.array_to_tsvector(func.string_to_array(CaseTokens.tokens, literal_column("' '")))
        chosen = select(key.label("id")).where(stored.op("@@")(cast(bindparam(None, asked, String), TSQUERY)))
    if before is not None:
        chosen = chosen.where(key < before)
    return select(chosen.order_by(key.desc()).limit(CANDIDATES).subquery("hit").c.id)


def _expression(all_of: Sequence[str], any_of: Sequence[str], *, quote: str, conj: str, disj: str) -> str:
    parts = [f"{quote}{token}{quote}" for token in all_of]
    if any_of:
        parts.append("(" + disj.join(f"{quote}{token}{quote}" for token in any_of) + ")")
    return conj.join(parts)

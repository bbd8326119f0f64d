"""Keeping the reader's models: refitting from what people said, taking one into force, one-file rollback."""

import re
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select, update

from feedback import clock
from feedback.domain.answers.frozen import frozen_pairs
from feedback.domain.answers.learning import Proposal, propose
from feedback.domain.answers.model import Model, dump, load, shipped
from feedback.domain.errors import BadInput
from feedback.domain.permissions import SYSTEM, Actor
from feedback.extensions import db
from feedback.models.reader import ReaderModel
from feedback.queries import reader_model, reader_words
from feedback.queries.reader_model import model_in_force
from feedback.services import registers

__all__ = ["keep", "model_in_force", "proposed", "take", "use"]

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_MANY_DIGITS = re.compile(r"(?:\d[.-]?){9}")


def proposed() -> Proposal:
    """What a refit would change now; reads, writes nothing."""
    return propose(model_in_force(), shipped(), reader_words.witnesses(), reader_words.flags_said(),
                   frozen_pairs())


def keep(proposal: Proposal, *, author: str, actor: Actor = SYSTEM) -> Model:
    """Take what was proposed into force as a new version ``<shipped>.r<number>``, in the caller's transaction."""
    registers.hold()
    number = (db.session.scalar(select(func.count()).select_from(ReaderModel)) or 0) + 1
    known = set(db.session.scalars(select(ReaderModel.version)))
    while (version := f"{shipped().version}.r{number}") in known:
        number += 1
    what = "weights" if proposal.accepted else "thresholds" if proposal.stage else "muted flags"
    model = replace(proposal.model, version=version, made_on=clock.today().isoformat(), author=author,
                    note=f"{what}, from {proposal.verdicts} verdicts")
    row = _added(model)
    _into_force(row)
    registers.noted("reader_refitted", actor=actor, version=version, verdicts=proposal.verdicts,
                    stage=proposal.stage, weights=proposal.accepted, muted=len(model.muted))
    return model


def take(text: str, *, actor: Actor = SYSTEM) -> Model:
    """Take the model of a file into force: the rollback. A version that is known has to be the same model. Raises
    ValueError for no model, BadInput('version', 'malformed' | 'different' | 'stale')."""
    try:
        model = load(text)
    except (OverflowError, RecursionError) as fault:  # a number or a nesting beyond all bounds
        raise ValueError(f"no model of the reader: {fault}") from fault
    if not _VERSION.fullmatch(model.version) or _MANY_DIGITS.search(model.version):
        raise BadInput("version", "malformed")
    registers.hold()
    if model.version == shipped().version:
        if dump(model) != dump(shipped()):
            raise BadInput("version", "different")
        return use(model.version, actor=actor)
    row = db.session.scalar(select(ReaderModel).where(ReaderModel.version == model.version))
    if row is not None and row.body != dump(model):
        raise BadInput("version", "different")
    if row is None:
        _added(model)
    return use(model.version, actor=actor)


def use(version: str, *, actor: Actor = SYSTEM) -> Model:
    """Take a version that is known into force; the shipped one puts all others aside. LookupError when there is no
    such version, BadInput('version', 'stale') when it was fitted from another reader than the one installed."""
    if version == shipped().version:
        _into_force(None)
    else:
        row = db.session.scalar(select(ReaderModel).where(ReaderModel.version == version))
        if row is None:
            raise LookupError(version)
        if reader_model.is_stale(version) or not reader_model.fits(load(row.body)):
            raise BadInput("version", "stale")
        _into_force(row)
    registers.noted("reader_model_used", actor=actor, version=version)
    return shipped() if version == shipped().version else load(reader_model.body_of(version))


def _added(model: Model) -> ReaderModel:
    row = ReaderModel(version=model.version, made_on=date.fromisoformat(model.made_on), author=model.author,
                      note=model.note, body=dump(model), in_force=False, added_at=clock.now())
    db.session.add(row)
    db.session.flush()  # only one row may be in force: the others are put aside before this one
    return row


def _into_force(row: ReaderModel | None) -> None:
    db.session.execute(update(ReaderModel).where(ReaderModel.in_force).values(in_force=False))
    if row is not None:
        row.in_force = True
        db.session.flush()  # what follows in this transaction already reads with it
    reader_model.forget()

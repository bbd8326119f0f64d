"""Letters on paper: an answer as a document with number and signatory, and when it was posted."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Letter(db.Model):
    """One PDF. The bytes lie in the storage, encrypted; whoever may read the case may print it."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    """Random, 128 bits as hex: its address on the site and its name in the storage."""
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    kind: Mapped[str]
    """'answer'; other kinds come with their issues."""
    number: Mapped[str]
    """Document number as the agency's register gives it, for example 123/SXD-VP."""
    signatory: Mapped[str]
    """Name and position that stand under the letter."""
    dated_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    size: Mapped[int]
    sha256: Mapped[str]
    posted_on: Mapped[date | None]
    posted_how: Mapped[str | None]
    """Registered post, handed over at the counter, …: a code of feedback.domain.letters."""
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

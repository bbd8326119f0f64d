"""Files people send with a complaint. Rows only: the bytes lie in the storage, encrypted (trust.md §4.5)."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Attachment(db.Model):
    """One file. It belongs to a draft until the complaint is sent, then to the case. What anybody downloads is the
    cleaned copy; the original stays sealed to the vault as evidence."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    """Random, 128 bits as hex: its address on the site and its names in the storage."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("complaint_draft.id"), index=True)
    origin: Mapped[str]
    """'sender', or 'staff' for what intake scanned."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The name it had on the sender's device, sealed to the vault: names of files name people. Empty once the case
    has forgotten its sender; the sealed original is gone then too (``services.retention``)."""
    type: Mapped[str]
    """Code of the allow-list: pdf, jpeg, png, docx."""
    size: Mapped[int]
    """Bytes of the original."""
    sha256: Mapped[str]
    """Of the original, in hex."""
    clean_size: Mapped[int]
    """Bytes of the cleaned copy."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Intake looked and lets the handling agency have the cleaned copy."""

"""The sealed originals of files and the names they had: read and sealed anew by the vault alone."""

from collections.abc import Set

from nacl.public import PrivateKey
from sqlalchemy import ColumnElement, func, select

from feedback.adapters import file_seals, storage
from feedback.adapters.file_seals import ID_BYTES, FindKey
from feedback.domain.errors import NotKept
from feedback.domain.permissions import SYSTEM
from feedback.domain.references import normalise_reference
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.attachments import Attachment
from feedback.models.cases import Case
from feedback.queries.files import HAS_ORIGINAL
from feedback.services import history
from feedback.services.attachments import ORIGINAL


def record_opening(reference: str, number: int) -> Attachment:
    """Write into the case's history that the original of its file of this number is being opened. The caller
    commits before it reads: no event, no original. Raises LookupError when there is no such file."""
    rows = list(db.session.scalars(
        select(Attachment).join(Case, Case.id == Attachment.case_id)
        .where(Case.reference == normalise_reference(reference)).order_by(Attachment.id)))
    if not 1 <= number <= len(rows) or not rows[number - 1].name_sealed:  # forgotten with the sender
        raise LookupError("no such file")
    row = rows[number - 1]
    history.record(chain=f"case:{row.case_id}", type="file_opened", actor=SYSTEM, role=Role.SYSTEM,
                   payload={"file": row.id, "sha256": row.sha256})
    return row


def original(row: Attachment, *, find_key: FindKey) -> tuple[str, bytes]:
    """The name a file had and its bytes as they were sent. Raises NotKept, SealBroken, KeyError for a lost key."""
    name = file_seals.open_name(find_key, row.token, row.name_sealed)
    return name, file_seals.open_original(find_key, row.token, storage.fetch(row.token + ORIGINAL))


def keys_in_use() -> Set[str]:
    """The ids of the keys to which anything of a file is sealed."""
    return {bytes(found).decode("ascii", "replace") for found in db.session.scalars(
        select(_key()).where(HAS_ORIGINAL).distinct())}


def reseal(*, current: PrivateKey, current_id: str, find_key: FindKey, most: int = 5) -> int:
    """Seal up to ``most`` files of older keys anew, the bytes before the name: killed in between, the next run
    does the file again. How many; 0: every file has the current key."""
    rows = list(db.session.scalars(
        select(Attachment).where(HAS_ORIGINAL, _key() != current_id.encode()).order_by(Attachment.id).limit(most)))
    for row in rows:
        try:
            data = file_seals.open_original(find_key, row.token, storage.fetch(row.token + ORIGINAL))
        except NotKept:
            pass  # lost already: the nightly sweep says so
        else:
            storage.keep(row.token + ORIGINAL, file_seals.seal_original(current.public_key, row.token, data))
        name = file_seals.open_name(find_key, row.token, row.name_sealed)
        row.name_sealed = file_seals.seal_name(current.public_key, row.token, name)
    db.session.flush()  # the next batch must not find these rows again
    return len(rows)


def _key() -> ColumnElement[bytes]:
    return func.substr(Attachment.name_sealed, 1, ID_BYTES)

"""What in a text could tell who somebody is: marks are proposed here, a person confirms each.

``scan`` reads through disguises (invisible characters, full-width digits, separators, spaced letters,
look-alike letters); ``mask`` puts a block in place of each mark that is the same whatever stood there, so
that not even a length is told. Lists of names and words are data (``redaction_data/``).
"""

from feedback.domain.redaction.marks import Mark, MarkKind, block, mask, merge
from feedback.domain.redaction.scan import MAX_KNOWN, scan

__all__ = ["MAX_KNOWN", "Mark", "MarkKind", "block", "mask", "merge", "scan"]

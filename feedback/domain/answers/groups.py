"""The four groups of flags that the figures are kept by, and what the files of labelled pairs call them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from feedback.domain.answers.taxonomy import Flag

GROUPS: Mapping[str, frozenset[Flag]] = MappingProxyType({
    "absent": frozenset((Flag.NONE, Flag.HOLDING, Flag.LINK_ONLY)),
    "vague": frozenset((Flag.GENERIC, Flag.RESTATE, Flag.TEMPLATE, Flag.INDEFINITE, Flag.OPEN_PROMISE,
                        Flag.NO_REASON)),
    "evasive": frozenset((Flag.PARTIAL, Flag.OFF_TOPIC)),
    "buck": frozenset((Flag.BUCK, Flag.BLAME)),
})
"""Name of each group → its flags. A fault of the group is found when any of them is."""

KINDS: Mapping[str, str] = MappingProxyType({
    "vague": "vague", "evasive": "evasive", "transferred": "buck", "missing": "absent"})
"""``kind`` of a published pair → its group."""


def groups_of(flags: Iterable[Flag]) -> frozenset[str]:
    """The groups that these flags belong to."""
    found = set(flags)
    return frozenset(name for name, members in GROUPS.items() if found & members)

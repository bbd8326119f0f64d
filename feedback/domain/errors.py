"""What can go wrong, in the house's own words. The web gives each its status and its sentence."""


class HouseError(Exception):
    """Root of every refusal that a rule makes. Nothing was changed when one of these is raised."""


class MoveNotAllowed(HouseError):
    """The lifecycle table has no such step from this state, or not for this person. Shown as 409."""

    def __init__(self, *, action: str, state: str | None, why: str = "") -> None:
        super().__init__(f"{action} is not possible from {state}{': ' + why if why else ''}")
        self.action, self.state, self.why = action, state, why


class OutOfReach(HouseError):
    """The thing exists or not: this person may not know. Shown as 404."""


class NotPermitted(HouseError):
    """The person may see the page's subject but not do this. Shown as 403."""


class StaleEdit(HouseError):
    """Somebody else changed the case since the page was loaded. Shown as 409 with both texts."""

    def __init__(self, *, expected: int, found: int) -> None:
        super().__init__(f"expected version {expected}, found {found}")
        self.expected, self.found = expected, found


class ReasonMissing(HouseError):
    """The move has to say why and no reason was given. Shown beside the field."""


class BadInput(HouseError):
    """A value breaks a rule. ``field`` names the form field, ``code`` the fault."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


class SamePerson(HouseError):
    """A second person is needed and this is the first one again."""


class VaultUnavailable(HouseError):
    """The vault process does not answer: identity can neither be opened nor matched now. Shown as 503."""


class StorageUnavailable(HouseError):
    """The store of files does not answer, or what it gave back was changed. Shown as 503; nothing is half kept."""


class NotKept(HouseError):
    """The store has no object of this name, although a row names one. Shown as 410."""

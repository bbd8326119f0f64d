"""What the province says of itself: its texts in both languages, its switches, its categories."""

from collections.abc import Mapping
from dataclasses import asdict

from feedback.domain.errors import BadInput
from feedback.domain.kinds import Category
from feedback.domain.office_hours import from_minutes
from feedback.domain.permissions import Actor
from feedback.domain.province import OFFICE_EDGES, SWITCHES, TEXTS, Switch, Text
from feedback.domain.registers import demand_unchanged
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.settings import CategorySetting, ProvinceSwitch, ProvinceText
from feedback.queries import categories, province
from feedback.queries.categories import CategoryOffer
from feedback.services import registers

Texts = Mapping[Text, tuple[str, str]]


def values_of(texts: Texts) -> dict[str, object]:
    """Texts as a page shows them, for its fingerprint: ``name_vi``, ``name_en``, …"""
    return {f"{key.value}_{language}": texts[key][place]
            for key in Text for place, language in enumerate(("vi", "en"))}


def keep_texts(texts: Texts, *, shown: str, actor: Actor) -> list[Text]:
    """Write the texts that differ from what stands; which. A text that is its default again loses its row. Raises
    RowChanged, and BadInput <key>_en missing when a text is given in English alone."""
    registers.hold()
    before = province.texts()
    demand_unchanged(values_of(before), shown)
    for key, (vi, en) in texts.items():
        if en.strip() and not vi.strip():
            raise BadInput(f"{key.value}_vi", "missing")
    changed = [key for key in texts if texts[key] != before[key]]
    for key in changed:
        _keep_text(key, texts[key])
    if changed:
        registers.noted("texts_changed", actor=actor, keys=",".join(key.value for key in changed)[:80])
    return changed


def _keep_text(key: Text, value: tuple[str, str]) -> None:
    row = db.session.get(ProvinceText, key.value)
    if value == TEXTS[key]:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = ProvinceText(key=key.value)
        db.session.add(row)
    row.vi, row.en = value


def switches() -> dict[Switch, int]:
    """Every switch as it stands."""
    return {key: province.switch(key) for key in Switch}


def keep_switches(values: Mapping[Switch, int], *, shown: str, actor: Actor) -> list[Switch]:
    """Write the switches that differ; which. Raises RowChanged, and BadInput <key> range, or
    order where the office hours do not follow one another."""
    registers.hold()
    before = switches()
    demand_unchanged({key.value: value for key, value in before.items()}, shown)
    for key, value in values.items():
        if not SWITCHES[key].least <= value <= SWITCHES[key].most:
            raise BadInput(key.value, "range")
    try:
        from_minutes(*({**before, **values}[key] for key in OFFICE_EDGES))
    except ValueError:
        raise BadInput(OFFICE_EDGES[0].value, "order") from None
    changed = [key for key in values if values[key] != before[key]]
    for key in changed:
        db.session.merge(ProvinceSwitch(key=key.value, value=values[key]))
        registers.noted("switch_changed", actor=actor, key=key.value, was=before[key], now=values[key])
    return changed


def keep_category(offer: CategoryOffer, *, shown: str, actor: Actor) -> bool:
    """Write how a category is offered; whether anything changed. Raises RowChanged; BadInput: name_vi missing (an
    English name alone), offered last (one has to stay: OTHER cannot be taken away), route_agency_id unknown."""
    registers.hold()
    before = categories.settings()[offer.category]
    demand_unchanged(asdict(before), shown)
    if offer.category is Category.OTHER and not offer.offered:
        raise BadInput("offered", "last")
    for name in ("name", "hint"):
        if getattr(offer, f"{name}_en") and not getattr(offer, f"{name}_vi"):
            raise BadInput(f"{name}_vi", "missing")
    if offer.route_agency_id is not None and db.session.get(Agency, offer.route_agency_id) is None:
        raise BadInput("route_agency_id", "unknown")
    if offer == before:
        return False
    values = asdict(offer)
    db.session.merge(CategorySetting(code=values.pop("category").value, **values))
    registers.noted("category_changed", actor=actor, category=offer.category.value, offered=offer.offered,
                    fields=",".join(registers.differing(asdict(before), asdict(offer))))
    return True

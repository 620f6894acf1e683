"""Writes to a listing in SP-API's words: put, patch, partial update, delete. One judge for feeds and single calls.

A write answers the listing as it would be, and what is wrong; the caller keeps it where no error was found. Only what
a write touches is judged by the schema; a put is judged whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from amazon_wire.marketplaces import MARKETPLACES
from sellersim import listings
from sellersim.records import Listing
from sellersim.schemas import common
from sellersim.schemas.build import schema
from sellersim.schemas.judge import Fault, attribute_faults, faults
from sellersim.schemas.types import TYPES
from sellersim.world import World

from .checks import checks
from .issues import ERROR, Issue, issue

#: The product type under which an offer can be patched without naming the real one.
GENERIC: Final = "PRODUCT"
PREFIX: Final = "/attributes/"
OPERATIONS: Final = ("add", "replace", "merge", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Where a write happens: the world, the marketplaces that it names, the time."""

    world: World
    marketplaces: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The listing as it would be (None where it is gone) and what was found."""

    listing: Listing | None
    issues: tuple[Issue, ...] = ()

    @property
    def accepted(self) -> bool:
        """No error was found."""
        return all(one.severity != ERROR for one in self.issues)


def keep(world: World, sku: str, verdict: Verdict) -> None:
    """Let an accepted write happen."""
    if not verdict.accepted:
        return
    if verdict.listing is None:
        world.listings.pop(sku, None)
    else:
        world.listings[sku] = verdict.listing


# ------------------------------------------------------------------------------------------------------ the four writes


def put(
    write: Write, sku: str, *, product_type: str, attributes: Mapping[str, Any], requirements: str = "LISTING"
) -> Verdict:
    """UPDATE: the listing holds these attributes and no others."""
    wrong = _type_issues(product_type)
    if wrong:
        return _refused(sku, wrong)
    filled = {name: _filled(write, product_type, name, value) for name, value in attributes.items()}
    old = write.world.listings.get(sku)
    found = [
        _told(fault, product_type)
        for place in write.marketplaces
        for fault in faults(_here(filled, place, write.marketplaces), schema(product_type, place, requirements))
    ]
    if len(write.marketplaces) > 1:
        found += [one for name, value in filled.items() for one in _strangers(name, value, write.marketplaces)]
    found += checks(write.world, sku, filled, filled) if not found else []
    return _verdict(write, old, sku, product_type=product_type, attributes=filled, found=found)


def partial(write: Write, sku: str, *, product_type: str, attributes: Mapping[str, Any]) -> Verdict:
    """PARTIAL_UPDATE: each of these attributes is replaced whole."""
    return _change(write, sku, product_type, [("whole", name, value) for name, value in attributes.items()])


def patch(write: Write, sku: str, *, product_type: str, patches: Sequence[Mapping[str, Any]]) -> Verdict:
    """PATCH: operations on single attributes, in their order."""
    steps: list[tuple[str, str, Any]] = []
    for one in patches:
        path = one.get("path", "")
        name = path.removeprefix(PREFIX)
        if not isinstance(path, str) or not path.startswith(PREFIX) or "/" in name or not name:
            why = f"Invalid path provided in patch: {path!r}"
            return _refused(sku, [issue("invalid-parameters", why=why)])
        if one.get("op") not in OPERATIONS:
            why = f"{one.get('op')!r} is no operation of a patch"
            return _refused(sku, [issue("invalid-parameters", why=why, attributes=(name,))])
        steps.append((one["op"], name, one.get("value", [])))
    return _change(write, sku, product_type, steps)


def delete(write: Write, sku: str) -> Verdict:
    """DELETE: the listing is gone."""
    if sku not in write.world.listings:
        return _refused(sku, [issue("unknown-sku", sku=sku)])
    return Verdict(None)


def _change(write: Write, sku: str, product_type: str, steps: Sequence[tuple[str, str, Any]]) -> Verdict:
    old = write.world.listings.get(sku)
    wrong = [] if product_type == GENERIC else _type_issues(product_type)
    if old is None and not wrong:
        wrong = [issue("unknown-sku", sku=sku)]
    if old is not None and not wrong and product_type not in (GENERIC, old.product_type):
        wrong = [issue("type-differs", sku=sku, has=old.product_type, type=product_type)]
    if wrong or old is None:
        return _refused(sku, wrong)
    attributes: dict[str, Any] = dict(old.attributes)
    touched: dict[str, Any] = {}
    found: list[Issue] = []
    for op, name, value in steps:
        found += _step_issues(product_type, op, name, value) or _strangers(name, value, write.marketplaces)
        if found:
            break
        known = old.product_type if old.product_type in TYPES else GENERIC
        filled = _filled(write, known, name, value)
        attributes[name] = touched[name] = _stepped(op, name, attributes.get(name, []), filled)
    if not found:
        for name in [name for name, value in touched.items() if not value]:
            del attributes[name], touched[name]
        found += _schema_issues(write, old.product_type, touched) or checks(write.world, sku, attributes, touched)
    return _verdict(write, old, sku, product_type=old.product_type, attributes=attributes, found=found)


def _stepped(op: str, name: str, old: Any, value: Any) -> list[Any]:
    if op == "whole":
        return list(value)
    if op == "merge":
        return list(listings.merged(name, old, value))
    if op == "delete":
        return list(listings.without(name, old, value))
    return list(listings.replaced(name, old, value))


def _step_issues(product_type: str, op: str, name: str, value: Any) -> list[Issue]:
    if product_type == GENERIC and name not in common.OFFER:
        why = f"'{name}' needs the product type of the listing"
        return [issue("product-type", type=GENERIC, why=why, attributes=(name,))]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        return [issue("invalid-value", attribute=name, why="an array of objects is expected", attributes=(name,))]
    if op != "delete" and not value:
        return [issue("too-few", attribute=name, why="no value is given", attributes=(name,))]
    if op == "merge":
        needed = [one for one in listings.SELECTORS.get(name, ("marketplace_id",)) if one != "audience"]
        missing = [selector for selector in needed if any(selector not in one for one in value)]
        if missing:
            why = f"merge of '{name}' needs the selectors {', '.join(missing)}"
            return [issue("invalid-parameters", why=why, attributes=(name,))]
        if any("our_price" in one and one["our_price"] is None for one in value):
            return [issue("invalid-value", attribute=name, why="our_price cannot be null", attributes=(name,))]
    return []


# --------------------------------------------------------------------------------------------------------------- checks


def _refused(sku: str, found: Sequence[Issue]) -> Verdict:
    return Verdict(None, tuple(replace(one, about={"sku": sku, **one.about}) for one in found))


def _verdict(
    write: Write, old: Listing | None, sku: str, *, product_type: str, attributes: Mapping[str, Any], found: list[Issue]
) -> Verdict:
    told = tuple(replace(one, about={"sku": sku, **one.about}) for one in found)
    if any(one.severity == ERROR for one in told):
        return Verdict(old, told)
    status = listings.status(attributes)
    if old is None:
        made = Listing(
            sku=sku,
            product_type=product_type,
            attributes=attributes,
            asin=listings.asin(sku, attributes),
            created=write.now,
            updated=write.now,
            status=status,
        )
        return Verdict(made, told)
    changed = replace(old, product_type=product_type, attributes=attributes, updated=write.now, status=status, said={})
    return Verdict(changed, told)


def _type_issues(product_type: str) -> list[Issue]:
    if product_type == GENERIC:
        return [issue("product-type", type=GENERIC, why="a product type of its own is needed")]
    if product_type not in TYPES:
        return [issue("product-type", type=product_type, why="it is not known in this marketplace")]
    return []


def _filled(write: Write, product_type: str, name: str, value: Any) -> Any:
    """The value with the marketplace, language and audience that its instances leave out."""
    if not isinstance(value, list):
        return value
    place = MARKETPLACES[write.marketplaces[0]]
    definition = schema(product_type, place.id)["properties"].get(name) if product_type in TYPES else None
    definition = definition or common.OFFER.get(name)
    if definition is None:
        return value
    known = definition["items"]["properties"]
    defaults: dict[str, Any] = {}
    if "marketplace_id" in known and name != listings.STOCK:
        defaults["marketplace_id"] = place.id
    if "language_tag" in definition["selectors"]:
        defaults["language_tag"] = place.locale
    if name == listings.OFFER:
        defaults["audience"] = "ALL"
    return [
        {**one, **{k: v for k, v in defaults.items() if k not in one}} if isinstance(one, dict) else one
        for one in value
    ]


def _here(attributes: Mapping[str, Any], place: str, all_places: Sequence[str]) -> dict[str, Any]:
    """What the attributes hold for one of the write's marketplaces (and whatever is of none of them)."""
    if len(all_places) == 1:
        return dict(attributes)
    others = set(all_places) - {place}
    kept = {
        name: [one for one in value if not (isinstance(one, dict) and one.get("marketplace_id") in others)]
        if isinstance(value, list)
        else value
        for name, value in attributes.items()
    }
    return {name: value for name, value in kept.items() if value or not attributes[name]}


def _strangers(name: str, value: Any, places: Sequence[str]) -> list[Issue]:
    """Instances of marketplaces that the write does not name."""
    for one in value if isinstance(value, list) else ():
        place = one.get("marketplace_id", places[0]) if isinstance(one, dict) else places[0]
        if place not in places:
            why = f"the marketplace {place!r} is not among those of the request"
            return [issue("invalid-value", attribute=name, why=why, attributes=(name,))]
    return []


def _schema_issues(write: Write, product_type: str, touched: Mapping[str, Any]) -> list[Issue]:
    if product_type not in TYPES:
        return []
    found: list[Issue] = []
    for place in write.marketplaces:
        form = schema(product_type, place)
        for name, value in _here(touched, place, write.marketplaces).items():
            mine = [one for one in value if one.get("marketplace_id", place) == place]
            found += [_told(fault, product_type) for fault in (attribute_faults(name, mine, form) if mine else ())]
    return found


def _told(fault: Fault, product_type: str) -> Issue:
    name, why = fault.attribute, fault.why
    return issue(fault.name, attributes=(name,), attribute=name, why=why, most=why, type=product_type)

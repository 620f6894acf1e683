"""A price row said in both protocols: the Price element for MWS, `purchasable_offer` for SP-API."""

from collections.abc import Iterator
from typing import Any

from msgspec import UnsetType
from msgspec.structs import fields

from sellerport.actions._rows import given, moment_text, number, written
from sellerport.actions.change_product_price.check import camel
from sellerport.actions.change_product_price.row import CompareAt, Previous, Price, Quantities, Rental, Sale
from sellerport.amazon.feeds import (
    Context,
    Element,
    ListingMessage,
    Marketplace,
    Patch,
    Rows,
    Wrong,
    XmlMessage,
    el,
    patch,
)

#: Members of the row in the order of Amazon's Price element; the others' names are theirs with a capital.
_NAMES = {"sku": "SKU", "map": "MAP", **{f"rental{n}": f"Rental_{n}" for n in range(10)}}
_DECIMALS = ("business_price", "minimum_order_amount", "maximum_order_amount", "order_increment")


def price(row: Price, context: Context) -> XmlMessage:
    """The Price message, all members in the order of Amazon's schema, which is the order of the row's."""
    place = context.marketplace
    members = [(f.name, getattr(row, f.name)) for f in fields(Price) if f.name != "product_type"]
    return XmlMessage(el("Price", *(_member(name, value, place) for name, value in members if given(value))))


def _member(name: str, value: Any, place: Marketplace) -> Element:
    element = _NAMES.get(name) or _element(name)
    if isinstance(value, Sale):
        points = (
            None if isinstance(value.sale_price_points, UnsetType) else el("SalePricePoints", value.sale_price_points)
        )
        return el(element, *_times(value), _money("SalePrice", value.sale_price, place), points)
    if isinstance(value, Rental):
        return el(element, *_times(value), _money("RentalPrice", value.rental_price, place))
    if isinstance(value, CompareAt | Previous):
        return el(element, *_times(value), _former(value, place), delete=_set(value.delete))
    if isinstance(value, Quantities):
        return el(element, *_levels(value, place))
    if hasattr(value, "currency"):
        return _money(element, value, place)
    return el(element, written(value, place.currency) if name in _DECIMALS else value)


def _element(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _times(dated: Any) -> Iterator[Element | None]:
    for name, value in (("StartDate", dated.start_date), ("EndDate", dated.end_date)):
        yield el(name, moment_text(value)) if given(value) else None


def _money(name: str, money: Any, place: Marketplace) -> Element:
    text = "" if money.value == "" else written(money.value, place.currency)
    extra = getattr(money, "value_without_tax", None)
    return el(
        name,
        text,
        currency=money.currency,
        valueWithoutTax=written(extra, place.currency) if extra is not None and given(extra) else None,
        zero=_set(getattr(money, "zero", None)),
    )


def _set(value: Any) -> Any:
    return value if given(value) else None


def _former(dated: CompareAt | Previous, place: Marketplace) -> Element:
    """MWS's list of currencies has the attribute optional; it is always sent."""
    names = ("compare_at_price",) if isinstance(dated, CompareAt) else ("price", "previous_price")
    name, money = next((name, getattr(dated, name)) for name in names if given(getattr(dated, name)))
    return el(_element(name), written(money.value, place.currency), currency=_set(money.currency) or place.currency)


def _levels(quantities: Quantities, place: Marketplace) -> Iterator[Element]:
    for n, amount, bound in quantities.levels():
        if not isinstance(amount, UnsetType):
            yield el(f"QuantityPrice{n}", written(amount, place.currency))
        if not isinstance(bound, UnsetType):
            yield el(f"QuantityLowerBound{n}", bound)


#: What a listing's offer can hold.
_OFFERED = {
    "sku", "product_type", "standard_price", "business_price", "quantity_price_type", "quantity_price",
    "minimum_seller_allowed_price", "maximum_seller_allowed_price", "map", "sale", "pricing_action",
}  # fmt: skip


def refused(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """The members of the old Price element for which a listing has no attribute."""
    for index, row in rows:
        for member in fields(Price):
            if member.name not in _OFFERED and given(getattr(row, member.name)):
                name = camel(member.name)
                yield Wrong(index, name, f"Expected no {name}: SP-API has no counterpart")
        if given(row.quantity_price_type) and not given(row.quantity_price):
            text = "Expected quantityPrice beside it: alone SP-API has no place for it"
            yield Wrong(index, "quantityPriceType", text)
        if isinstance(row.sale, Sale) and given(row.sale.sale_price_points):
            yield Wrong(index, "sale.salePricePoints", "Expected no salePricePoints: SP-API has no counterpart")
        for path, money in _all_money(row):
            if given(money.zero):
                yield Wrong(index, f"{path}.zero", "Expected no zero: SP-API has no counterpart")


def _all_money(row: Price) -> Iterator[tuple[str, Any]]:
    for name in ("standard_price", "minimum_seller_allowed_price", "maximum_seller_allowed_price", "map"):
        if given(getattr(row, name)):
            yield camel(name), getattr(row, name)
    if isinstance(row.sale, Sale):
        yield "sale.salePrice", row.sale.sale_price


def offer(row: Price, context: Context) -> ListingMessage:
    """The patches of the offer: everybody's prices, and those for business buyers."""
    place = context.marketplace
    instances = [one for one in (_everybody(row, place), _business(row, place)) if one is not None]
    patches: list[Patch] = [patch("purchasable_offer", *instances)] if instances else []
    if given(row.pricing_action):
        patches.append(patch("purchasable_offer", _selectors(place, "B2B"), op="delete"))
    return ListingMessage(row.sku, "PATCH", context.type_of(row.sku, row.product_type, "PRODUCT"), tuple(patches))


def _selectors(place: Marketplace, audience: str) -> dict[str, Any]:
    return {"marketplace_id": place.id, "currency": place.currency, "audience": audience}


def _everybody(row: Price, place: Marketplace) -> dict[str, Any] | None:
    facts = {
        "our_price": row.standard_price,
        "minimum_seller_allowed_price": row.minimum_seller_allowed_price,
        "maximum_seller_allowed_price": row.maximum_seller_allowed_price,
        "map_price": row.map,
    }
    said: dict[str, Any] = {name: _schedule(money) for name, money in facts.items() if given(money)}
    if isinstance(row.sale, Sale):
        said["discounted_price"] = [
            {
                "schedule": [
                    {
                        "start_at": moment_text(row.sale.start_date),
                        "end_at": moment_text(row.sale.end_date),
                        "value_with_tax": _number(row.sale.sale_price.value),
                    }
                ]
            }
        ]
    return _selectors(place, "ALL") | said if said else None


def _schedule(money: Any) -> list[dict[str, Any]] | None:
    """A price as a schedule of one; none (which takes it away) for an empty limit."""
    return None if money.value == "" else [{"schedule": [{"value_with_tax": _number(money.value)}]}]


def _number(value: float | str) -> int | float:
    amount = number(value)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _business(row: Price, place: Marketplace) -> dict[str, Any] | None:
    said: dict[str, Any] = {}
    if not isinstance(row.business_price, UnsetType):
        said["our_price"] = [{"schedule": [{"value_with_tax": _number(row.business_price)}]}]
    if isinstance(row.quantity_price, Quantities):
        levels = [
            {"lower_bound": bound, "value": _number(amount)}
            for _, amount, bound in row.quantity_price.levels()
            if not isinstance(amount, UnsetType)
        ]
        plan = {"discount_type": row.quantity_price_type, "levels": levels}
        said["quantity_discount_plan"] = [{"schedule": [plan]}]
    return _selectors(place, "B2B") | said if said else None

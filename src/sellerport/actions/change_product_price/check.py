"""What the types of a price message cannot say: digits, currencies, pairs, order of dates and prices."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import UnsetType
from msgspec.structs import fields

from sellerport.actions._rows import given, moment, number, too_fine
from sellerport.actions.change_product_price.row import Price, Quantities
from sellerport.amazon.feeds import Marketplace, Rows, Wrong

_MONEY = (
    "standard_price", "minimum_seller_allowed_price", "maximum_seller_allowed_price", "map", "deposit_amount",
    "cost_per_click_bid_price", "maximum_retail_price",
)  # fmt: skip
_DATED = (("sale", "sale_price"), *((f"rental{n}", "rental_price") for n in range(10)))
_ORDERED = ("minimum_order_amount", "maximum_order_amount", "order_increment")
_FORMER = (("compare_at", "compare_at_price"), ("previous", "price"), ("previous", "previous_price"))


class Sum(NamedTuple):
    """One amount of a row: its path, its value, the currency it is given in (None: the marketplace's), its decimals."""

    path: str
    value: float | str
    currency: str | None
    most: int = 4


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """Everything that is wrong with price rows beyond their types."""
    seen: dict[str, int] = {}
    for index, row in rows:
        first = seen.setdefault(row.sku, index)
        if first != index:
            yield Wrong(index, "sku", f"Expected each SKU once, got {row.sku!r} of row {first} again")
        for path, text in (
            *_amounts(row, place),
            *_measures(row),
            *_dates(row),
            *_quantities(row),
            *_whole(row, place),
        ):
            yield Wrong(index, path, text)


def sums(row: Price) -> Iterator[Sum]:
    """All amounts of the row."""
    for name in _MONEY:
        money = getattr(row, name)
        if given(money) and money.value != "":
            yield Sum(f"{camel(name)}.value", money.value, money.currency)
    for group, name in _DATED:
        if given(dated := getattr(row, group)):
            price = getattr(dated, name)
            yield Sum(f"{group}.{camel(name)}.value", price.value, price.currency)
            if group != "sale" and given(price.value_without_tax):
                yield Sum(f"{group}.{camel(name)}.valueWithoutTax", price.value_without_tax, price.currency)
    for group, name in _FORMER:
        if given(former := getattr(row, group)) and given(price := getattr(former, name)):
            currency = price.currency if isinstance(price.currency, str) else None
            yield Sum(f"{camel(group)}.{camel(name)}.value", price.value, currency, 2)
    if not isinstance(row.business_price, UnsetType):
        yield Sum("businessPrice", row.business_price, None)
    if isinstance(row.quantity_price, Quantities) and row.quantity_price_type != "percent":
        for n, price, _ in row.quantity_price.levels():
            if not isinstance(price, UnsetType):
                yield Sum(f"quantityPrice.quantityPrice{n}", price, None)


def _amounts(row: Price, place: Marketplace) -> Iterator[tuple[str, str]]:
    for one in sums(row):
        own = one.currency or place.currency
        if own not in (place.currency, "DEFAULT"):
            text = f"Expected the marketplace's currency {place.currency}, got {own}"
            yield one.path.rpartition(".")[0] + ".currency", text
        elif problem := too_fine(one.value, place.currency, one.most):
            yield one.path, problem


def _measures(row: Price) -> Iterator[tuple[str, str]]:
    """Numbers that are in no currency: what can be ordered, and reductions in percent."""
    for name in _ORDERED:
        value = getattr(row, name)
        if given(value) and (problem := too_fine(value, "")):
            yield camel(name), problem
    if isinstance(row.quantity_price, Quantities) and row.quantity_price_type == "percent":
        for n, percent, _ in row.quantity_price.levels():
            if isinstance(percent, UnsetType):
                continue
            if number(percent) > 100:
                yield f"quantityPrice.quantityPrice{n}", f"Expected a reduction of at most 100 percent, got {percent}"
            elif problem := too_fine(percent, ""):
                yield f"quantityPrice.quantityPrice{n}", problem


def _dates(row: Price) -> Iterator[tuple[str, str]]:
    for group in ("sale", "compare_at", "previous", *(f"rental{n}" for n in range(10))):
        dated = getattr(row, group)
        if not given(dated):
            continue
        ends = {name: getattr(dated, name) for name in ("start_date", "end_date") if given(getattr(dated, name))}
        found = {name: moment(value) for name, value in ends.items()}
        for name, value in ends.items():
            if found[name] is None:
                yield f"{camel(group)}.{camel(name)}", f"Expected a moment such as 2026-11-27T00:00:00Z, got {value!r}"
        start, end = found.get("start_date"), found.get("end_date")
        if start and end and start >= end:
            yield f"{camel(group)}.endDate", f"Expected an end after the start, got {ends['end_date']!r}"


def _quantities(row: Price) -> Iterator[tuple[str, str]]:
    if not isinstance(row.quantity_price, Quantities):
        return
    if not given(row.quantity_price_type):
        yield "quantityPriceType", "Expected fixed or percent beside quantityPrice, got none"
    last, gap = 0, False
    for n, price, bound in row.quantity_price.levels():
        if given(price) != given(bound):
            missing = "quantityLowerBound" if given(price) else "quantityPrice"
            yield f"quantityPrice.{missing}{n}", "Expected a price and a lower bound together, got one of them"
        if isinstance(bound, int):
            if gap or bound <= last:
                text = "Expected levels without a gap and with rising bounds"
                yield f"quantityPrice.quantityLowerBound{n}", f"{text}, got {bound} after {last}"
            last = bound
        gap = gap or not given(bound)
    if last == 0:
        yield "quantityPrice", "Expected at least one price with its lower bound, got none"


def _whole(row: Price, place: Marketplace) -> Iterator[tuple[str, str]]:
    if not any(given(getattr(row, f.name)) for f in fields(Price) if f.name not in ("sku", "product_type")):
        yield "standardPrice", "Expected at least one price, got none"
    if given(row.previous):
        both = [given(getattr(row.previous, name)) for name in ("price", "previous_price")]
        if sum(both) != 1:
            yield "previous.price", f"Expected one of price and previousPrice, got {'both' if all(both) else 'none'}"
    if given(row.pricing_action) and (given(row.business_price) or given(row.quantity_price)):
        yield "pricingAction", "Expected no businessPrice and no quantityPrice beside delete business_price"
    yield from _between(row)


def _between(row: Price) -> Iterator[tuple[str, str]]:
    """The lowest price that the seller allows is not above the highest, and the standard price lies between them."""
    low, price, high = (
        _value(limit)
        for limit in (row.minimum_seller_allowed_price, row.standard_price, row.maximum_seller_allowed_price)
    )
    if low is not None and high is not None and low > high:
        yield "maximumSellerAllowedPrice.value", f"Expected at least the minimum {low}, got {high}"
    elif price is not None and low is not None and price < low:
        yield "standardPrice.value", f"Expected at least minimumSellerAllowedPrice {low}, got {price}"
    elif price is not None and high is not None and price > high:
        yield "standardPrice.value", f"Expected at most maximumSellerAllowedPrice {high}, got {price}"


def _value(money: Any) -> Any:
    return number(money.value) if given(money) and money.value != "" else None


def camel(name: str) -> str:
    """`compare_at` -> `compareAt`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)

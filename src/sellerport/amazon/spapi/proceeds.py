"""An order item's prices, taxes and discounts, as MWS told them, out of SP-API's breakdowns. Pure.

A sum that Amazon split into several breakdowns of one type is added up, and its parts stay in `proceeds`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Json = dict[str, Any]

_PRICES = (("ITEM", "itemPrice"), ("SHIPPING", "shippingPrice"), ("COD_FEE", "codFee"), ("GIFT_WRAP", "giftWrapPrice"))
_TAXES = (
    ("ITEM", "itemTax"),
    ("SHIPPING", "shippingTax"),
    ("GIFT_WRAP", "giftWrapTax"),
    ("DISCOUNT", "promotionDiscountTax"),
)
_DISCOUNTS = (("SHIPPING", "shippingDiscount"), ("COD_FEE", "codFeeDiscount"))


def proceeds(rest: Json, found: Json) -> None:
    """Move what MWS had into the record; what it never had stays in `proceeds`."""
    mine = rest.get("proceeds")
    breakdowns = mine.get("breakdowns") if isinstance(mine, dict) else None
    if not isinstance(mine, dict) or not isinstance(breakdowns, list):
        return
    by_type = _grouped(breakdowns, "type")
    for kind, name in _PRICES:
        _take(by_type.get(kind, []), "subtotal", found, name)
    _taxes(by_type, found)
    _discounts(by_type, found)
    told = {kind for kind, _ in _PRICES} | {"TAX", "DISCOUNT"}
    emptied = [b for kind in told for b in by_type.get(kind, []) if set(b) == {"type"}]
    kept = [b for b in breakdowns if not any(b is empty for empty in emptied)]
    mine["breakdowns"] = kept if kept else {}


def _taxes(by_type: Mapping[str, list[Json]], found: Json) -> None:
    taxes = by_type.get("TAX", [])
    if any(tax.get("detailedBreakdowns") for tax in taxes):
        _details(taxes, _TAXES, found)
    elif set(by_type) == {"TAX", "ITEM"}:
        _take(taxes, "subtotal", found, "itemTax")


def _discounts(by_type: Mapping[str, list[Json]], found: Json) -> None:
    discounts = by_type.get("DISCOUNT", [])
    _details(discounts, _DISCOUNTS, found)
    _take(discounts, "subtotal", found, "promotionDiscount")


def _details(breakdowns: list[Json], table: Iterable[tuple[str, str]], found: Json) -> None:
    """Move the details of a table; those of no name stay."""
    lists = [b["detailedBreakdowns"] for b in breakdowns if isinstance(b.get("detailedBreakdowns"), list)]
    by_subtype = _grouped([detail for details in lists for detail in details], "subtype")
    for subtype, name in table:
        _take(by_subtype.get(subtype, []), "value", found, name)
    for breakdown in breakdowns:
        details = breakdown.get("detailedBreakdowns")
        if isinstance(details, list):
            known = {subtype for subtype, _ in table}
            kept = [
                d for d in details if not isinstance(d, dict) or set(d) - {"subtype"} or d.get("subtype") not in known
            ]
            breakdown.pop("detailedBreakdowns")
            breakdown |= {"detailedBreakdowns": kept} if kept else {}


def _take(entries: list[Json], member: str, found: Json, name: str) -> None:
    """One entry's money moves; several of one kind are added up and stay where they are."""
    told = [entry for entry in entries if member in entry]
    if len(told) == 1:
        found[name] = told[0].pop(member)
    elif told:
        total = _sum([entry[member] for entry in told])
        if total is not None:
            found[name] = total


def _sum(moneys: list[Any]) -> Json | None:
    """The sum of amounts of one currency, or None where they are not."""
    try:
        currencies = {money["currencyCode"] for money in moneys}
        total = sum((Decimal(money["amount"]) for money in moneys), Decimal(0))
    except (KeyError, TypeError, InvalidOperation):
        return None
    return {"amount": format(total, "f"), "currencyCode": currencies.pop()} if len(currencies) == 1 else None


def _grouped(entries: list[Any], member: str) -> dict[str, list[Json]]:
    groups: dict[str, list[Json]] = {}
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get(member), str):
            groups.setdefault(entry[member], []).append(entry)
    return groups

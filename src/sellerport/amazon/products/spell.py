"""Reads a record's names in any case and its plain values in any usual spelling; what it cannot read stays as it came."""

import re
from decimal import Decimal
from typing import Any

from sellerport.amazon.names import json_name
from sellerport.amazon.products import table
from sellerport.amazon.products.table import Group, Kind, Simple, Valued

_NUMBERS = {"decimal", "integer", "positiveInteger", "nonNegativeInteger"}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DIGITS = 40  # of a whole number; a longer one stays what JSON makes of it
_TRUTHS = {"true": True, "false": False}


def spelled(value: Any, kind: Kind) -> Any:
    """The value with the tables' names, without members that are null, and with numbers and truths that came as text."""
    if isinstance(kind, Simple):
        if kind.base == "categories":
            return _categories(value)
        return _plain(value, kind)
    if not isinstance(value, dict):
        return value
    if isinstance(kind, Valued):
        return _valued(value, kind)
    return _group(value, kind)


def _group(value: dict[str, Any], group: Group) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given, item in value.items():
        if item is None:
            continue
        name = _free(group.spelled.get(str(given).lower(), given), given, found)
        member = group.at.get(name)
        if member is None:
            found[name] = item
        elif member.repeated and isinstance(item, list):
            found[name] = [spelled(part, member.kind) for part in item]
        else:
            found[name] = spelled(item, member.kind)
    return found


def _free(name: str, given: str, found: dict[str, Any]) -> str:
    """The right spelling, or the given one where the right one is taken: that is then told as a member too many."""
    return given if name in found else name


def _valued(value: dict[str, Any], kind: Valued) -> dict[str, Any]:
    kinds = {"value": kind.text, **{attribute.json: attribute.kind for attribute in kind.attributes}}
    names = {name.lower(): name for name in kinds}
    found: dict[str, Any] = {}
    for given, item in value.items():
        name = _free(names.get(str(given).lower(), given), given, found)
        if item is not None:
            found[name] = _plain(item, kinds[name]) if name in kinds else item
    return found


def _categories(value: Any) -> Any:
    """ProductData: each category's content by the category's own table."""
    if not isinstance(value, dict):
        return value
    known = {json_name(element).lower(): element for element in table.categories()}
    found: dict[str, Any] = {}
    for given, content in value.items():
        element = known.get(str(given).lower())
        if content is not None:
            name = _free(json_name(element) if element else given, given, found)
            found[name] = spelled(content, table.category(element)) if element else content
    return found


def _plain(value: Any, kind: Simple) -> Any:
    if isinstance(value, str) and kind.base in _NUMBERS:
        return number_in(value)
    if isinstance(value, str) and kind.base == "boolean":
        return _TRUTHS.get(value.strip().lower(), value)
    if kind.base == "anyType" and (value == {} or isinstance(value, int | float)):
        return "" if value == {} else str(value).lower() if isinstance(value, bool) else str(value)
    return value


def number_in(text: str) -> Any:
    """The number that the text is; the text where it is none, or one that a number would not keep exactly."""
    if not _NUMBER.fullmatch(text.strip()):
        return text
    exact = Decimal(text.strip())
    if exact == exact.to_integral_value() and exact.adjusted() < _DIGITS:
        return int(exact)
    number = float(exact)
    return number if Decimal(repr(number)) == exact else text

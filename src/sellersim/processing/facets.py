"""Simple types of a feed's grammar: a text, its base type and its facets, and why a text does not fit them.

The words are those of a schema checker, as Amazon's reports quote them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """A text: its base type and facets."""

    base: str = "string"
    shortest: int | None = None
    longest: int | None = None
    digits: int | None = None
    decimals: int | None = None
    least: float | None = None
    most: float | None = None
    above: float | None = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    union: "tuple[Simple, ...]" = ()


_INTEGER: Final = re.compile(r"[+-]?\d+")
_DECIMAL: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_LEAST: Final = {"positiveInteger": 1, "nonNegativeInteger": 0}


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _reads(date.fromisoformat, text[:10])


def _is_moment(text: str) -> bool:
    return bool(_MOMENT.fullmatch(text)) and _reads(datetime.fromisoformat, text[:19])


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _is_whole(text: str) -> bool:
    return bool(_INTEGER.fullmatch(text))


_FORMS: Final[Mapping[str, Callable[[str], bool]]] = {
    "boolean": lambda text: text in ("true", "false", "1", "0"),
    "decimal": lambda text: bool(_DECIMAL.fullmatch(text)),
    "float": lambda text: bool(_DECIMAL.fullmatch(text)),
    "integer": _is_whole,
    "int": _is_whole,
    "positiveInteger": _is_whole,
    "nonNegativeInteger": _is_whole,
    "date": _is_date,
    "dateTime": _is_moment,
}
_COUNTED: Final = frozenset({"string", "normalizedString", "anyURI", "token"})


def fault(text: str, type: Simple) -> str:
    """Why `text` is not of `type`; "" where it is."""
    if type.union:
        wrong = [fault(text, member) for member in type.union]
        return wrong[0] if all(wrong) else ""
    value = text if type.base == "string" else re.sub(r"[\t\r\n]", " ", text)
    if type.base not in ("string", "normalizedString"):
        value = value.strip()
    form = _FORMS.get(type.base)
    if form and not form(value):
        return f"cvc-datatype-valid.1.2.1: '{value}' is not a valid value for '{type.base}'."
    if type.enum and value not in type.enum:
        listed = ", ".join(type.enum)
        return (
            f"cvc-enumeration-valid: Value '{value}' is not facet-valid with respect to enumeration '[{listed}]'. "
            "It must be a value from the enumeration."
        )
    if type.pattern and not re.fullmatch(type.pattern, value):
        return f"cvc-pattern-valid: Value '{value}' is not facet-valid with respect to pattern '{type.pattern}'."
    return _length(value, type) or _size(value, type)


def _length(value: str, type: Simple) -> str:
    if type.base not in _COUNTED:
        return ""
    for name, wrong, limit in (
        ("minLength", type.shortest is not None and len(value) < type.shortest, type.shortest),
        ("maxLength", type.longest is not None and len(value) > type.longest, type.longest),
    ):
        if wrong:
            return (
                f"cvc-{name}-valid: Value '{value}' with length = '{len(value)}' is not facet-valid "
                f"with respect to {name} '{limit}'."
            )
    return ""


def _size(value: str, type: Simple) -> str:
    bounds = (type.digits, type.decimals, type.least, type.most, type.above, _LEAST.get(type.base))
    if type.base in _COUNTED or all(bound is None for bound in bounds):
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return ""
    return _bound(value, number, type) or _digits(value, number, type)


def _bound(value: str, number: Decimal, type: Simple) -> str:
    limits = [limit for limit in (_LEAST.get(type.base), type.least) if limit is not None]
    for name, wrong, limit in (
        ("minInclusive", bool(limits) and number < Decimal(str(max(limits))), max(limits, default=None)),
        ("minExclusive", type.above is not None and number <= Decimal(str(type.above)), type.above),
        ("maxInclusive", type.most is not None and number > Decimal(str(type.most)), type.most),
    ):
        if wrong:
            return f"cvc-{name}-valid: Value '{value}' is not facet-valid with respect to {name} '{limit}'."
    return ""


def _digits(value: str, number: Decimal, type: Simple) -> str:
    places = max(0, -int(number.normalize().as_tuple().exponent))
    if type.decimals is not None and places > type.decimals:
        return (
            f"cvc-fractionDigits-valid: Value '{value}' has {places} fraction digits, "
            f"but the number of fraction digits has been limited to {type.decimals}."
        )
    digits = len(value.lstrip("+-").replace(".", "").lstrip("0"))
    if type.digits is not None and digits > type.digits:
        return (
            f"cvc-totalDigits-valid: Value '{value}' has {digits} total digits, "
            f"but the number of total digits has been limited to {type.digits}."
        )
    return ""

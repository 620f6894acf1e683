"""What the elements of a feed may hold, and a checker that says where and why one does not, in a schema checker's words.

A type is Simple (a text and its facets) or Complex (a particle of children, or a text with attributes). Particles are
matched greedily with one name of look-ahead, which is exact, since Amazon's schemas never leave a choice open.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from .read import Element, Invalid


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


@dataclass(frozen=True, slots=True)
class Part:
    """A particle: an element (`name`, `type`) or a group (`kind` sequence, choice or all over `parts`)."""

    kind: str
    name: str = ""
    type: "Type | Callable[[], Type] | None" = None
    parts: "tuple[Part, ...]" = ()
    low: int = 1
    high: int | None = 1
    first: frozenset[str] = frozenset()
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Complex:
    """A content of children, or a text with attributes (name -> type, required)."""

    content: Part | None = None
    text: Simple | None = None
    attributes: Mapping[str, tuple[Simple, bool]] = field(default_factory=dict)


Type = Simple | Complex


def element(name: str, type: "Type | Callable[[], Type] | None", low: int = 1, high: int | None = 1) -> Part:
    """An element of a content; one without a type may hold anything, a function tells the type when it is needed."""
    return Part("element", name, type, (), low, high, frozenset({name}), low == 0)


def optional(name: str, type: Type) -> Part:
    """An element that may be absent."""
    return element(name, type, 0)


def group(kind: str, parts: Iterable[Part], low: int = 1, high: int | None = 1) -> Part:
    """A sequence, choice or all of parts."""
    members = tuple(parts)
    nullable = low == 0 or (any if kind == "choice" else all)(part.nullable for part in members)
    return Part(kind, "", None, members, low, high, _first(kind, members), nullable)


def sequence(*parts: Part) -> Complex:
    """An element whose children are these, in this order."""
    return Complex(group("sequence", parts))


def _first(kind: str, parts: Sequence[Part]) -> frozenset[str]:
    names: set[str] = set()
    for part in parts:
        names |= part.first
        if kind == "sequence" and not part.nullable:
            break
    return frozenset(names)


# ------------------------------------------------------------------------------------------------------- the checker


def check(found: Element, type: Type) -> None:
    """Raise Invalid at the first place where `found` is not of `type`."""
    if isinstance(type, Simple):
        _check_leaf(found, type, {})
    elif type.content is None:
        _check_leaf(found, type.text or Simple(), type.attributes)
    else:
        _check_attributes(found, type.attributes)
        if found.text.strip():
            raise _invalid(
                found,
                f"cvc-complex-type.2.3: Element '{found.name}' cannot have character [children], "
                "because the type's content type is element-only.",
            )
        _check_children(found, type.content)


def _check_leaf(found: Element, type: Simple, attributes: Mapping[str, tuple[Simple, bool]]) -> None:
    _check_attributes(found, attributes)
    if found.children:
        raise _invalid(
            found.children[0],
            f"cvc-type.3.1.2: Element '{found.name}' is a simple type, so it must have no element information "
            "item [children].",
        )
    why = fault(found.text, type)
    if why:
        raise _invalid(found, f"{why} (element '{found.name}')")


def _check_attributes(found: Element, allowed: Mapping[str, tuple[Simple, bool]]) -> None:
    for name, value in found.attributes.items():
        if name.startswith(("xsi:", "xmlns")):
            continue
        if name not in allowed:
            raise _invalid(
                found, f"cvc-complex-type.3.2.2: Attribute '{name}' is not allowed to appear in element '{found.name}'."
            )
        why = fault(value, allowed[name][0])
        if why:
            raise _invalid(found, f"{why} (attribute '{name}' of element '{found.name}')")
    for name, (_, required) in allowed.items():
        if required and name not in found.attributes:
            raise _invalid(found, f"cvc-complex-type.4: Attribute '{name}' must appear on element '{found.name}'.")


def _check_children(parent: Element, content: Part) -> None:
    place = _matched(parent, content, 0)
    if place < len(parent.children):
        stray = parent.children[place]
        raise _invalid(
            stray,
            f"cvc-complex-type.2.4.d: Invalid content was found starting with element '{stray.name}'. "
            "No child element is expected at this point.",
        )


def _matched(parent: Element, part: Part, place: int) -> int:
    """The place behind what `part` takes of the children from `place` on."""
    count = 0
    children = parent.children
    while (part.high is None or count < part.high) and place < len(children) and children[place].name in part.first:
        place = _once(parent, part, place)
        count += 1
    if count < part.low and not part.nullable:
        raise _expected(parent, part, place)
    return place


def _once(parent: Element, part: Part, place: int) -> int:
    if part.kind == "element":
        type_ = part.type() if callable(part.type) else part.type
        if type_ is not None:
            check(parent.children[place], type_)
        return place + 1
    if part.kind == "sequence":
        for member in part.parts:
            place = _matched(parent, member, place)
        return place
    if part.kind == "choice":
        name = parent.children[place].name
        return _matched(parent, next(member for member in part.parts if name in member.first), place)
    return _all(parent, part, place)


def _all(parent: Element, part: Part, place: int) -> int:
    left = list(part.parts)
    while place < len(parent.children):
        name = parent.children[place].name
        member = next((one for one in left if name in one.first), None)
        if member is None:
            break
        left.remove(member)
        place = _matched(parent, member, place)
    for member in left:
        if not member.nullable:
            raise _expected(parent, member, place)
    return place


def _expected(parent: Element, part: Part, place: int) -> Invalid:
    names = "{" + ", ".join(sorted(part.first)) + "}"
    if place < len(parent.children):
        stray = parent.children[place]
        return _invalid(
            stray,
            f"cvc-complex-type.2.4.a: Invalid content was found starting with element '{stray.name}'. "
            f"One of '{names}' is expected.",
        )
    return _invalid(
        parent,
        f"cvc-complex-type.2.4.b: The content of element '{parent.name}' is not complete. "
        f"One of '{names}' is expected.",
    )


def _invalid(found: Element, why: str) -> Invalid:
    return Invalid(why, found.line, found.column)


# ---------------------------------------------------------------------------------------------------- texts and facets

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

"""What the elements of a feed may hold, and a checker that says where and why one does not, in a schema checker's words.

A type is Simple (a text and its facets) or Complex (a particle of children, or a text with attributes). Particles are
matched greedily with one name of look-ahead, which is exact, since Amazon's schemas never leave a choice open.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .facets import Simple, fault
from .read import Element, Invalid


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

"""Product records made from the tables: the smallest that is complete, and one with every member."""

from decimal import Decimal

from sellerport.amazon.names import json_name
from sellerport.amazon.products import table
from sellerport.amazon.products.table import Group, Simple, Valued


def pairs():
    """Every category element with each of its product types (None where its type is a text or it has none)."""
    for element in table.categories():
        types = table.product_types(table.category(element))
        for kind in types.at if types else [None]:
            yield element, kind


def record(element, kind, *, full):
    """A product of that category and type."""
    made = make_group(table.product(), full=full, skip={"productData", "sku", "descriptionData"})
    content = table.category(element)
    if kind is not None:
        content = table.of_type(content, kind)
    return {
        "sku": f"{element}-1"[:40],
        **made,
        "descriptionData": make_group(table.product().at["descriptionData"].kind, full=full),
        "productData": {json_name(element): make_group(content, full=full, must={"productType"} if kind else set())},
    }


def make_group(group, *, full, skip=frozenset(), must=frozenset()):
    """A group's required members, or all of them: of a choice the first."""
    chosen = {name for choice in group.choices for name in choice.names}
    wanted = {choice.names[0] for choice in group.choices if full or choice.least}
    made = {}
    for member in group.members:
        needed = member.json in wanted if member.json in chosen else (full or member.least or member.json in must)
        if not needed or member.json in skip:
            continue
        one = make_value(member.kind, full=full)
        if not member.repeated:
            made[member.json] = one
        else:
            made[member.json] = [one] * min(2 if full else 1, member.most or 2)
    return made


def make_value(kind, *, full):
    if isinstance(kind, Group):
        return make_group(kind, full=full)
    if isinstance(kind, Valued):
        beside = {a.json: make_simple(a.kind) for a in kind.attributes if a.required or full}
        return {"value": make_simple(kind.text), **beside}
    return make_simple(kind)


def make_simple(kind: Simple):
    """A value that keeps all limits of the type."""
    if kind.base == "boolean":
        return True
    if kind.base in ("integer", "positiveInteger", "nonNegativeInteger", "decimal"):
        return make_number(kind)
    if kind.enum:
        return kind.enum[-1]
    if kind.base == "dateTime":
        return "2021-03-01T10:30:00Z"
    if kind.base == "date":
        return "2021-03-01"
    if kind.pattern:
        return {"[a-zA-Z][a-zA-Z]|unknown": "DE", "[0-9]{4}|NV|nv": "1999"}.get(kind.pattern, "12345")
    return ("Größe <&> " * 300)[: kind.max_length or 20].strip().ljust(kind.min_length or 0, "x") or "x"


def make_number(kind: Simple):
    if kind.enum:
        return int(kind.enum[-1])
    if kind.most is not None:
        return int(kind.most) if kind.most == int(kind.most) else float(kind.most)
    if kind.base == "decimal":
        places = 2 if kind.fraction_digits is None else kind.fraction_digits
        digits = min(kind.total_digits or 6, 6)
        number = Decimal("9" * digits).scaleb(-min(places, digits - 1 if digits > places else places))
        return float(number) if places else int(number)
    least = int(kind.least) if kind.least is not None else 1
    return max(least, int("9" * min(kind.total_digits or 4, 4)))

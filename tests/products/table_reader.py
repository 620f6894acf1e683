"""A second reading of the product tables, for tests: reads a Product element back into a record and lists what is wrong.

It shares nothing with the writer or with the client's own reading of the tables: it walks the elements in document order
beside the table's members, so that order, cardinality, choices, limits and attributes are judged from the other side.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from importlib.resources import files

HOME = files("amazon_wire.products")
TYPES = json.loads(HOME.joinpath("types.json").read_text())
INDEX = json.loads(HOME.joinpath("index.json").read_text())
BOOLEANS = {"true": True, "false": False}
TIMES = {
    "xsd:dateTime": r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?",
    "xsd:date": r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?",
}
INTEGERS = {"xsd:integer": None, "xsd:positiveInteger": 1, "xsd:nonNegativeInteger": 0}


def table(path):
    return json.loads(HOME.joinpath(path).read_text())


class Reader:
    """Reads elements against the tables; `faults` are what it found."""

    def __init__(self):
        self.faults = []
        self.tables = {}

    def product(self, element):
        here = self.table("product.json")
        return self.content("Product", element, here["<Product>"], here)

    def table(self, path):
        if path not in self.tables:
            self.tables[path] = table(path)
        return self.tables[path]

    def fault(self, where, text):
        self.faults.append(f"{where}: {text}")

    def lookup(self, name, here):
        """A definition by name, and the table in which its own names are looked for."""
        if name in here:
            return here[name], here
        if name in TYPES:
            return TYPES[name], TYPES
        category = self.table(f"categories/{name.strip('<>')}.json")
        return category[name], category

    def value(self, where, element, kind, here):
        if isinstance(kind, str) and not kind.startswith("xsd:"):
            return self.value(where, element, *self.lookup(kind, here))
        if isinstance(kind, dict) and "of" in kind:
            return self.content(where, element, kind, here)
        if element.children:
            self.fault(where, "has children")
        if isinstance(kind, dict) and "text" in kind:
            return self.with_attributes(where, element, kind, here)
        if element.attributes:
            self.fault(where, f"has attributes {element.attributes}")
        return self.simple(where, element.text, kind, here)

    def with_attributes(self, where, element, kind, here):
        given = dict(element.attributes)
        record = {}
        inner = kind["text"]
        while isinstance(inner, str) and not inner.startswith("xsd:"):
            found, table_ = self.lookup(inner, here)
            if not (isinstance(found, dict) and "text" in found):
                break
            kind = {"text": found["text"], "attributes": {**found["attributes"], **kind["attributes"]}}
            inner, here = kind["text"], table_
        record["value"] = self.simple(where, element.text, kind["text"], here)
        for marked, attribute in kind["attributes"].items():
            name = marked.rstrip("!")
            if name in given:
                record[camel(name)] = self.simple(f"{where}@{name}", given.pop(name), attribute, here)
            elif marked.endswith("!"):
                self.fault(where, f"lacks @{name}")
        for name in given:
            self.fault(where, f"has @{name}")
        return record

    def simple(self, where, text, kind, here):
        if text is None:
            self.fault(where, "has no text")
            return None
        facets = []
        while not (isinstance(kind, str) and kind.startswith("xsd:")):
            if isinstance(kind, str):
                kind, here = self.lookup(kind, here)
            elif "union" in kind:
                words = [word for part in kind["union"] for word in self.words(part, here)]
                if text not in words:
                    self.fault(where, f"{text!r} is in none of the union")
                return text
            else:
                facets.append(kind)
                kind = kind["base"]
        for facet in facets:
            self.judge(where, text, facet)
        return self.typed(where, text, kind)

    def words(self, kind, here):
        while isinstance(kind, str):
            kind, here = self.lookup(kind, here)
        return kind["enum"]

    def judge(self, where, text, facet):
        size = len(text)
        checks = {
            "length": lambda limit: size == limit,
            "minLength": lambda limit: size >= limit,
            "maxLength": lambda limit: size <= limit,
            "enum": lambda words: text in words,
            "pattern": lambda ways: any(re.fullmatch(way, text) for way in ways),
            "minInclusive": lambda limit: Decimal(text) >= Decimal(str(limit)),
            "maxInclusive": lambda limit: Decimal(text) <= Decimal(str(limit)),
            "minExclusive": lambda limit: Decimal(text) > Decimal(str(limit)),
            "totalDigits": lambda limit: len(text.replace(".", "").lstrip("-+0")) <= limit,
            "fractionDigits": lambda limit: len(text.partition(".")[2].rstrip("0")) <= limit,
        }
        for name, limit in facet.items():
            if name != "base" and not checks[name](limit):
                self.fault(where, f"{text!r} against {name} {limit if name != 'enum' else '…'}")

    def typed(self, where, text, base):
        try:
            if base == "xsd:boolean":
                return BOOLEANS[text]
            if base in INTEGERS:
                number, least = int(text), INTEGERS[base]
                if least is not None and number < least:
                    self.fault(where, f"{text!r} is below {least}")
                return number
            if base == "xsd:decimal":
                if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", text):
                    self.fault(where, f"{text!r} is no decimal")
                return float(Decimal(text))
        except (KeyError, ValueError, InvalidOperation):
            self.fault(where, f"{text!r} is no {base}")
            return None
        if base in TIMES and not re.fullmatch(TIMES[base], text):
            self.fault(where, f"{text!r} is no {base}")
        return text

    def content(self, where, element, kind, here):
        """Children in the table's order, each as often as it may; what is left over is out of place."""
        if element.text is not None:
            self.fault(where, "has text")
        children = list(element.children)
        record = {}
        for part in kind["of"]:
            if isinstance(part, dict):
                self.choice(where, children, part, here, record)
            else:
                self.member(where, children, part, here, record, usual=(0, 1))
        for child in children:
            self.fault(where, f"has {child.name} out of place")
        return record

    def choice(self, where, children, part, here, record):
        ((kind, ways),) = part.items()
        names = [parsed(way)[0] for way in ways]
        if not children or children[0].name not in names:
            if kind == "choice":
                self.fault(where, f"has none of {names}")
            return
        self.member(where, children, ways[names.index(children[0].name)], here, record, usual=(1, 1))

    def member(self, where, children, part, here, record, usual):
        name, (least, most), kind = parsed(part, usual)
        found = []
        while children and children[0].name == name:
            inside = f"{where}/{name}"
            found.append(self.value(inside, children.pop(0), kind or f"<{name}>", here))
        if len(found) < least or (most is not None and len(found) > most):
            self.fault(where, f"has {len(found)} {name}")
        if found:
            record[camel(name)] = found if most != 1 else found[0]


def parsed(part, usual=(0, 1)):
    """Name, how often, and type of a member."""
    text, kind = (part[0], part[1]) if isinstance(part, list) else (part, None)
    name, _, written = text.partition(" ")
    times = usual
    if name[-1] in "!?":
        times = (1, 1) if name[-1] == "!" else (0, 1)
        name = name[:-1]
    elif found := re.fullmatch(r"(.*)([*+])(\d*)", name):
        name = found[1]
        times = (1 if found[2] == "+" else 0, int(found[3]) if found[3] else None)
    return name, times, kind or written or None


def camel(name):
    """xjc's JSON name, by another way than the client's: letter by letter."""
    words, word = [], ""
    for index, letter in enumerate(name):
        follows = name[index + 1 : index + 2]
        starts = letter.isdigit() != word[-1:].isdigit() or (
            letter.isupper() and (word[-1:].islower() or (follows.islower() and word[-1:].isupper()))
        )
        if word and (starts or not letter.isalnum()):
            words.append(word)
            word = ""
        if letter.isalnum():
            word += letter
    words.append(word)
    words = [w for w in words if w]
    if not any(letter.islower() for letter in name):
        return "".join(words).lower()
    return words[0].lower() + "".join(w[0].upper() + w[1:] for w in words[1:])

"""Build the product tables of `amazon_wire.products` from two tables of facts about Amazon's product feed.

    python scripts/build_catalogue.py mws-catalogue.json mws-categories.json

The first holds every element with order, cardinality and type; the second maps the component's category labels to
elements. Out comes our own compact form, described in `amazon_wire/products/__init__.py`: one file a category, one for
Product itself, one for the types that several of them use, and an index. The same input gives the same bytes.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "src" / "amazon_wire" / "products"
NAME = re.compile(r"([!?]|[*+]\d*)$")  # what follows a name: how often it may stand
COUNTS = ("length", "minLength", "maxLength", "totalDigits", "fractionDigits")  # some are written as text
INTERNED = 100  # an enumeration that is written out longer than this and occurs twice gets a name of its own


def compact_type(kind: Any) -> Any:
    """A type of the catalogue in our form."""
    if isinstance(kind, str):
        return kind
    if "content" in kind:
        return {"of": members(kind["content"])}
    if "text" in kind:
        attributes = {
            name + ("!" if facts.get("required") else ""): compact_type(facts["type"])
            for name, facts in kind["attributes"].items()
        }
        return {"text": compact_type(kind["text"]), "attributes": attributes}
    if "union" in kind:
        return {"union": [compact_type(part) for part in kind["union"]]}
    counts = {name: int(limit) for name, limit in kind.items() if name in COUNTS}
    return {**kind, **counts, "base": compact_type(kind["base"])}


def members(particle: dict[str, Any]) -> list[Any]:
    """The members of a content, in order."""
    return [member(part) for part in particle["sequence"]] if "sequence" in particle else [member(particle)]


def member(particle: dict[str, Any], usual: tuple[int, int] = (0, 1)) -> Any:
    """`Name`, `Name!`, `Name*5` or `Name+5` with its type, or a choice."""
    if "choice" in particle:
        name = "choice" + mark(particle, usual=(1, 1))
        return {name: [member(part, (1, 1)) for part in particle["choice"]]}
    name = particle["element"] + mark(particle, usual=usual)
    if "type" not in particle:
        return name
    kind = compact_type(particle["type"])
    return f"{name} {kind}" if isinstance(kind, str) else [name, kind]


def mark(particle: dict[str, Any], *, usual: tuple[int, int]) -> str:
    """Nothing for the usual cardinality, `!` for exactly one, `?` for at most one, `*n` from none, `+n` from one."""
    least, most = particle.get("min", 1), particle.get("max", 1)
    if (least, most) == usual:
        return ""
    if most == 1:
        return "!" if least else "?"
    if least not in (0, 1):
        raise ValueError(f"no mark for {particle}")
    return ("+" if least else "*") + ("" if most is None else str(most))


class Catalogue:
    """The catalogue in our form: every name a definition, `<Name>` for elements; long enumerations shared."""

    def __init__(self, source: dict[str, Any]) -> None:
        self.categories: list[str] = source["categories"]
        self.facts = {name: compact_type(kind) for name, kind in source["types"].items()}
        self.facts |= {f"<{name}>": compact_type(kind) for name, kind in source["elements"].items()}
        reached = self.reached("<Product>", stop=frozenset())
        seen = Counter(text for name in reached for text in _enumerations(self.facts[name]))
        self.shared = {text: "~" + sha256(text.encode()).hexdigest()[:8] for text, times in seen.items() if times > 1}
        for name in reached:
            self.facts[name] = self._interned(self.facts[name])
        self.facts |= {name: json.loads(text) for text, name in self.shared.items()}

    def _interned(self, kind: Any) -> Any:
        if isinstance(kind, list):
            return [self._interned(part) for part in kind]
        if not isinstance(kind, dict):
            return kind
        if "enum" in kind and (name := self.shared.get(_text(kind))):
            return name
        return {key: self._interned(value) for key, value in kind.items()}

    def reached(self, name: str, *, stop: frozenset[str]) -> list[str]:
        """The definitions that `name` needs, itself first; those in `stop` and what only they need are left out."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            if (now := waiting.pop()) not in found and now not in stop and not now.startswith("xsd:"):
                found[now] = None
                waiting += reversed(list(_references(self.facts[now])))
        return list(found)


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _enumerations(kind: Any) -> Iterator[str]:
    if isinstance(kind, dict) and "enum" in kind and len(text := _text(kind)) > INTERNED:
        yield text
    for part in kind.values() if isinstance(kind, dict) else kind if isinstance(kind, list) else ():
        yield from _enumerations(part)


def _references(kind: Any) -> Iterator[str]:
    """The names that a type mentions."""
    if isinstance(kind, str):
        yield kind
    elif isinstance(kind, dict):
        for part in kind.get("of", ()):
            yield from _member_references(part)
        for part in (kind.get("base"), kind.get("text"), *kind.get("union", ()), *kind.get("attributes", {}).values()):
            yield from _references(part)


def _member_references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for alternative in next(iter(part.values())):
            yield from _member_references(alternative)
    elif isinstance(part, list):
        yield from _references(part[1])
    else:
        name, _, kind = part.partition(" ")
        yield kind or f"<{NAME.sub('', name)}>"


def files(catalogue: Catalogue, labels: dict[str, list[str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and content of every table."""
    roots = {name: f"<{name}>" for name in catalogue.categories}
    stop = frozenset(roots.values())
    needs = {name: catalogue.reached(root, stop=stop - {root}) for name, root in roots.items()}
    needs["Product"] = catalogue.reached("<Product>", stop=stop)
    users = Counter(part for names in needs.values() for part in names)
    common = sorted(part for part, times in users.items() if times > 1)
    yield "types.json", {part: catalogue.facts[part] for part in common}
    yield "product.json", {part: catalogue.facts[part] for part in needs.pop("Product") if users[part] == 1}
    for name, parts in needs.items():
        yield f"categories/{name}.json", {part: catalogue.facts[part] for part in parts if users[part] == 1}
    yield "index.json", {"labels": labels, "categories": catalogue.categories}


def written(content: dict[str, Any]) -> str:
    """JSON with a definition and a member a line, so that a change shows as what it is."""
    return "{\n" + ",\n".join(f"{_text(name)}:{_lines(value)}" for name, value in content.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, dict) and ("of" in value or any(key.startswith("choice") for key in value)):
        return "{" + ",".join(f"{_text(k)}:[\n" + ",\n".join(map(_lines, v)) + "]" for k, v in value.items()) + "}"
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        return f"[{_text(value[0])},{_lines(value[1])}]"
    return _text(value)


def main(catalogue_path: str, categories_path: str) -> None:
    """Write all tables and say how large they are."""
    catalogue = Catalogue(json.loads(Path(catalogue_path).read_text()))
    seeds = json.loads(Path(categories_path).read_text())["seedCategories"]
    labels = {seed["label"]: [seed["element"], *seed["alternatives"]] for seed in seeds}
    (OUT / "categories").mkdir(parents=True, exist_ok=True)
    size = 0
    for path, content in files(catalogue, labels):
        size += (OUT / path).write_bytes(written(content).encode())
    print(f"{len(catalogue.categories)} categories, {size / 1e6:.2f} MB in {OUT}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""A product type's definition as Amazon publishes it: the shapes of its attributes, and what is wrong with a listing's.

Amazon's schemas extend JSON Schema 2019-09 by words of their own: `selectors` with `minUniqueItems` and `maxUniqueItems`,
`minUtf8ByteLength` and `maxUtf8ByteLength`; the others inform people. Their meta-schema's address leads nowhere, so it is
registered here, in our words. Source: *Amazon Product Type Definitions Meta-Schema (v1)* and its code examples.
"""

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jsonschema_rs
import msgspec

from sellerport.amazon.names import attribute_name, words
from sellerport.amazon.products.check import Path
from sellerport.amazon.products.shapes import Schema
from sellerport.amazon.products.table import Kind
from sellerport.errors import Rejected
from sellerport.reading import told

_DRAFT = "https://json-schema.org/draft/2019-09"
META = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1"
_VOCABULARY = "https://schemas.amazon.com/selling-partners/definitions/product-types/vocabulary/v1"
_META_SCHEMA: Mapping[str, Any] = {
    "$schema": f"{_DRAFT}/schema",
    "$id": META,
    "$vocabulary": {f"{_DRAFT}/vocab/{part}": True for part in ("core", "applicator", "validation")}
    | {_VOCABULARY: False},
    "$recursiveAnchor": True,
    "allOf": [{"$ref": f"{_DRAFT}/schema"}],
}


class _Counted:
    """How often the instances of one selection occur; where there are no selectors, equal instances are counted."""

    def __init__(self, parent: Mapping[str, Any], value: int, path: list[Any]) -> None:
        self.limit = value
        self.selectors: list[str] = parent.get("selectors", [])

    def counts(self, instance: Any) -> list[tuple[str, int]]:
        """Each selection as text, with the number of its instances."""
        if not isinstance(instance, list):
            return []
        return list(Counter(self._selection(item) for item in instance if isinstance(item, dict)).items())

    def _selection(self, item: Mapping[str, Any]) -> str:
        chosen = {name: item[name] for name in sorted(item) if not self.selectors or name in self.selectors}
        return ", ".join(f"{name} {value}" for name, value in chosen.items())


class MaxUniqueItems:
    """At most so many instances of each combination of selector values."""

    def __init__(self, parent: Mapping[str, Any], value: int, path: list[Any]) -> None:
        self._counted = _Counted(parent, value, path)

    def validate(self, instance: Any) -> None:
        """Raise what is expected, where there are more."""
        if isinstance(instance, list) and len(instance) <= self._counted.limit:
            return
        for selection, count in self._counted.counts(instance):
            if count > self._counted.limit:
                raise ValueError(f"at most {self._counted.limit} for {selection}, not {count}")


class MinUniqueItems:
    """At least so many instances of each combination of selector values."""

    def __init__(self, parent: Mapping[str, Any], value: int, path: list[Any]) -> None:
        self._counted = _Counted(parent, value, path)

    def validate(self, instance: Any) -> None:
        """Raise what is expected, where there are fewer."""
        if self._counted.limit <= 1:  # what occurs, occurs once
            return
        for selection, count in self._counted.counts(instance):
            if count < self._counted.limit:
                raise ValueError(f"at least {self._counted.limit} for {selection}, not {count}")


class MaxUtf8ByteLength:
    """A text of at most so many bytes in UTF-8."""

    def __init__(self, parent: Mapping[str, Any], value: int, path: list[Any]) -> None:
        self.limit = value

    def validate(self, instance: Any) -> None:
        """Raise what is expected, where it is longer."""
        if isinstance(instance, str) and len(instance.encode()) > self.limit:
            raise ValueError(f"text of at most {self.limit} bytes")


class MinUtf8ByteLength:
    """A text of at least so many bytes in UTF-8."""

    def __init__(self, parent: Mapping[str, Any], value: int, path: list[Any]) -> None:
        self.limit = value

    def validate(self, instance: Any) -> None:
        """Raise what is expected, where it is shorter."""
        if isinstance(instance, str) and len(instance.encode()) < self.limit:
            raise ValueError(f"text of at least {self.limit} bytes")


VOCABULARY: dict[str, type[Any]] = {
    "maxUniqueItems": MaxUniqueItems,
    "minUniqueItems": MinUniqueItems,
    "maxUtf8ByteLength": MaxUtf8ByteLength,
    "minUtf8ByteLength": MinUtf8ByteLength,
}
"""Amazon's words that judge a value, for jsonschema-rs."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One product type: its attributes' shapes and their validator."""

    name: str
    schema: Schema = field(repr=False)
    validator: Any = field(repr=False, compare=False)

    def instance(self, attribute: str, kind: Kind) -> Schema | None:
        """The properties of an instance of the attribute, or None where the product type has no such attribute."""
        found = self.schema.get("properties", {}).get(attribute)
        if found is None:
            return None
        properties: Schema = self.part(self.part(found).get("items", {})).get("properties", {})
        return properties

    def near(self, element: str) -> list[str]:
        """The three attributes whose names come nearest to the element's, by spelling or by a word they share."""
        known = list(self.schema.get("properties", {}))
        spelled = difflib.get_close_matches(attribute_name(element), known, 3, cutoff=0.55)
        wanted = {word.lower() for word in words(element) if len(word) > 3}
        shared = [name for name in known if wanted & set(name.split("_"))]
        return list(dict.fromkeys([*spelled, *shared]))[:3]

    def part(self, schema: Schema) -> Schema:
        """The part with its reference followed."""
        reference = schema.get("$ref", "")
        if not reference.startswith("#/"):
            return schema
        found: Any = self.schema
        for step in reference[2:].split("/"):
            found = found.get(step, {})
        return {**found, **{name: value for name, value in schema.items() if name != "$ref"}}

    def problems(
        self, attributes: Mapping[str, Any], sources: Mapping[str, Path], *, whole: bool
    ) -> Iterator[tuple[Path, str]]:
        """Where and what is wrong with a listing's attributes, at the elements they came from.

        A listing that is not `whole`, of a partial update, may lack attributes.
        """
        try:
            errors = list(self.validator.iter_errors(attributes))
        except ValueError:  # the checker's own limit
            yield ("attributes",), "Expected attributes that are not nested this deep"
            return
        for error in errors:
            inner = list(error.instance_path)
            if error.kind.name == "required" and not inner:
                if whole:
                    name = error.kind.property
                    yield sources.get(name, ("attributes", name)), f"{name}: Expected a value for {self.name}, got none"
                continue
            if one_of := _missing(error):
                if whole:
                    yield ("attributes",), f"Expected a value of {self.name} for one of {', '.join(one_of)}, got none"
                continue
            for where, text in told(error, set()):
                path = inner or [where.removeprefix("$.")] if where.startswith("$.") else inner
                yield _source(path, sources), f"{where.removeprefix('$').lstrip('.') or self.name}: {text}"


def _missing(error: Any) -> list[str]:
    """The attributes of which one is wanted, where that is what the schema's alternatives come to."""
    if error.kind.name != "anyOf" or list(error.instance_path):
        return []
    wanted = [one for way in error.kind.context for one in way]
    return [one.kind.property for one in wanted] if all(one.kind.name == "required" for one in wanted) else []


def _source(inner: list[Any], sources: Mapping[str, Path]) -> Path:
    """The path of the element that an attribute came from; inside what the message gave itself, the exact place."""
    path = sources.get(inner[0], ("attributes", inner[0])) if inner else ("attributes",)
    return (*path, *inner[1:]) if path[0] == "attributes" else path


_TOLD = frozenset({"$schema", "title", "description", "examples", "enumNames", "editable", "hidden", "default"})
_TOLD |= {"$comment", "$lifecycle", "enumDeprecated", "replaces", "replacedBy"}
_NAMES = frozenset({"properties", "$defs"})  # words whose members are names, not words
_VALUES = frozenset({"enum", "const", "required", "selectors"})


def judging(schema: Any) -> Any:
    """The schema without what it tells people, which is most of it, and without lists of no alternatives."""
    if isinstance(schema, list):
        return [judging(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {word: value for word, value in schema.items() if word not in _TOLD and (value != [] or word in _VALUES)}
    return {word: _judging(word, value) for word, value in kept.items()}


def _judging(word: str, value: Any) -> Any:
    if word in _VALUES:
        return value
    if word in _NAMES and isinstance(value, dict):
        return {name: judging(part) for name, part in value.items()}
    return judging(value)


@lru_cache(maxsize=8)
def definition(name: str, schema: bytes) -> Definition:
    """The definition whose JSON schema that is; Rejected where it cannot be read."""
    try:
        content = {**judging(msgspec.json.decode(schema)), "$schema": META}
        registry = jsonschema_rs.Registry([(META, dict(_META_SCHEMA))])
        validator = jsonschema_rs.Draft201909Validator(content, registry=registry, keywords=VOCABULARY, offline=True)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Rejected(f"the definition of product type {name} cannot be read: {error}") from error
    return Definition(name, content, validator)

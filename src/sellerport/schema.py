"""Python types as the platform shows them: its JSON-Schema dialect for messages, its view classes for forms. Pure.

The dialect has a boolean `required` on each property and no references. What a form shows beside its type stands in the
type's own annotation: title, description, and as extra members placeholder, prompt, labels, model, view, secret, hidden.
"""

import re
import typing
from collections.abc import Mapping
from typing import Any

import msgspec

from sellerport.reading import schema_of

Json = dict[str, Any]
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_KEPT = ("type", "title", "description", "enum", "minLength", "maxLength", "minimum", "maximum", "minItems")


def metadata(kind: Any) -> Json:
    """A message's schema in the platform's dialect; an empty object (free form) for no type."""
    return {} if kind is None else dialect(schema_of(kind))


def dialect(schema: Mapping[str, Any]) -> Json:
    """A standard JSON Schema without references in the platform's dialect."""
    schema = _chosen(schema)
    said: Json = {name: schema[name] for name in _KEPT if name in schema}
    if said.get("type") == "integer":
        said["type"] = "number"
    if "enum" in said:
        said.setdefault("type", "string")
    if "properties" in schema:
        needed = set(schema.get("required", ()))
        said["properties"] = {
            name: {"title": words(name)} | dialect(inner) | {"required": name in needed}
            for name, inner in schema["properties"].items()
        }
    if isinstance(schema.get("items"), Mapping):
        said["items"] = dialect(schema["items"])
    return said


def words(name: str) -> str:
    """A member's title where the type gives none: `addressLine1` -> `Address Line 1`."""
    found = _WORD.findall(name)
    return " ".join(word[0].upper() + word[1:] for word in found)


def _chosen(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A choice of types shown as its first; the others are taken all the same."""
    choices = schema.get("anyOf") or schema.get("oneOf")
    if not choices or "properties" in schema:
        return schema
    return {**choices[0], **{name: value for name, value in schema.items() if name not in ("anyOf", "oneOf")}}


def form(kind: Any) -> Json:
    """A form's fields as component.json has them, in the order of their declaration (higher `order` comes first)."""
    if kind is None:
        return {}
    schema = schema_of(kind)
    shown = {name: facts for name, facts in schema["properties"].items() if not facts.get("hidden")}
    needed = set(schema.get("required", ()))
    declared = [name for name in kind.__struct_encode_fields__ if name in shown]
    choices = {f.encode_name: _literals(f.type) for f in msgspec.structs.fields(kind)}
    return {
        name: _field(_chosen(shown[name]), choices[name], required=name in needed, order=10 * (len(declared) - place))
        for place, name in enumerate(declared)
    }


def _literals(kind: Any) -> list[str]:
    """The choices of a type in the order of their declaration, which a schema loses."""
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    return [choice for inner in typing.get_args(kind) for choice in _literals(inner)]


def _field(facts: Mapping[str, Any], choices: list[str], *, required: bool, order: int) -> Json:
    said: Json = {
        "viewClass": view_class(facts),
        "label": facts.get("title", ""),
        "required": required,
        "order": order,
    }
    if facts.get("description"):
        said["help"] = {"description": facts["description"]}
    said |= {name: facts[name] for name in ("placeholder", "prompt", "note", "require") if name in facts}
    choices = choices or facts.get("enum") or (facts.get("items") or {}).get("enum") or []
    if "model" in facts:
        said["model"] = facts["model"]
    elif choices:
        labels = facts.get("labels", {})
        said["model"] = {choice: labels.get(choice, choice) for choice in choices}
    if choices or "model" in facts:
        default = facts.get("default")
        shown = facts.get("labels", {}).get(default, default) if isinstance(default, str) else None
        said.setdefault("prompt", f"Default: {shown}" if shown else "Please select")
    return said


def view_class(facts: Mapping[str, Any]) -> str:
    """The platform's view of a form field of that schema."""
    if "view" in facts:
        return str(facts["view"])
    if facts.get("secret"):
        return "PasswordFieldView"
    if facts.get("type") == "array":
        return "MultiSelectView"
    if "enum" in facts or "model" in facts:
        return "SelectView"
    return "CheckBoxView" if facts.get("type") == "boolean" else "TextFieldView"

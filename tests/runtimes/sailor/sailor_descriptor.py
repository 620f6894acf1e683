"""What the platform accepts as a component.json: every complaint about one, by its path.

Rules: elastic.io's component.json reference, and the validator of elasticio-cli (view classes, models of credentials).
"""

import base64
import re
import struct
from collections.abc import Iterator, Mapping
from typing import Any

VIEWS = {
    *("TextFieldView", "TextAreaView", "CheckBoxView", "SelectView", "MultiSelectView", "PasswordFieldView"),
    *("OAuthFieldView", "TextFieldWithNoteView", "TextAreaWithNoteView", "CodeFieldView"),
}
CHOICES = {"SelectView", "MultiSelectView"}
TYPES = {"string", "number", "boolean", "object", "array"}
TOP = {
    *("title", "description", "version", "buildType", "docsUrl", "url", "icon", "deprecated", "consumesRawData"),
    *("envVars", "authClientTypes", "credentials", "triggers", "actions", "language", "sailor_version"),
}
FUNCTION = {
    *("title", "main", "description", "help", "type", "order", "deprecated", "fields", "metadata"),
    *("dynamicMetadata", "autoResolveObjectReferences"),
}
FIELD = {
    *("viewClass", "label", "required", "order", "placeholder", "note", "help", "prompt", "prefix", "suffix"),
    *("model", "require"),
}


def complaints(descriptor: Mapping[str, Any], models: Mapping[str, set[str]] | None = None) -> list[str]:
    """Everything that the platform would not take. `models` are the choices that each function can look up."""
    return [f"{path}: {text}" for path, text in _descriptor(descriptor, models or {})]


Found = Iterator[tuple[str, str]]


def _descriptor(descriptor: Mapping[str, Any], models: Mapping[str, set[str]]) -> Found:
    yield from _unknown("$", descriptor, TOP)
    for name in ("title", "description"):
        yield from _text(f"$.{name}", descriptor.get(name))
    if not re.fullmatch(r"\d+\.\d+\.\d+", str(descriptor.get("version"))):
        yield "$.version", "Expected three numbers"
    for name, wanted in (("language", "nodejs"), ("sailor_version", "2.7.8"), ("buildType", "docker")):
        if descriptor.get(name) != wanted:
            yield f"$.{name}", f"Expected {wanted}: the platform gates features by it"
    if size := _size(descriptor.get("icon")):
        yield "$.icon", size
    for name, facts in descriptor.get("envVars", {}).items():
        yield from _variable(f"$.envVars.{name}", name, facts)
    yield from _fields("$.credentials.fields", descriptor.get("credentials", {}).get("fields", {}), set(), static=True)
    triggers, actions = descriptor.get("triggers"), descriptor.get("actions")
    if not triggers and not actions:
        yield "$", "Expected a trigger or an action"
    for section, kind in ((triggers, "triggers"), (actions, "actions")):
        if section is not None and not section:
            yield f"$.{kind}", "Expected no empty section"
        for name, function in (section or {}).items():
            yield from _function(f"$.{kind}.{name}", function, models.get(name, set()), trigger=kind == "triggers")
    for name in set(triggers or ()) & set(actions or ()):
        yield f"$.actions.{name}", "Expected a name that no trigger has"


def _size(icon: Any) -> str | None:
    try:
        data = base64.b64decode(icon, validate=True)
        width, height = struct.unpack(">II", data[16:24])
    except (TypeError, ValueError, struct.error):
        return "Expected a picture in base64"
    return None if data[:4] == b"\x89PNG" and width == height == 128 else "Expected a PNG of 128 by 128"


def _variable(path: str, name: str, facts: Mapping[str, Any]) -> Found:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        yield path, "Expected a name in capitals"
    yield from _unknown(path, facts, {"required", "description"})
    yield from _text(f"{path}.description", facts.get("description"))
    yield from _truth(f"{path}.required", facts.get("required", False))


def _function(path: str, function: Mapping[str, Any], models: set[str], *, trigger: bool) -> Found:
    yield from _unknown(path, function, FUNCTION)
    for name in ("title", "main"):
        yield from _text(f"{path}.{name}", function.get(name))
    yield from _help(f"{path}.help", function.get("help"))
    yield from _order(path, function)
    if trigger and function.get("type") not in ("polling", "webhook"):
        yield f"{path}.type", "Expected polling or webhook"
    if not trigger and "type" in function:
        yield f"{path}.type", "Expected none: it is a trigger's"
    if ("metadata" in function) == (function.get("dynamicMetadata") is True):
        yield path, "Expected either metadata or dynamicMetadata"
    for way in function.get("metadata", {}):
        if way not in ("in", "out"):
            yield f"{path}.metadata.{way}", "Expected in or out"
        yield from _schema(f"{path}.metadata.{way}", function["metadata"][way])
    yield from _fields(f"{path}.fields", function.get("fields", {}), models, static=False)


def _fields(path: str, fields: Mapping[str, Any], models: set[str], *, static: bool) -> Found:
    for name, field in fields.items():
        place = f"{path}.{name}"
        yield from _unknown(place, field, FIELD)
        yield from _text(f"{place}.label", field.get("label"))
        view = field.get("viewClass")
        if view not in VIEWS:
            yield f"{place}.viewClass", f"Expected a view that the platform renders, got {view!r}"
        yield from _truth(f"{place}.required", field.get("required", False))
        yield from _order(place, field)
        for part in ("placeholder", "note", "prompt", "prefix", "suffix"):
            if part in field:
                yield from _text(f"{place}.{part}", field[part])
        if "help" in field:
            yield from _help(f"{place}.help", {"link": "/", **field["help"]})
        yield from _model(f"{place}.model", field.get("model"), models, choice=view in CHOICES, static=static)
        for other in field.get("require", ()):
            if other not in fields or other == name:
                yield f"{place}.require", f"Expected another field, got {other!r}"


def _model(path: str, model: Any, models: set[str], *, choice: bool, static: bool) -> Found:
    if not choice:
        if model is not None:
            yield path, "Expected none: only choices have one"
    elif isinstance(model, str):
        if static or model not in models:
            yield path, f"Expected choices that can be looked up, got {model!r}"
    elif not isinstance(model, dict) or not model:
        yield path, "Expected choices"
    else:
        for key, label in model.items():
            yield from _text(f"{path}.{key}", label)


def _schema(path: str, schema: Any) -> Found:
    """The platform's dialect: `required` is a truth at each property, and there are no references to elsewhere."""
    if not isinstance(schema, dict):
        yield path, "Expected an object"
        return
    if "$ref" in schema and not str(schema["$ref"]).startswith("#"):
        yield f"{path}.$ref", "Expected a reference into the same schema"
    if "type" in schema and schema["type"] not in TYPES:
        yield f"{path}.type", f"Expected one of {', '.join(sorted(TYPES))}, got {schema['type']!r}"
    if "required" in schema:
        yield from _truth(f"{path}.required", schema["required"])
    if "enum" in schema and not (isinstance(schema["enum"], list) and schema["enum"]):
        yield f"{path}.enum", "Expected values"
    if schema.get("type") == "array" and not isinstance(schema.get("items", {}), dict):
        yield f"{path}.items", "Expected one schema"
    for name, part in schema.get("properties", {}).items():
        if isinstance(part, dict) and "$ref" not in part:
            yield from _text(f"{path}.{name}.title", part.get("title"))
        yield from _schema(f"{path}.{name}", part)
    if isinstance(schema.get("items"), dict):
        yield from _schema(f"{path}[]", schema["items"])


def _unknown(path: str, facts: Mapping[str, Any], known: set[str]) -> Found:
    for name in facts:
        if name not in known:
            yield f"{path}.{name}", "Expected no such member"


def _text(path: str, value: Any) -> Found:
    if not isinstance(value, str) or not value.strip():
        yield path, f"Expected text, got {value!r}"


def _truth(path: str, value: Any) -> Found:
    if not isinstance(value, bool):
        yield path, f"Expected true or false, got {value!r}"


def _order(path: str, facts: Mapping[str, Any]) -> Found:
    if not isinstance(facts.get("order"), int):
        yield f"{path}.order", "Expected a number: the page shows larger ones first"


def _help(path: str, value: Any) -> Found:
    if not isinstance(value, dict):
        yield path, "Expected description and link"
        return
    yield from _text(f"{path}.description", value.get("description"))
    if not str(value.get("link")).startswith(("https://", "/")):
        yield f"{path}.link", f"Expected an address, got {value.get('link')!r}"

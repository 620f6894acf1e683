"""component.json as the platform takes it, and a validator that is known to find what is wrong."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from sailor_descriptor import complaints

from sellerport.component import component

ROOT = Path(__file__).parents[3]
OURS = json.loads((ROOT / "component.json").read_text(encoding="utf-8"))
ORDERS, UPDATE = "getNewAndUpdatedOrders", "updateItem"


def test_our_descriptor_is_one_that_the_platform_takes() -> None:
    functions = component().functions
    models = {name: set(functions[name].models) for name in functions}
    assert complaints(OURS, models) == []


def changed(path: str, value: Any) -> list[str]:
    """The complaints once the member at that path is another, or is gone (Ellipsis)."""
    descriptor = copy.deepcopy(OURS)
    *way, last = path.split(".")
    place = descriptor
    for part in way:
        place = place.setdefault(part, {})
    if value is ...:
        del place[last]
    else:
        place[last] = value
    functions = component().functions
    return complaints(descriptor, {name: set(functions[name].models) for name in functions})


FIELD = f"triggers.{ORDERS}.fields.orderStatus"


@pytest.mark.parametrize(
    ("path", "value", "at"),
    [
        ("title", ..., "$.title"),
        ("description", " ", "$.description"),
        ("version", "3", "$.version"),
        ("language", "python", "$.language"),
        ("sailor_version", ..., "$.sailor_version"),
        ("buildType", "slug", "$.buildType"),
        ("icon", "no picture", "$.icon"),
        ("colour", "red", "$.colour"),
        ("envVars.lower", {"description": "x"}, "$.envVars.lower"),
        ("envVars.A", {"required": "yes", "description": "x"}, "$.envVars.A.required"),
        ("envVars.B", {}, "$.envVars.B.description"),
        (f"triggers.{ORDERS}.type", "pushing", f"$.triggers.{ORDERS}.type"),
        (f"actions.{UPDATE}.type", "polling", f"$.actions.{UPDATE}.type"),
        (f"actions.{UPDATE}.dynamicMetadata", True, f"$.actions.{UPDATE}"),
        (f"actions.{UPDATE}.metadata", ..., f"$.actions.{UPDATE}"),
        (f"actions.{UPDATE}.metadata.in.required", ["messages"], f"$.actions.{UPDATE}.metadata.in.required"),
        (f"actions.{UPDATE}.metadata.in.type", "integer", f"$.actions.{UPDATE}.metadata.in.type"),
        (f"actions.{UPDATE}.metadata.out.$ref", "http://elsewhere", f"$.actions.{UPDATE}.metadata.out.$ref"),
        (f"actions.{UPDATE}.metadata.in.properties.x", {"type": "string"}, f"$.actions.{UPDATE}.metadata.in.x.title"),
        (f"actions.{UPDATE}.metadata.sideways", {}, f"$.actions.{UPDATE}.metadata.sideways"),
        (f"actions.{UPDATE}.main", "", f"$.actions.{UPDATE}.main"),
        (f"actions.{UPDATE}.help.link", "nowhere", f"$.actions.{UPDATE}.help.link"),
        (f"actions.{UPDATE}.help", "text", f"$.actions.{UPDATE}.help"),
        (f"actions.{UPDATE}.order", ..., f"$.actions.{UPDATE}.order"),
        (f"actions.{ORDERS}", OURS["triggers"][ORDERS], f"$.actions.{ORDERS}"),
        ("triggers", {}, "$.triggers"),
        (f"{FIELD}.viewClass", "MagicView", f"$.{FIELD}.viewClass"),
        (f"{FIELD}.label", ..., f"$.{FIELD}.label"),
        (f"{FIELD}.model", {}, f"$.{FIELD}.model"),
        (f"{FIELD}.model", "lookUp", f"$.{FIELD}.model"),
        (f"{FIELD}.model", {"Shipped": ""}, f"$.{FIELD}.model.Shipped"),
        (f"{FIELD}.required", "true", f"$.{FIELD}.required"),
        (f"{FIELD}.require", ["nobody"], f"$.{FIELD}.require"),
        (f"triggers.{ORDERS}.fields.startTime.model", {"a": "b"}, f"$.triggers.{ORDERS}.fields.startTime.model"),
    ],
)
def test_what_the_platform_would_not_take_is_found(path: str, value: Any, at: str) -> None:
    assert at in [complaint.partition(": ")[0] for complaint in changed(path, value)]


def test_a_component_without_functions_is_none() -> None:
    bare = {name: value for name, value in OURS.items() if name not in ("triggers", "actions")}
    assert complaints(bare) == ["$: Expected a trigger or an action"]


def test_choices_of_credentials_are_never_looked_up() -> None:
    name = next(name for name, field in OURS["credentials"]["fields"].items() if field["viewClass"] == "SelectView")
    found = changed(f"credentials.fields.{name}.model", "lookUp")
    assert found == [f"$.credentials.fields.{name}.model: Expected choices that can be looked up, got 'lookUp'"]

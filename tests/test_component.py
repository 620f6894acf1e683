"""The component and its descriptor: what the platform's rules for component.json say of it."""

import base64
import json
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import sellerport
from sellerport.component import camel, component
from sellerport.schema import form

ROOT = Path(__file__).parents[1]
WHOLE = component()
SAID: dict[str, Any] = WHOLE.descriptor["component.json"]
ENTRIES = {**SAID["triggers"], **SAID["actions"]}
VIEWS = {
    "TextFieldView", "TextAreaView", "CheckBoxView", "SelectView", "MultiSelectView", "PasswordFieldView",
}  # fmt: skip
FIELD = {"viewClass", "label", "required", "order", "placeholder", "note", "help", "prompt", "prefix", "suffix", "model",
         "require"}  # fmt: skip
ENTRY = {"title", "main", "help", "type", "order", "deprecated", "fields", "metadata", "dynamicMetadata",
         "autoResolveObjectReferences"}  # fmt: skip
TOP = {"title", "description", "version", "buildType", "docsUrl", "icon", "envVars", "credentials", "triggers", "actions",
       "language", "sailor_version", "url"}  # fmt: skip


def faults_of_fields(fields: Mapping[str, Any], where: str) -> Iterator[str]:
    """What the platform's rules say against a form."""
    for name, said in fields.items():
        at = f"{where}.{name}"
        yield from (f"{at}: {member} is unknown" for member in set(said) - FIELD)
        if said.get("viewClass") not in VIEWS:
            yield f"{at}: no view {said.get('viewClass')}"
        if not said.get("label"):
            yield f"{at}: no label"
        if not isinstance(said.get("required"), bool):
            yield f"{at}: required is no truth"
        needs_model = said["viewClass"] in ("SelectView", "MultiSelectView")
        model = said.get("model")
        if needs_model != (model is not None) or not isinstance(model or "x", str | dict):
            yield f"{at}: model {model!r}"
        if isinstance(model, dict) and not all(isinstance(v, str) and v for v in model.values()):
            yield f"{at}: a choice without a label"
        yield from (f"{at}: requires {one}" for one in said.get("require", ()) if one not in fields)
    orders = [said.get("order") for said in fields.values()]
    if len(set(orders)) != len(orders):
        yield f"{where}: two fields of one order"


def faults_of_schema(said: Any, where: str) -> Iterator[str]:
    """What the dialect says against a schema: no references, a boolean `required`, a title on each property."""
    known = {"type", "title", "description", "enum", "items", "properties", "required", "order", "minLength", "maxLength",
             "minimum", "maximum", "pattern", "minItems", "maxItems", "help"}  # fmt: skip
    yield from (f"{where}: {member} is unknown" for member in set(said) - known)
    if "type" in said and said["type"] not in ("string", "number", "boolean", "object", "array"):
        yield f"{where}: no type {said['type']}"
    for name, inner in said.get("properties", {}).items():
        if not isinstance(inner.get("required"), bool):
            yield f"{where}.{name}: required is no truth"
        if not inner.get("title"):
            yield f"{where}.{name}: no title"
        yield from faults_of_schema(inner, f"{where}.{name}")
    if "items" in said:
        yield from faults_of_schema(said["items"], f"{where}[]")


def test_the_top_says_what_the_platform_asks_for() -> None:
    assert set(SAID) <= TOP
    for name in ("title", "description", "version", "icon", "language", "sailor_version", "docsUrl"):
        assert SAID[name]
    assert SAID["title"] == "Amazon MWS component"
    assert SAID["version"] == sellerport.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", SAID["version"])


def test_the_icon_is_a_picture_of_128_pixels() -> None:
    icon = base64.b64decode(SAID["icon"])
    assert icon.startswith(b"\x89PNG")
    assert struct.unpack(">II", icon[16:24]) == (128, 128)


def test_the_environment_is_described() -> None:
    assert set(SAID["envVars"]) == {"RESPONSE_CHECK_DELAY", "RESPONSE_TIME_LIMIT", "SELLERPORT_STORE"}
    for said in SAID["envVars"].values():
        assert set(said) == {"required", "description"}
        assert said["required"] is False
        assert said["description"]


def test_the_accounts_form_keeps_the_rules() -> None:
    fields = SAID["credentials"]["fields"]
    assert list(faults_of_fields(fields, "credentials")) == []
    assert all(isinstance(said.get("model", {}), dict) for said in fields.values()), "an account's choices are static"


def test_the_accounts_form_has_the_documents_labels_and_the_new_ones() -> None:
    labels = {said["label"] for said in SAID["credentials"]["fields"].values()}
    assert {"Seller ID", "MWS Auth Token", "Amazon MWS Access Key", "Amazon MWS Secret Access Key",
            "Amazon Marketplace ID", "Client ID", "Client Secret", "Refresh Token"} <= labels  # fmt: skip
    fields = SAID["credentials"]["fields"]
    assert [name for name, said in fields.items() if said["required"]] == ["sellerId", "marketplaceId"]
    assert list(fields["api"]["model"]) == ["SP-API", "MWS"]
    assert "quotaScale" not in fields
    for name in ("clientSecret", "refreshToken", "mwsSecretKey", "mwsAuthToken"):
        assert fields[name]["viewClass"] == "PasswordFieldView"


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_keeps_the_rules(name: str) -> None:
    said = ENTRIES[name]
    assert set(said) <= ENTRY
    assert said["title"]
    assert said["main"] == name
    assert said["help"]["description"]
    assert said["help"]["link"].startswith("https://")
    assert said.get("type") == ("polling" if name in SAID["triggers"] else None)
    assert ("metadata" in said) != ("dynamicMetadata" in said), "exactly one of the two"
    assert list(faults_of_fields(said.get("fields", {}), name)) == []
    for side, schema in said.get("metadata", {}).items():
        assert list(faults_of_schema(schema, f"{name}.{side}")) == []


@pytest.mark.parametrize("name", [name for name, said in ENTRIES.items() if said.get("dynamicMetadata")])
def test_metadata_that_depends_on_the_fields_keeps_the_rules(name: str) -> None:
    function = WHOLE.function(name)
    assert function.metadata is not None
    said = function.metadata({"api": "SP-API", **function.example_fields})
    assert set(said) <= {"in", "out"}
    for side, schema in said.items():
        assert list(faults_of_schema(schema, f"{name}.{side}")) == []


@pytest.mark.parametrize("name", ENTRIES)
def test_choices_that_are_looked_up_have_a_method(name: str) -> None:
    models = {said["model"] for said in ENTRIES[name].get("fields", {}).values() if isinstance(said.get("model"), str)}
    assert models <= set(WHOLE.function(name).models)


def test_no_name_is_a_triggers_and_an_actions() -> None:
    assert not set(SAID["triggers"]) & set(SAID["actions"])


def test_every_function_of_the_document_is_there_with_its_title() -> None:
    titles = {said["title"] for said in ENTRIES.values()}
    assert {"Get New And Updated Orders", "Get Order", "List Order Items", "Submit Product",
            "Submit Product (Category from payload)", "Update Order", "Update Item", "Submit Inventory",
            "Change Product Image", "Change Product Price", "Establish Product Relationships",
            "Get Feed Submission Status", "Get Feed Submission Result"} == titles  # fmt: skip


def test_the_triggers_form_is_the_documents() -> None:
    fields = SAID["triggers"]["getNewAndUpdatedOrders"]["fields"]
    assert [said["label"] for said in fields.values()][:4] == [
        "Order Status", "Maximum Orders per Page", "Start Time", "End Time",
    ]  # fmt: skip
    assert [name for name, said in fields.items() if said["required"]] == ["orderStatus"]
    assert list(fields["orderStatus"]["model"]) == [
        "Pending", "Shipped", "Unshipped", "PartiallyShipped", "Canceled", "Unfulfillable", "PendingAvailability",
        "InvoiceUnconfirmed",
    ]  # fmt: skip
    assert "Japan only" in fields["orderStatus"]["model"]["PendingAvailability"]
    assert "China only" in fields["orderStatus"]["model"]["InvoiceUnconfirmed"]
    assert fields["startTime"]["placeholder"] == "1970-01-01T00:00:00.000 +0000"
    assert fields["endTime"]["placeholder"] == "3000-01-01T00:00:00.000 +0000"
    assert list(fields["emitBehavior"]["model"]) == ["emitAll", "emitPage", "emitIndividually"]
    assert list(fields["includeItems"]["model"]) == ["yes", "no"]
    help_ = SAID["triggers"]["getNewAndUpdatedOrders"]["help"]["description"]
    assert "25 minutes" in help_, "the limit of a run is told"


def test_a_functions_fields_do_not_hide_an_accounts() -> None:
    for name in ENTRIES:
        assert not set(form(WHOLE.function(name).fields)) & set(SAID["credentials"]["fields"]), name


def test_the_committed_descriptor_is_what_the_code_says() -> None:
    assert json.loads((ROOT / "component.json").read_text(encoding="utf-8")) == SAID


def test_functions_are_named_after_their_files() -> None:
    files = [
        path.name if path.is_dir() else path.stem
        for folder in ("triggers", "actions")
        for path in sorted((ROOT / "src" / "sellerport" / folder).iterdir())
        if not path.name.startswith("_") and path.name not in ("place.py", "window.py")
    ]
    assert list(WHOLE.functions) == [camel(name) for name in files]


def test_the_public_component_is_this_one() -> None:
    assert list(sellerport.COMPONENT.functions) == list(WHOLE.functions)


def test_asking_for_a_title_loads_no_client_and_no_store(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, sellerport\n"
        "from sellerport.component import component\n"
        "assert 'Rejected' in sellerport.__all__ and sellerport.__version__\n"
        "component().functions['getOrder'].title\n"
        "print([m for m in ('sqlalchemy', 'alembic', 'pika', 'starlette', 'sellersim') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

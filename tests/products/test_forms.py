"""The form of each category: valid JSON Schema, titled, of a size that a browser can hold."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from make_records import pairs, record

from sellerport.actions import submit_product, submit_product_category_from_payload
from sellerport.amazon.products import table
from sellerport.amazon.products.labels import elements_of
from sellerport.amazon.products.record import content_schema, input_schema, messages_schema, product_schema
from support import bench

EXAMPLES = json.loads((Path(__file__).parents[2] / "docs" / "examples" / "products.json").read_text())
LABELS = list(table.labels())


def schemas(schema):
    """The schema and every schema in it."""
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from schemas(inner)
    if "items" in schema:
        yield from schemas(schema["items"])


@pytest.mark.parametrize("label", LABELS)
def test_a_categorys_schema_is_valid_and_takes_its_example(label):
    schema = input_schema("Update", elements_of(label))
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.validator_for(schema)
    assert list(validator.iter_errors(EXAMPLES[label])) == []


@pytest.mark.parametrize("pair", list(pairs()), ids=lambda pair: "-".join(part for part in pair if part))
def test_the_schema_of_one_product_type_is_not_megabytes_and_takes_its_product(pair):
    element, kind = pair
    schema = content_schema(element, kind or "")
    assert len(json.dumps(schema)) < 200_000
    (content,) = record(element, kind, full=True)["productData"].values()
    assert list(jsonschema_rs.validator_for(schema).iter_errors(content)) == []


def test_the_common_part_of_the_form_is_not_megabytes():
    assert len(json.dumps(product_schema(["sku"]))) < 200_000


@pytest.mark.parametrize("operation", ["Update", "PartialUpdate", "Delete"])
def test_the_form_is_of_the_operation(operation):
    schema = input_schema(operation, ("Books",))
    jsonschema_rs.meta.validate(schema)
    required = {"Update": ["sku", "descriptionData"], "PartialUpdate": ["sku"], "Delete": ["sku"]}
    assert schema["required"] == required[operation]
    assert ("productData" in schema["properties"]) == (operation != "Delete")


def test_without_a_category_its_content_is_left_open():
    schema = messages_schema(input_schema("Update", ()))
    jsonschema_rs.meta.validate(schema)
    open_content = schema["properties"]["messages"]["items"]["properties"]["productData"]["properties"]
    assert len(open_content) == 57
    assert open_content["books"] == {"title": "Books", "type": "object"}


@pytest.mark.parametrize("label", LABELS)
def test_the_platforms_form_titles_every_member_and_marks_what_is_required(label):
    shown = submit_product.metadata({"category": label, "operation": "Upsert"})["in"]
    members = [inner for schema in schemas(shown) for inner in schema.get("properties", {}).values()]
    assert all(member["title"] and member["required"] in (True, False) for member in members)
    assert shown["properties"]["sku"]["required"] is True
    assert shown["properties"]["descriptionData"]["properties"]["title"]["required"] is True


def test_the_form_of_products_of_any_category_is_a_list():
    shown = submit_product_category_from_payload.metadata({"operation": "PartialUpdate"})["in"]
    assert list(shown["properties"]) == ["messages"]
    assert shown["properties"]["messages"]["items"]["properties"]["descriptionData"]["required"] is False


@pytest.mark.anyio
async def test_the_choices_of_product_type_are_those_amazon_finds_for_the_category():
    async with bench(orders=0) as b:
        model = b.component.functions["submitProduct"].models["productTypes"]
        assert await model(b.cfg("SP-API", category="Tools"), {}) == {"TOOLS": "Tools"}
        assert len(await model(b.cfg("SP-API"), {})) > 30
        assert await model(b.cfg("MWS", category="Tools"), {}) == {}

"""Amazon's own words in the schema of a product type, and how what they refuse is told."""

import json

import pytest

from sellerport.amazon.products.definition import META, definition, judging
from sellerport.errors import Rejected


def made(attribute, **facts):
    schema = {
        "$schema": META,
        "$id": "https://schemas.amazon.com/selling-partners/definitions/product-types/schema/v1/THING",
        "type": "object",
        "properties": {"item_name": attribute},
        **facts,
    }
    return definition("THING", json.dumps(schema).encode())


def found(attribute, value, *, whole=True, sources=None, **facts):
    known = made(attribute, **facts)
    return list(known.problems({"item_name": value}, sources or {}, whole=whole))


def names(selectors, **limits):
    return {"type": "array", "items": {"type": "object"}, "selectors": selectors, **limits}


@pytest.mark.parametrize(
    ("attribute", "right", "wrong"),
    [
        (names(["m"], maxUniqueItems=1), [{"m": "A"}, {"m": "B"}], [{"m": "A", "v": 1}, {"m": "A", "v": 2}]),
        (names(["m", "l"], maxUniqueItems=2), [{"m": "A", "l": "x"}] * 2, [{"m": "A", "l": "x"}] * 3),
        (names([], maxUniqueItems=1), [{"v": 1}, {"v": 2}], [{"v": 1}, {"v": 1}]),
        (names(["m"], minUniqueItems=2), [{"m": "A"}, {"m": "A"}], [{"m": "A"}]),
        ({"type": "array", "items": {"maxUtf8ByteLength": 4}}, ["abcd", "äö"], ["äöü"]),
        ({"type": "array", "items": {"minUtf8ByteLength": 4}}, ["äö"], ["abc"]),
    ],
)
def test_amazons_words_judge(attribute, right, wrong):
    assert found(attribute, right) == []
    assert len(found(attribute, wrong)) == 1


def test_a_problem_is_told_at_the_element_that_the_attribute_came_from_with_the_attributes_name():
    attribute = {"type": "array", "items": {"properties": {"value": {"type": "string", "maxLength": 3}}}}
    came = {"item_name": ("descriptionData", "title")}
    assert found(attribute, [{"value": "long"}], sources=came) == [
        (("descriptionData", "title"), 'item_name[0].value: Expected text of at most 3 characters, got "long"')
    ]
    own = {"item_name": ("attributes", "item_name")}
    assert found(attribute, [{"value": "long"}], sources=own)[0][0] == ("attributes", "item_name", 0, "value")


def test_a_missing_attribute_is_a_problem_of_a_whole_product_alone():
    missing = [(("attributes", "brand"), "brand: Expected a value for THING, got none")]
    assert found({}, [], required=["brand"]) == missing
    assert found({}, [], required=["brand"], whole=False) == []


def test_of_several_attributes_one_is_asked_for():
    ways = {"anyOf": [{"required": ["gtin"]}, {"required": ["asin"]}]}
    assert found({}, [], **ways) == [(("attributes",), "Expected a value of THING for one of gtin, asin, got none")]
    assert found({}, [], whole=False, **ways) == []


def test_a_condition_that_makes_an_attribute_required_is_kept():
    rule = {"if": {"required": ["item_name"]}, "then": {"required": ["brand"]}}
    assert found({}, [], allOf=[rule]) == [(("attributes", "brand"), "brand: Expected a value for THING, got none")]


@pytest.mark.parametrize(
    "schema",
    [b"", b"[]", b"not json", b'{"type": 5}', b'{"properties": 7}', b'{"$ref": "http://127.0.0.1:1/other"}',
     b'{"not":' * 5000 + b"{}" + b"}" * 5000],
)  # fmt: skip
def test_a_definition_that_cannot_be_read_is_rejected(schema):
    with pytest.raises(Rejected, match="the definition of product type THING cannot be read"):
        definition("THING", schema)


def test_no_address_is_fetched_for_a_definition():
    schema = {"$schema": "http://127.0.0.1:1/meta/v2", "type": "object", "properties": {"a": {"type": "array"}}}
    known = definition("THING", json.dumps(schema).encode())
    assert [path for path, _ in known.problems({"a": 1}, {}, whole=True)] == [("attributes", "a")]


def test_an_unknown_attribute_is_told_at_its_place():
    known = made({"type": "array"}, additionalProperties=False)
    assert [path for path, _ in known.problems({"foo": []}, {}, whole=False)] == [("attributes", "foo")]


def test_attributes_that_are_nested_too_deep_are_told():
    deep = []
    for _ in range(3000):
        deep = [deep]
    ((path, text),) = found({"type": "array", "items": {"type": "object"}}, deep)
    assert (path, "nested this deep" in text) == (("attributes",), True)


def test_what_only_informs_is_forgotten_and_a_property_of_such_a_name_is_kept():
    schema = {
        "title": "T",
        "allOf": [],
        "properties": {"title": {"description": "D", "type": "array", "items": {"enum": [], "enumNames": []}}},
    }
    assert judging(schema) == {"properties": {"title": {"type": "array", "items": {"enum": []}}}}

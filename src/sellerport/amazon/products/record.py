"""What a product record is, as JSON Schema: the common members, the category's content, and the form of a whole input."""

from collections.abc import Mapping, Sequence
from typing import Any

from sellerport.amazon.feeds import Operation
from sellerport.amazon.names import json_name, title
from sellerport.amazon.products import table
from sellerport.amazon.products.form import Schema, group_schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BESIDE: Mapping[str, Any] = {
    "productType": {"title": "Product Type (SP-API)", "type": "string", "minLength": 1},
    "attributes": {"title": "Attributes (SP-API)", "type": "object"},
}
"""What a record may say for listings alone: the product type's name, and attributes that are taken as they are."""


def product_schema(required: Sequence[str]) -> Schema:
    """Product with its category left open."""
    made = group_schema(table.product())
    properties = {"sku": made["properties"]["sku"], **BESIDE, **made["properties"]}
    properties["productData"] = {"title": "Product Data", "type": "object"}
    return {**made, "title": "Product", "properties": properties, "required": list(required)}


def content_schema(element: str, kind: str) -> Schema:
    """A category's content with one product type, with `?` its product type left open, with nothing all of it."""
    content = table.category(element)
    if kind and kind != "?":
        return group_schema(table.of_type(content, kind))
    made = group_schema(content)
    if kind:
        made["properties"]["productType"] = {"type": "object"}
    return made


def input_schema(operation: Operation, elements: Sequence[str]) -> Schema:
    """The record of a product of one of these category elements; without any, the category is left open."""
    if operation == "Delete":
        sku = product_schema(["sku"])["properties"]["sku"]
        return {"$schema": DRAFT, "title": "Product", "type": "object", "properties": {"sku": sku}, "required": ["sku"]}
    record = product_schema(["sku", "descriptionData"] if operation == "Update" else ["sku"])
    record["properties"]["productData"] = data_schema(elements)
    return {"$schema": DRAFT, **record}


def messages_schema(record: Schema) -> Schema:
    """`messages` of records."""
    many = {"title": "Messages", "type": "array", "minItems": 1, "items": record}
    return {"$schema": DRAFT, "type": "object", "properties": {"messages": many}, "required": ["messages"]}


def data_schema(elements: Sequence[str]) -> Schema:
    """ProductData: exactly one of these categories with its content; any category, its content left open, without."""
    contents = {json_name(name): {"title": title(name), **content_schema(name, "")} for name in elements}
    opened = {json_name(name): {"title": title(name), "type": "object"} for name in table.categories()}
    return {
        "title": "Product Data",
        "type": "object",
        "properties": contents or opened,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }

"""Submit Product: create, change or delete products of one category.

On MWS a Product message; on SP-API the listing's attributes, by the schema of its product type.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from sellerport.actions._feed import Batch, feed_action, form
from sellerport.actions._product import (
    FEED,
    OPERATION,
    OPERATIONS,
    USED,
    listings_fields,
    product_types,
    read_products,
    wrong,
)
from sellerport.amazon.products import table
from sellerport.amazon.products.check import Rules
from sellerport.amazon.products.labels import elements_of
from sellerport.amazon.products.record import input_schema
from sellerport.errors import InputError, Problem
from sellerport.schema import dialect

CATEGORY = Annotated[
    str,
    Meta(
        title="Category",
        description="The products' category; its elements are the message's members.",
        extra_json_schema={"model": {label: label for label in table.labels()}},
    ),
]
FIELDS = form(
    "SubmitProductFields",
    listings=False,
    first=[("operation", OPERATION), ("category", CATEGORY), *listings_fields("category")],
)


def read(fields: Any, body: Any) -> Batch:
    """Products of the field's category."""
    elements = elements_of(fields.category)
    if not elements:
        text = f"Expected a category such as {next(iter(table.labels()))}, got {fields.category!r}"
        raise InputError([Problem("cfg", "$.category", text)])
    return read_products(Rules(OPERATIONS[fields.operation], elements), body)


def metadata(cfg: Mapping[str, Any]) -> Mapping[str, Any]:
    """The form of the chosen category; of any, its content left open, while none is chosen."""
    operation = OPERATIONS.get(str(cfg.get("operation")), "Update")
    return {"in": dialect(input_schema(operation, elements_of(str(cfg.get("category") or "")))), "out": {}}


CHOICES = {"productTypes": product_types}
ACTION = feed_action(
    title="Submit Product",
    order=80,
    help="Create, change or delete products of one category. Upsert replaces a product: MWS erases the product data that "
    "you do not give, SP-API the whole listing's, with price, stock and images; PartialUpdate changes what you give. On "
    "SP-API each product needs a product type, in the message or in the form.",
    row=dict[str, Any],
    feed=FEED,
    fields=FIELDS,
    read=read,
    check=wrong,
    metadata=metadata,
    operations=USED,
    example_fields={"operation": "Upsert", "category": "Books"},
    example={
        "sku": "BOOK-1",
        "productType": "ABIS_BOOK",
        "standardProductID": {"type": "ISBN", "value": "9780306406157"},
        "condition": {"conditionType": "New"},
        "descriptionData": {"title": "A Book", "brand": "Acme", "bulletPoint": ["One", "Two"]},
        "productData": {"books": {"productType": {"booksMisc": {"author": "A. Writer", "binding": "Paperback"}}}},
    },
)

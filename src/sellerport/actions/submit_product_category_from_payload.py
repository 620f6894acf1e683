"""Submit Product (Category from payload): create, change or delete products, each of its own category.

On MWS a Product message; on SP-API the listing's attributes, by the schema of its product type.
"""

from collections.abc import Mapping
from typing import Any

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
from sellerport.amazon.products.check import Rules
from sellerport.amazon.products.record import input_schema, messages_schema
from sellerport.schema import dialect

FIELDS = form("SubmitProductsFields", listings=False, first=[("operation", OPERATION), *listings_fields()])


def read(fields: Any, body: Any) -> Batch:
    """Products of whatever category the single member of their productData names."""
    return read_products(Rules(OPERATIONS[fields.operation]), body)


def metadata(cfg: Mapping[str, Any]) -> Mapping[str, Any]:
    """A list of products, the content of their categories left open."""
    operation = OPERATIONS.get(str(cfg.get("operation")), "Update")
    return {"in": dialect(messages_schema(input_schema(operation, ()))), "out": {}}


CHOICES = {"productTypes": product_types}
ACTION = feed_action(
    title="Submit Product (Category from payload)",
    order=75,
    help="Create, change or delete products, each of the category that its productData names. Upsert replaces a product: "
    "MWS erases the product data that you do not give, SP-API the whole listing's, with price, stock and images; "
    "PartialUpdate changes what you give. On SP-API each product needs a product type, in the message or in the form.",
    row=dict[str, Any],
    feed=FEED,
    fields=FIELDS,
    read=read,
    check=wrong,
    metadata=metadata,
    operations=USED,
    takes="messages",
    example_fields={"operation": "Upsert"},
    example={
        "messages": [
            {
                "sku": "BOOK-1",
                "productType": "ABIS_BOOK",
                "standardProductID": {"type": "ISBN", "value": "9780306406157"},
                "condition": {"conditionType": "New"},
                "descriptionData": {"title": "A Book", "brand": "Acme"},
                "productData": {
                    "books": {"productType": {"booksMisc": {"author": "A. Writer", "binding": "Paperback"}}}
                },
            },
        ]
    },
)

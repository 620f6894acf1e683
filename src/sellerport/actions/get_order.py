"""Get Order: orders by their Amazon order ids, in the order asked.

MWS answers fifty ids a request, SP-API one; ids that Amazon does not know are told apart from those that failed.
"""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._rows import ORDER_ID
from sellerport.amazon.orders import ALL_DATA, IncludedSets, OrderRecord, included
from sellerport.amazon.port import Amazon
from sellerport.contract import Action, Call, Data, Emission

OrderId = Annotated[str, Meta(pattern=ORDER_ID)]


class Fields(Struct, kw_only=True):
    """The step's form."""

    included_data: IncludedSets = field(name="includedData", default_factory=lambda: list(ALL_DATA))


class Input(Struct):
    order_ids: Annotated[list[OrderId], Meta(title="Amazon Order Ids", min_length=1)] = field(name="amazonOrderIds")


class Failure(Struct):
    amazon_order_id: Annotated[str, Meta(title="Amazon Order Id")] = field(name="amazonOrderId")
    code: Annotated[str, Meta(title="Code")]
    message: Annotated[str, Meta(title="Message")]
    request_id: Annotated[str, Meta(title="Request Id")] = field(name="requestId")


class Output(Struct):
    orders: Annotated[list[OrderRecord], Meta(title="Orders")]
    not_found: Annotated[list[str], Meta(title="Not Found")] = field(name="notFound")
    errors: Annotated[list[Failure], Meta(title="Errors")] | UnsetType = UNSET


async def run(call: Call, amazon: Amazon) -> AsyncGenerator[Emission, None]:
    """One message: the orders found, the ids not found, and those that failed; raises where every id failed."""
    ids = list(dict.fromkeys(call.body.order_ids))
    found = await amazon.orders_of(ids, included(call.fields.included_data))
    if len(found.errors) == len(ids):
        raise next(iter(found.errors.values()))
    body: dict[str, Any] = {
        "orders": [found.orders[order_id] for order_id in ids if order_id in found.orders],
        "notFound": [i for i in ids if i not in found.orders and i not in found.errors],
    }
    if found.errors:
        body["errors"] = [failure(order_id, found.errors[order_id]) for order_id in ids if order_id in found.errors]
    yield Data(body)


def failure(order_id: str, error: Exception) -> dict[str, str]:
    """What Amazon said of one id."""
    return {
        "amazonOrderId": order_id,
        "code": getattr(error, "code", ""),
        "message": getattr(error, "message", str(error)),
        "requestId": getattr(error, "request_id", ""),
    }


ACTION = Action(
    title="Get Order",
    help="Get orders by their Amazon order ids; ids that Amazon does not know are listed beside them.",
    order=90,
    run=run,
    fields=Fields,
    input=Input,
    output=Output,
    operations={"MWS": ("GetOrder",), "SP-API": ("getOrder",)},
    example={"amazonOrderIds": ["114-3808039-1650643"]},
)

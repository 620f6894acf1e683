"""List Order Items: what was bought with one order."""

from collections.abc import AsyncGenerator
from typing import Annotated

from msgspec import Meta, Struct, field

from sellerport.actions.get_order import OrderId
from sellerport.amazon.orders import OrderItemRecord
from sellerport.amazon.port import Amazon
from sellerport.contract import Action, Call, Data, Emission


class Input(Struct):
    order_id: Annotated[OrderId, Meta(title="Order Id")] = field(name="amazonOrderId")


class Output(Struct):
    order_id: Annotated[str, Meta(title="Amazon Order Id")] = field(name="amazonOrderId")
    order_items: Annotated[list[OrderItemRecord], Meta(title="Order Items")] = field(name="orderItems")


async def run(call: Call, amazon: Amazon) -> AsyncGenerator[Emission, None]:
    """One message with all items of the order; Rejected where Amazon does not know it."""
    order_id = call.body.order_id
    yield Data({"amazonOrderId": order_id, "orderItems": await amazon.order_items(order_id)})


ACTION = Action(
    title="List Order Items",
    help="List the items of one order.",
    order=85,
    run=run,
    input=Input,
    output=Output,
    operations={"MWS": ("ListOrderItems", "ListOrderItemsByNextToken"), "SP-API": ("getOrder",)},
    example={"amazonOrderId": "114-3808039-1650643"},
)

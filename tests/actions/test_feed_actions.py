"""Feed actions on both protocols: the world shows the effect, a wrong row is an issue at its row, bad input never leaves."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sellerport.errors import InputError, Rejected, Unavailable
from support import APIS, Asked, Bench, Forward, bench, bodies, reply

pytestmark = pytest.mark.anyio
MUG, CHILD, PARENT = "MUG-BLUE-11OZ", "TEE-HARBOUR-S-NAVY", "TEE-HARBOUR"
WAIT = {"waitForResult": "yes"}
FAST = {"RESPONSE_CHECK_DELAY": "20000"}


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def shop() -> AsyncIterator[Bench]:
    async with bench(scale=60) as b:
        yield b


async def answer(shop: Bench, api: str, function: str, body: Any, **fields: Any) -> Any:
    """The one body that the action emits."""
    (said,) = bodies(await shop.run(function, shop.cfg(api, **fields), body, env=FAST))
    return said


def attribute(shop: Bench, sku: str, name: str) -> Any:
    return shop.world.listings[sku].attributes.get(name)


def stock(shop: Bench, sku: str) -> dict[str, Any]:
    (found,) = attribute(shop, sku, "fulfillment_availability")
    return dict(found)


async def test_update_item_sets_stock_and_says_which_row_is_wrong(shop: Bench, api: str) -> None:
    rows = [{"SKU": MUG, "Quantity": 7}, {"SKU": "NO-SUCH", "Quantity": 1}]
    said = await answer(shop, api, "updateItem", {"messages": rows})
    assert stock(shop, MUG)["quantity"] == 7
    assert said["summary"] == {"processed": 2, "successful": 1, "withError": 1, "withWarning": 0}
    assert [(i["row"], i["rows"], i["sku"], i["severity"]) for i in said["issues"]] == [(1, [1], "NO-SUCH", "ERROR")]
    assert said["feedProcessingStatus"] == "DONE"


async def test_update_item_takes_one_record_and_names_in_any_case(shop: Bench, api: str) -> None:
    await answer(shop, api, "updateItem", {"sku": MUG, "quantity": 3})
    assert stock(shop, MUG)["quantity"] == 3


async def test_submit_inventory_answers_with_the_submission(shop: Bench, api: str) -> None:
    said = await answer(shop, api, "submitInventory", {"sku": MUG, "quantity": 9})
    assert set(said) == {"feedSubmissionId", "feedType", "submittedDate", "feedProcessingStatus"}


async def test_submit_inventory_keeps_or_erases_what_is_not_given_as_the_protocol_does(shop: Bench, api: str) -> None:
    await answer(shop, api, "submitInventory", {"sku": MUG, "quantity": 5, "fulfillmentLatency": 4}, **WAIT)
    await answer(shop, api, "submitInventory", {"sku": MUG, "quantity": 6}, **WAIT)
    kept = stock(shop, MUG).get("lead_time_to_ship_max_days")
    assert kept == (4 if api == "SP-API" else None)


async def test_a_price_is_changed(shop: Bench, api: str) -> None:
    body = {"sku": MUG, "standardPrice": {"value": "15.5", "currency": "USD"}}
    said = await answer(shop, api, "changeProductPrice", body, **WAIT)
    assert said["summary"]["successful"] == 1
    (offer,) = attribute(shop, MUG, "purchasable_offer")
    assert offer["our_price"][0]["schedule"][0]["value_with_tax"] == 15.5


async def test_an_image_is_changed(shop: Bench, api: str) -> None:
    body = {"sku": MUG, "imageType": "Main", "imageLocation": "https://example.org/new.jpg"}
    await answer(shop, api, "changeProductImage", body, **WAIT)
    assert attribute(shop, MUG, "main_product_image_locator")[0]["media_location"] == "https://example.org/new.jpg"


async def test_relations_are_established(shop: Bench, api: str) -> None:
    body = {"parentSKU": PARENT, "relation": [{"sku": CHILD, "type": "Variation"}]}
    said = await answer(shop, api, "establishProductRelationships", body, **WAIT)
    assert said["summary"]["withError"] == 0, said
    relation = attribute(shop, CHILD, "child_parent_sku_relationship")[0]
    assert relation["parent_sku"] == PARENT


async def test_an_order_is_acknowledged(shop: Bench, api: str) -> None:
    order = shop.ids("Unshipped")[0]
    (items,) = bodies(await shop.run("listOrderItems", shop.cfg(api), {"amazonOrderId": order}))
    row = {
        "amazonOrderID": order,
        "merchantOrderID": "0042",
        "statusCode": "Success",
        "amazonOrderItemCode": items["orderItems"][0]["orderItemId"],
        "merchantOrderItemID": 1,
    }
    unknown = {**row, "amazonOrderID": "000-0000000-0000000"}
    said = await answer(shop, api, "updateOrder", {"messages": [row, unknown]})
    assert [issue["row"] for issue in said["issues"]] == [1]
    (found,) = bodies(await shop.run("getOrder", shop.cfg(api), {"amazonOrderIds": [order]}))
    assert found["orders"][0]["sellerOrderId"] == "0042"


async def test_a_failure_cancels_the_order(shop: Bench, api: str) -> None:
    order = shop.ids("Unshipped")[0]
    (items,) = bodies(await shop.run("listOrderItems", shop.cfg(api), {"amazonOrderId": order}))
    rows = [
        {
            "amazonOrderID": order,
            "merchantOrderID": 42,
            "statusCode": "Failure",
            "amazonOrderItemCode": item["orderItemId"],
            "merchantOrderItemID": n,
            "cancelReason": "NoInventory",
        }
        for n, item in enumerate(items["orderItems"])
    ]
    await answer(shop, api, "updateOrder", {"messages": rows})
    assert order in shop.ids("Canceled")


async def test_status_and_result_of_a_submission(shop: Bench, api: str) -> None:
    rows = [{"sku": "NO-SUCH", "quantity": 1}, {"sku": MUG, "quantity": 1}]
    number = (await answer(shop, api, "submitInventory", {"messages": rows}))["feedSubmissionId"]
    asked = {"submissionId": number, "type": "POST_INVENTORY_AVAILABILITY_DATA"}
    early = await answer(shop, api, "getFeedSubmissionStatus", asked)
    assert early["feedProcessingStatus"] in ("IN_QUEUE", "IN_PROGRESS")
    assert (early["submissionId"], early["type"]) == (number, "POST_INVENTORY_AVAILABILITY_DATA")
    assert await answer(shop, api, "getFeedSubmissionResult", asked) == early
    await shop.time.sleep(300)
    done = await answer(shop, api, "getFeedSubmissionResult", asked, includeDocument="yes")
    assert done["summary"] == {"processed": 2, "successful": 1, "withError": 1, "withWarning": 0}
    assert [issue["row"] for issue in done["issues"]] == [0]
    assert "13013" in done["document"]
    assert (await answer(shop, api, "getFeedSubmissionStatus", asked))["feedProcessingStatus"] == "DONE"


async def test_a_result_that_this_journal_does_not_know_has_no_rows(shop: Bench, api: str) -> None:
    number = (await answer(shop, api, "submitInventory", {"sku": "NO-SUCH", "quantity": 1}))["feedSubmissionId"]
    await shop.time.sleep(300)
    fields = shop.cfg(api)
    elsewhere = {"SELLERPORT_STORE": "memory:", "RESPONSE_CHECK_DELAY": "1"}
    other = bench_of(shop)
    (said,) = bodies(
        [e async for e in other.stream("getFeedSubmissionResult", fields, {"submissionId": number}, env=elsewhere)]
    )
    assert said["summary"]["withError"] == 1
    assert [("row" in issue, issue["messageId"]) for issue in said["issues"]] == [(False, 1)]


def bench_of(shop: Bench) -> Bench:
    """Another installation on the same world: its store is its own."""
    import httpx2

    from sellerport.amazon.connect import Connector
    from sellerport.amazon.http import HttpTransport
    from sellerport.component import component

    made = Connector("0", clock=shop.time, transport=lambda: HttpTransport(httpx2.AsyncClient(transport=shop.wire)))
    return Bench(shop.time, shop.world, shop.wire, made, component(made))


@pytest.mark.parametrize("number", ["99999999999", "abc"])
@pytest.mark.parametrize("function", ["getFeedSubmissionStatus", "getFeedSubmissionResult"])
async def test_an_unknown_id_is_rejected(shop: Bench, api: str, function: str, number: str) -> None:
    with pytest.raises(Rejected):
        await answer(shop, api, function, {"submissionId": number})


async def test_another_type_than_the_feeds_is_an_error(shop: Bench, api: str) -> None:
    number = (await answer(shop, api, "submitInventory", {"sku": MUG, "quantity": 1}))["feedSubmissionId"]
    with pytest.raises(InputError, match="type"):
        await answer(
            shop, api, "getFeedSubmissionStatus", {"submissionId": number, "type": "POST_ORDER_FULFILLMENT_DATA"}
        )


async def test_a_sku_that_a_look_up_misses_is_left_out_and_said_again(shop: Bench) -> None:
    rows = [{"sku": sku, "imageType": "Main", "imageLocation": "https://example.org/a.jpg"} for sku in ("NO-SUCH", MUG)]
    said = await answer(shop, "SP-API", "changeProductImage", {"messages": rows})
    assert [issue["row"] for issue in said["issues"]] == [0]
    await shop.time.sleep(300)
    later = await answer(shop, "SP-API", "getFeedSubmissionResult", {"submissionId": said["feedSubmissionId"]})
    assert [issue["row"] for issue in later["issues"]] == [0]
    assert later["summary"] == {"processed": 2, "successful": 1, "withError": 1, "withWarning": 0}


async def test_where_no_row_is_left_nothing_is_submitted(shop: Bench) -> None:
    row = {"sku": "NO-SUCH", "imageType": "Main", "imageLocation": "https://example.org/a.jpg"}
    said = await answer(shop, "SP-API", "changeProductImage", row)
    assert "feedSubmissionId" not in said
    assert said["summary"] == {"processed": 1, "successful": 0, "withError": 1, "withWarning": 0}
    assert not shop.world.feeds


async def test_look_ups_ask_twenty_skus_a_call(shop: Bench) -> None:
    rows = [{"sku": f"S-{n}", "imageType": "Main", "imageLocation": "https://example.org/a.jpg"} for n in range(45)]
    await answer(shop, "SP-API", "changeProductImage", {"messages": rows})
    asked = [one for one in shop.wire.seen if "/listings/2021-08-01/items/" in one.path]
    assert [len(one.params["identifiers"].split(",")) for one in asked] == [20, 20, 5]


async def test_single_calls_answer_at_once(shop: Bench) -> None:
    rows = [{"SKU": MUG, "Quantity": 2}, {"SKU": "NO-SUCH", "Quantity": 1}]
    said = await answer(shop, "SP-API", "updateItem", {"messages": rows}, submitBy="listings")
    assert "feedSubmissionId" not in said
    assert [(one["row"], one["sku"], one["status"]) for one in said["submissions"]] == [
        (0, MUG, "ACCEPTED"),
        (1, "NO-SUCH", "INVALID"),
    ]
    assert said["summary"] == {"processed": 2, "successful": 1, "withError": 1, "withWarning": 0}
    assert [issue["row"] for issue in said["issues"]] == [1]
    assert not shop.world.feeds


@pytest.mark.parametrize("status", [400, 404, 413])
async def test_a_single_call_that_is_refused_is_an_issue_and_the_others_are_made(shop: Bench, status: int) -> None:
    refusal = b'{"errors": [{"code": "NotFound", "message": "No such SKU."}]}'

    async def spoil(asked: Asked, forward: Forward) -> Any:
        return reply(status, refusal) if asked.path.endswith("/ODD") else None

    shop.wire.spoil = spoil
    rows = [{"SKU": "ODD", "Quantity": 1}, {"SKU": MUG, "Quantity": 2}]
    said = await answer(shop, "SP-API", "updateItem", {"messages": rows}, submitBy="listings")
    assert [one["status"] for one in said["submissions"]] == ["INVALID", "ACCEPTED"]
    assert [(one["row"], one["message"]) for one in said["issues"]] == [(0, "No such SKU.")]


@pytest.mark.parametrize("body", [b"<html>Not found</html>", b'{"message": "No route"}', b""])
async def test_what_stands_before_the_api_is_no_issue_of_a_listing(shop: Bench, body: bytes) -> None:
    async def spoil(asked: Asked, forward: Forward) -> Any:
        return reply(404, body, {"x-amzn-errortype": "NotFoundException"}) if asked.method == "PATCH" else None

    shop.wire.spoil = spoil
    with pytest.raises(Rejected):
        await answer(shop, "SP-API", "updateItem", {"SKU": MUG, "Quantity": 2}, submitBy="listings")


async def test_an_error_among_single_calls_says_how_many_were_made(shop: Bench) -> None:
    shop.world.faults.order("patchListingsItem", "500", count=5, skip=2)
    rows = [{"SKU": f"S-{n}", "Quantity": n} for n in range(4)]
    _, error = await shop.ended("updateItem", shop.cfg("SP-API", submitBy="listings"), {"messages": rows}, env=FAST)
    assert isinstance(error, Unavailable)
    assert "2 calls were made before it, the last for row 1" in str(error)


async def test_a_key_holds_for_single_calls_too(shop: Bench) -> None:
    cfg = shop.cfg("SP-API", submitBy="listings")

    async def said(quantity: int) -> Any:
        row = {"SKU": MUG, "Quantity": quantity}
        (body,) = bodies(await shop.run("updateItem", cfg, row, env=FAST, key="k", key_is_strict=True))
        return body

    first = await said(2)
    calls = len([one for one in shop.wire.seen if one.method == "PATCH"])
    assert await said(2) == first
    with pytest.raises(InputError, match=first["submissions"][0]["submissionId"]):
        await said(3)
    assert len([one for one in shop.wire.seen if one.method == "PATCH"]) == calls == 1


async def test_a_key_of_a_feed_is_none_of_single_calls(shop: Bench) -> None:
    how: dict[str, Any] = {"env": FAST, "key": "k", "key_is_strict": True}
    row = {"SKU": MUG, "Quantity": 2}
    (first,) = bodies(await shop.run("updateItem", shop.cfg("SP-API"), row, **how))
    with pytest.raises(InputError, match=first["feedSubmissionId"]):
        await shop.run("updateItem", shop.cfg("SP-API", submitBy="listings"), row, **how)


async def test_single_calls_without_a_key_are_made_each_time(shop: Bench) -> None:
    for _ in range(2):
        await answer(shop, "SP-API", "updateItem", {"SKU": MUG, "Quantity": 2}, submitBy="listings")
    assert len([one for one in shop.wire.seen if one.method == "PATCH"]) == 2


async def test_a_sample_waits_no_longer_than_a_sample_may(shop: Bench, api: str) -> None:
    shop.world.faults.order("processing", "stuck")
    began = shop.time.now()
    (said,) = bodies(
        await shop.run("updateItem", shop.cfg(api), {"SKU": MUG, "Quantity": 2}, env=FAST, sample="platform")
    )
    assert "summary" not in said
    assert shop.time.now() - began < 60


async def test_single_calls_are_an_error_where_there_are_none(shop: Bench) -> None:
    with pytest.raises(InputError, match="submitBy"):
        await answer(shop, "MWS", "updateItem", {"SKU": MUG, "Quantity": 2}, submitBy="listings")
    assert not shop.wire.seen


async def test_only_validating_submits_nothing_and_keeps_nothing(shop: Bench, api: str) -> None:
    said = await answer(shop, api, "updateItem", {"SKU": "NO-SUCH", "Quantity": 2}, validateOnly="yes")
    assert said == {
        "validated": True,
        "summary": {"processed": 1, "successful": 1, "withError": 0, "withWarning": 0},
        "issues": [],
    }
    assert not shop.wire.seen


async def test_true_and_false_are_yes_and_no(shop: Bench, api: str) -> None:
    said = await answer(shop, api, "updateItem", {"SKU": MUG, "Quantity": 2}, waitForResult=False)
    assert "summary" not in said
    assert "summary" in await answer(shop, api, "updateItem", {"SKU": MUG, "Quantity": 2}, waitForResult=True)


PRICE = {"value": 3, "currency": "USD"}
ORDER = {"amazonOrderID": "114-3808039-1650643", "merchantOrderID": 1, "statusCode": "Success",
         "amazonOrderItemCode": "68828574383266", "merchantOrderItemID": 1}  # fmt: skip
IMAGE = {"sku": MUG, "imageType": "Main", "imageLocation": "https://example.org/a.jpg"}
FAMILY = {"parentSKU": PARENT, "relation": [{"sku": CHILD, "type": "Variation"}]}
SALE = {"startDate": "2026-01-01", "endDate": "2026-02-01", "salePrice": PRICE}
QUANTITY = {"quantityPrice1": 2, "quantityLowerBound1": 5}

#: function, a good record, and for each member wrong values with the path that is told.
WRONG: list[tuple[str, dict[str, Any], list[tuple[dict[str, Any], str]]]] = [
    ("updateItem", {"SKU": MUG, "Quantity": 1}, [
        ({"SKU": ""}, "SKU"), ({"SKU": "x" * 41}, "SKU"), ({"SKU": 7}, "SKU"), ({"SKU": "a\u0001"}, "SKU"),
        ({"Quantity": -1}, "Quantity"), ({"Quantity": "many"}, "Quantity"), ({"Quantity": 1.5}, "Quantity"),
        ({"Quantity": True}, "Quantity"), ({"productType": "a mug"}, "productType"), ({"Colour": 1}, "Colour"),
    ]),
    ("submitInventory", {"sku": MUG, "quantity": 1}, [
        ({"sku": None}, "sku"), ({"fulfillmentCenterID": "x" * 51}, "fulfillmentCenterID"),
        ({"available": "maybe"}, "available"), ({"available": True}, "quantity"), ({"quantity": -1}, "quantity"),
        ({"lookup": "Elsewhere"}, "lookup"), ({"restockDate": "soon"}, "restockDate"),
        ({"fulfillmentLatency": 0}, "fulfillmentLatency"), ({"fulfillmentLatency": 31}, "fulfillmentLatency"),
        ({"switchFulfillmentTo": "FBA"}, "switchFulfillmentTo"), ({"productType": ""}, "productType"),
    ]),
    ("changeProductImage", IMAGE, [
        ({"sku": ""}, "sku"), ({"imageType": "Front"}, "imageType"), ({"imageLocation": "a.jpg"}, "imageLocation"),
        ({"imageLocation": "https://x.example/a b"}, "imageLocation"), ({"productType": "?"}, "productType"),
    ]),
    ("changeProductPrice", {"sku": MUG, "standardPrice": PRICE}, [
        ({"sku": ""}, "sku"), ({"standardPrice": {**PRICE, "value": "cheap"}}, "standardPrice.value"),
        ({"standardPrice": {**PRICE, "value": -1}}, "standardPrice.value"),
        ({"standardPrice": {**PRICE, "value": 1.00001}}, "standardPrice.value"),
        ({"standardPrice": {**PRICE, "currency": "XYZ"}}, "standardPrice.currency"),
        ({"standardPrice": {**PRICE, "currency": "EUR"}}, "standardPrice.currency"),
        ({"standardPrice": {"value": 3}}, "standardPrice.currency"),
        ({"standardPricePoints": -1}, "standardPricePoints"), ({"businessPrice": "x"}, "businessPrice"),
        ({"minimumOrderAmount": 1e30}, "minimumOrderAmount"), ({"orderIncrement": "0.123456789012"}, "orderIncrement"),
        ({"maximumOrderAmount": 0.00001}, "maximumOrderAmount"), ({"businessPrice": "12.50\n"}, "businessPrice"),
        ({"quantityPriceType": "percent", "quantityPrice": {**QUANTITY, "quantityPrice1": 1e30}},
         "quantityPrice.quantityPrice1"),
        ({"quantityPriceType": "percent", "quantityPrice": {**QUANTITY, "quantityPrice1": 0.00001}},
         "quantityPrice.quantityPrice1"),
        ({"quantityPriceType": "half"}, "quantityPriceType"), ({"quantityPrice": QUANTITY}, "quantityPriceType"),
        ({"quantityPriceType": "fixed", "quantityPrice": {"quantityPrice1": 2}}, "quantityPrice.quantityLowerBound1"),
        ({"quantityPriceType": "fixed", "quantityPrice": {"quantityPrice9": 2}}, "quantityPrice.quantityPrice9"),
        ({"quantityPriceType": "fixed", "quantityPrice": {**QUANTITY, "quantityPrice2": 1, "quantityLowerBound2": 5}},
         "quantityPrice.quantityLowerBound2"),
        ({"minimumSellerAllowedPrice": {**PRICE, "value": 4}}, "standardPrice.value"),
        ({"maximumSellerAllowedPrice": {**PRICE, "value": 2}}, "standardPrice.value"),
        ({"minimumSellerAllowedPrice": {**PRICE, "value": "low"}}, "minimumSellerAllowedPrice.value"),
        ({"map": {**PRICE, "zero": "no"}}, "map.zero"), ({"depositAmount": {"value": 1, "currency": 1}}, "depositAmount"),
        ({"sale": {**SALE, "startDate": "soon"}}, "sale.startDate"), ({"sale": {**SALE, "endDate": "2025-01-01"}}, "sale"),
        ({"sale": {"salePrice": PRICE}}, "sale.startDate"), ({"sale": {**SALE, "salePricePoints": "x"}}, "sale"),
        ({"compareAt": {}}, "compareAt.compareAtPrice"), ({"previous": {}}, "previous.price"),
        ({"previous": {"price": {"value": 1.234}}}, "previous.price.value"),
        *[({f"rental{n}": {}}, f"rental{n}.startDate") for n in range(10)],
        *[({f"{metal}{kind}Price": "x" * 51}, f"{metal}{kind}Price")
          for metal in ("metal", "diamond", "gemstone", "makingCharges", "tax") for kind in ("Standard", "Sale")],
        ({"maximumSellerAllowedPrice": {**PRICE, "currency": ""}}, "maximumSellerAllowedPrice.currency"),
        ({"rental9": {**SALE}}, "rental9"), ({"costPerClickBidPrice": 1}, "costPerClickBidPrice"),
        ({"pricingAction": "delete"}, "pricingAction"), ({"metalStandardPrice": ""}, "metalStandardPrice"),
        ({"taxSalePrice": "x" * 51}, "taxSalePrice"), ({"maximumRetailPrice": "1"}, "maximumRetailPrice"),
        ({"isSourcingOnDemand": True}, "isSourcingOnDemand"), ({"pricingStrategy": "x"}, "pricingStrategy"),
        ({"minimumOrderAmount": "x"}, "minimumOrderAmount"), ({"maximumOrderAmount": -1}, "maximumOrderAmount"),
        ({"orderIncrement": "-1"}, "orderIncrement"), ({"productType": 1}, "productType"),
        ({"businessPrice": 2, "pricingAction": "delete business_price"}, "pricingAction"),
    ]),
    ("establishProductRelationships", FAMILY, [
        ({"parentSKU": ""}, "parentSKU"), ({"relation": []}, "relation"), ({"relation": [{"sku": CHILD}]}, "relation[0].type"),
        ({"relation": [{"sku": PARENT, "type": "Variation"}]}, "relation[0].sku"),
        ({"relation": [{"sku": "", "type": "Variation"}]}, "relation[0].sku"),
        ({"relation": [{"sku": CHILD, "type": "Cousin"}]}, "relation[0].type"),
        ({"relation": [{"sku": CHILD, "type": "Variation", "sortHeuristic": 0}]}, "relation[0].sortHeuristic"),
        ({"relation": [{"sku": CHILD, "type": "Variation", "quantity": "x"}]}, "relation[0].quantity"),
        ({"relation": [{"sku": CHILD, "type": "Variation", "componentNumber": 0}]}, "relation[0].componentNumber"),
        ({"relation": [{"sku": CHILD, "type": "Variation", "childDetailPageDisplay": "x"}]},
         "relation[0].childDetailPageDisplay"),
        ({"relation": [{"sku": CHILD, "type": "Variation"}] * 2}, "relation[1].sku"),
        ({"variationTheme": 7}, "variationTheme"), ({"productType": "x"}, "productType"),
        ({"productType": "MUG\n"}, "productType"),
    ]),
    ("updateOrder", ORDER, [
        ({"amazonOrderID": "1-2-3"}, "amazonOrderID"), ({"amazonOrderID": ORDER["amazonOrderID"] + "\n"}, "amazonOrderID"),
        ({"amazonOrderItemCode": "1" * 14 + "\n"}, "amazonOrderItemCode"), ({"merchantOrderID": ""}, "merchantOrderID"),
        ({"merchantOrderID": None}, "merchantOrderID"), ({"statusCode": "Maybe"}, "statusCode"),
        ({"amazonOrderItemCode": "123"}, "amazonOrderItemCode"), ({"merchantOrderItemID": [1]}, "merchantOrderItemID"),
        ({"statusCode": "Failure", "cancelReason": "Whim"}, "cancelReason"), ({"cancelReason": "NoInventory"}, "cancelReason"),
        ({"statusCode": "Failure", "quantity": 0}, "quantity"),
    ]),
    ("getFeedSubmissionStatus", {"submissionId": "1"}, [
        ({"submissionId": ""}, "submissionId"), ({"submissionId": "a/b"}, "submissionId"),
        ({"submissionId": ".."}, "submissionId"), ({"submissionId": "50001\n"}, "submissionId"), ({"type": 3}, "type"),
    ]),
    ("getFeedSubmissionResult", {"submissionId": "1"}, [({"submissionId": 5}, "submissionId"), ({"type": []}, "type")]),
]  # fmt: skip
CASES = [(function, {**good, **bad}, path) for function, good, cases in WRONG for bad, path in cases]


def _other(function: str) -> dict[str, Any]:
    """A good record of the function that is of another SKU or order than the one in the table."""
    good = next(good for name, good, _ in WRONG if name == function)
    others = {"sku": "OTHER", "SKU": "OTHER", "parentSKU": "OTHER", "amazonOrderID": "114-0000000-0000000"}
    return {name: others.get(name, value) for name, value in good.items()}


@pytest.mark.parametrize("in_messages", [False, True])
@pytest.mark.parametrize(("function", "body", "path"), CASES, ids=[f"{c[0]}-{n}-{c[2]}" for n, c in enumerate(CASES)])
async def test_a_wrong_value_is_refused_with_its_path(
    shop: Bench, api: str, function: str, body: dict[str, Any], path: str, in_messages: bool
) -> None:
    if in_messages and function.startswith("get"):
        return
    whole = {"messages": [_other(function), body]} if in_messages else body
    with pytest.raises(InputError) as told:
        await answer(shop, api, function, whole)
    start = "$.messages[1]." if in_messages else "$."
    assert any(problem.path.startswith(start + path) for problem in told.value.problems), told.value
    assert not shop.wire.seen


@pytest.mark.parametrize(
    ("function", "body", "path"),
    [
        (
            "submitInventory",
            [{"sku": MUG, "quantity": 1}, {"sku": MUG, "fulfillmentCenterID": "", "quantity": 2}],
            "sku",
        ),
        ("submitInventory", [{"sku": MUG}, {"sku": "B", "quantity": 2}], None),
        ("changeProductImage", [IMAGE, IMAGE], "imageType"),
        ("changeProductPrice", [{"sku": MUG, "standardPrice": PRICE}] * 2, "sku"),
        ("changeProductPrice", [{"sku": "B", "standardPrice": PRICE}, {"sku": MUG}], "standardPrice"),
        ("establishProductRelationships", [FAMILY, FAMILY], "relation[0].sku"),
        (
            "establishProductRelationships",
            [
                {**FAMILY, "variationTheme": "SIZE"},
                {**FAMILY, "variationTheme": "COLOR", "relation": [{"sku": "B", "type": "Variation"}]},
            ],
            "variationTheme",
        ),
        ("updateOrder", [ORDER, ORDER], "amazonOrderItemCode"),
        ("updateOrder", [ORDER, {**ORDER, "merchantOrderID": 2, "amazonOrderItemCode": "1" * 14}], "merchantOrderID"),
        ("updateOrder", [ORDER, {**ORDER, "statusCode": "Failure", "amazonOrderItemCode": "1" * 14}], "statusCode"),
    ],
)
async def test_rows_that_cannot_both_hold_are_refused(
    shop: Bench, api: str, function: str, body: list[Any], path: str | None
) -> None:
    with pytest.raises(InputError) as told:
        await answer(shop, api, function, {"messages": body})
    row = 0 if path is None else 1
    assert f"$.messages[{row}].{path or 'quantity'}" in [problem.path for problem in told.value.problems]
    assert not shop.wire.seen


async def test_one_sku_may_have_two_images(shop: Bench, api: str) -> None:
    said = await answer(shop, api, "changeProductImage", {"messages": [IMAGE, {**IMAGE, "imageType": "PT1"}]}, **WAIT)
    assert said["summary"]["successful"] == 2


REFUSED = [
    ("submitInventory", {"sku": MUG, "fulfillmentCenterID": "AMAZON_NA", "quantity": 1}, "quantity"),
    ("submitInventory", {"sku": MUG, "lookup": "FulfillmentNetwork", "switchFulfillmentTo": "MFN"}, "lookup"),
    ("changeProductImage", {**IMAGE, "imageType": "Search"}, "imageType"),
    ("changeProductImage", {**IMAGE, "imageLocation": "ftp://example.org/a.jpg"}, "imageLocation"),
    ("changeProductPrice", {"sku": MUG, "standardPricePoints": 5}, "standardPricePoints"),
    ("changeProductPrice", {"sku": MUG, "depositAmount": {"value": 1, "currency": "USD"}}, "depositAmount"),
    ("changeProductPrice", {"sku": MUG, "sale": {**SALE, "salePricePoints": 1}}, "sale.salePricePoints"),
    ("changeProductPrice", {"sku": MUG, "standardPrice": {**PRICE, "zero": True}}, "standardPrice.zero"),
    ("establishProductRelationships", {**FAMILY, "relation": [{"sku": CHILD, "type": "Accessory"}]}, "relation[0].type"),
    ("establishProductRelationships", {**FAMILY, "relation": [{"sku": CHILD, "type": "Variation", "quantity": 2}]},
     "relation[0].quantity"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "body", "path"), REFUSED)
async def test_what_sp_api_cannot_do_is_refused_there_and_taken_by_mws(
    shop: Bench, function: str, body: Any, path: str
) -> None:
    with pytest.raises(InputError) as told:
        await answer(shop, "SP-API", function, body)
    assert f"$.{path}" in [problem.path for problem in told.value.problems]
    assert not shop.wire.seen
    assert (await answer(shop, "MWS", function, body))["feedSubmissionId"]


async def test_mws_fetches_no_pictures_from_s3(shop: Bench) -> None:
    with pytest.raises(InputError, match="imageLocation"):
        await answer(shop, "MWS", "changeProductImage", {**IMAGE, "imageLocation": "s3://bucket/key"})


async def test_a_key_that_no_one_knows_is_told_with_its_path(shop: Bench, api: str) -> None:
    with pytest.raises(InputError) as told:
        await answer(shop, api, "updateItem", {"messages": [{"SKU": MUG, "Quantity": 1}], "extra": 1})
    assert [problem.path for problem in told.value.problems] == ["$.extra"]


async def test_a_body_that_is_no_json_is_refused(shop: Bench, api: str) -> None:
    import msgspec

    for body in (msgspec.Raw(b"{"), msgspec.Raw(b"[]"), msgspec.Raw(b"null"), [], {"messages": {}}):
        with pytest.raises(InputError):
            await answer(shop, api, "updateItem", body)


def test_the_wrong_values_name_every_member_of_every_form() -> None:
    import importlib

    from sellerport.reading import schema_of

    files = {"updateItem": "update_item", "submitInventory": "submit_inventory", "updateOrder": "update_order",
             "changeProductImage": "change_product_image", "changeProductPrice": "change_product_price",
             "establishProductRelationships": "establish_product_relationships"}  # fmt: skip
    for function, _, cases in WRONG:
        if function not in files:
            continue
        row = importlib.import_module(f"sellerport.actions.{files[function]}").ROW
        told = json.dumps([path for _, path in cases])
        missing = [name for name in schema_of(row)["properties"] if name not in told]
        assert missing == []

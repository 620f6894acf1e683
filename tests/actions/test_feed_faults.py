"""Feed actions when Amazon misbehaves, and what they send by Amazon's own models."""

import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import jsonschema_rs
import pytest

from models import MODELS, faults
from sellerport.errors import FeedFailed, Unavailable
from support import APIS, Asked, Bench, Forward, bench, bodies

pytestmark = pytest.mark.anyio
MUG = "MUG-BLUE-11OZ"
ROW = {"SKU": MUG, "Quantity": 7}
ENV = {"RESPONSE_CHECK_DELAY": "20000"}
SUBMIT = {"SP-API": "createFeed", "MWS": "SubmitFeed"}
BODIES = {
    "/documents": ("feeds_2021-06-30", "CreateFeedDocumentSpecification"),
    "/feeds": ("feeds_2021-06-30", "CreateFeedSpecification"),
}


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def shop() -> AsyncIterator[Bench]:
    async with bench(scale=60) as b:
        yield b


async def answer(shop: Bench, api: str, body: Any = ROW, function: str = "updateItem", **fields: Any) -> Any:
    """The one body that the action emits."""
    (said,) = bodies(await shop.run(function, shop.cfg(api, **fields), body, env=ENV))
    return said


@pytest.mark.parametrize("kind", ["throttle", "500", "503", "html", "lost-reply", "reset", "garbage", "truncated"])
async def test_one_misbehaviour_at_the_submission_leaves_one_feed(shop: Bench, api: str, kind: str) -> None:
    shop.world.faults.order(SUBMIT[api], kind)
    assert (await answer(shop, api))["summary"]["successful"] == 1
    assert len(shop.world.feeds) == 1


async def test_a_token_that_dies_at_the_submission_is_renewed(shop: Bench) -> None:
    shop.world.faults.order("createFeed", "expired-token")
    assert (await answer(shop, "SP-API"))["summary"]["successful"] == 1
    assert len(shop.world.feeds) == 1


@pytest.mark.parametrize("kind", ["throttle", "503", "reset", "lost-reply"])
@pytest.mark.parametrize("operation", ["createFeedDocument", "upload", "getFeed", "getFeedDocument", "download"])
async def test_a_misbehaviour_at_another_step_is_borne(shop: Bench, operation: str, kind: str) -> None:
    if operation in ("upload", "download") and kind == "throttle":
        return  # storage has no quota
    shop.world.faults.order(operation, kind)
    assert (await answer(shop, "SP-API"))["summary"]["successful"] == 1
    assert len(shop.world.feeds) == 1


@pytest.mark.parametrize("kind", ["throttle", "503", "reset", "lost-reply"])
@pytest.mark.parametrize("operation", ["ping", "GetFeedSubmissionList", "GetFeedSubmissionResult"])
async def test_a_misbehaviour_of_mws_at_another_step_is_borne(shop: Bench, operation: str, kind: str) -> None:
    if operation == "ping" and kind == "throttle":
        return  # a ping has no quota
    shop.world.faults.order(operation, kind)
    assert (await answer(shop, "MWS"))["summary"]["successful"] == 1
    assert len(shop.world.feeds) == 1


async def test_a_cancelled_feed_fails_with_its_id(shop: Bench, api: str) -> None:
    shop.world.faults.order("processing", "cancelled")
    with pytest.raises(FeedFailed, match=r"feed \d+ as CANCELLED"):
        await answer(shop, api)


async def test_a_stuck_feed_answers_with_its_status(shop: Bench, api: str) -> None:
    shop.world.faults.order("processing", "stuck")
    said = await answer(shop, api)
    assert said["feedProcessingStatus"] in ("IN_QUEUE", "IN_PROGRESS")
    assert "summary" not in said


async def test_a_damaged_report_is_fetched_again(shop: Bench) -> None:
    damaged: list[int] = []

    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        if asked.name != "GetFeedSubmissionResult" or damaged:
            return None
        damaged.append(1)
        answer = await forward()
        return httpx2.Response(200, stream=httpx2.ByteStream((await answer.aread())[:-9]), headers=answer.headers)

    shop.wire.spoil = spoil
    assert (await answer(shop, "MWS"))["summary"]["successful"] == 1
    assert damaged


async def test_a_report_that_stays_damaged_is_unavailable(shop: Bench) -> None:
    async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
        wrong = {"content-md5": base64.b64encode(b"0" * 16).decode()}
        if asked.name != "GetFeedSubmissionResult":
            return None
        return httpx2.Response(200, stream=httpx2.ByteStream(b"x"), headers=wrong)

    shop.wire.spoil = spoil
    with pytest.raises(Unavailable, match="MD5"):
        await answer(shop, "MWS")


async def everything(shop: Bench) -> None:
    """Each feed action over SP-API, by feed and by single calls; a lost answer, so that a look-up is among the requests."""
    price = {"sku": MUG, "standardPrice": {"value": 3, "currency": "USD"}}
    image = {"sku": MUG, "imageType": "Main", "imageLocation": "https://example.org/a.jpg"}
    family = {"parentSKU": "TEE-HARBOUR", "relation": [{"sku": "TEE-HARBOUR-S-NAVY", "type": "Variation"}]}
    shop.world.faults.order("createFeed", "lost-reply")
    for function, body in (
        ("updateItem", ROW), ("submitInventory", {"sku": "CABLE/USB-C 1M", "quantity": 1}), ("changeProductPrice", price),
        ("changeProductImage", image), ("establishProductRelationships", family),
    ):  # fmt: skip
        for by in ("feed", "listings"):
            said = await answer(shop, "SP-API", body, function, submitBy=by, waitForResult="yes")
            assert said["summary"]["withError"] == 0, said


async def test_every_request_is_one_of_amazons_models(shop: Bench) -> None:
    await everything(shop)
    asked = [one for one in shop.wire.seen if "/auth/" not in one.path and "/_documents/" not in one.path]
    assert {re.sub(r"/[^/]*$", "", one.path) for one in asked} > {"/feeds/2021-06-30", "/feeds/2021-06-30/feeds"}
    assert [(one.method, one.url, wrong) for one in asked if (wrong := faults(one))] == []


async def test_every_body_is_of_amazons_models(shop: Bench) -> None:
    await everything(shop)
    judged = 0
    for asked in shop.wire.seen:
        name = next((name for end, name in BODIES.items() if asked.path.endswith(end) and asked.method == "POST"), None)
        if asked.method == "PATCH":
            name = ("listings_items_2021-08-01", "ListingsItemPatchRequest")
        if name is not None:
            definitions = MODELS[name[0]]["definitions"]
            schema = {"$ref": f"#/definitions/{name[1]}", "definitions": definitions}
            jsonschema_rs.validator_for(schema).validate(json.loads(asked.body))
            judged += 1
    assert judged > 12


async def test_a_document_is_uploaded_with_the_content_type_it_was_announced_with(shop: Bench) -> None:
    await everything(shop)
    announced = [json.loads(one.body)["contentType"] for one in shop.wire.seen if one.path.endswith("-30/documents")]
    uploaded = [one for one in shop.wire.seen if one.method == "PUT" and "/_documents/" in one.path]
    assert [one.headers["content-type"] for one in uploaded] == announced
    assert all("transfer-encoding" not in one.headers and "x-amz-access-token" not in one.headers for one in uploaded)

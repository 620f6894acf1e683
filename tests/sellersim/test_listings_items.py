"""Listings Items over the wire: read, search, write, preview."""

from typing import Any
from urllib.parse import quote

import pytest
from feed_callers import Caller, world
from sim_models import disagreements

pytestmark = pytest.mark.anyio

API = "listings_items_2021-08-01"
US = "ATVPDKIKX0DER"
MUG, ODD = "MUG-BLUE-11OZ", "CABLE/USB-C 1M"
STOCK = "/attributes/fulfillment_availability"
EVERYTHING = "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes"


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


def path(caller: Caller, sku: str = "") -> str:
    base = f"/listings/2021-08-01/items/{caller.world.seller.id}"
    return f"{base}/{quote(sku, safe='')}" if sku else base


def patch(quantity: Any, kind: str = "PRODUCT") -> dict[str, Any]:
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": quantity}]
    return {"productType": kind, "patches": [{"op": "merge", "path": STOCK, "value": value}]}


def product(**attributes: Any) -> dict[str, Any]:
    told = {
        "item_name": [{"value": "A lamp", "language_tag": "en_US", "marketplace_id": US}],
        "brand": [{"value": "Acme", "language_tag": "en_US", "marketplace_id": US}],
        "merchant_suggested_asin": [{"value": "B0EXAMPLEG", "marketplace_id": US}],
        **attributes,
    }
    return {"productType": "LIGHT_FIXTURE", "requirements": "LISTING", "attributes": told}


async def written(caller: Caller, method: str, sku: str, body: Any = None, **params: str) -> dict[str, Any]:
    """The answer to a write, which agrees with Amazon's model."""
    got = await caller.sp(method, path(caller, sku), body, marketplaceIds=US, **params)
    assert got.status_code == 200, got.text
    assert not disagreements(API, f"{method.lower()}ListingsItem", 200, got.json())
    return dict(got.json())


# ------------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("sku", [MUG, ODD, "A-CHARGER-20W", "TEE-HARBOUR", "TEE-HARBOUR-S-NAVY"])
async def test_an_item_is_shown_with_all_its_data_as_the_model_says(caller: Caller, sku: str) -> None:
    item = await caller.item(sku, EVERYTHING)
    assert not disagreements(API, "getListingsItem", 200, item)
    assert set(item) == {"sku", *EVERYTHING.split(",")}


async def test_an_item_is_shown_with_summaries_where_nothing_is_asked(caller: Caller) -> None:
    got = (await caller.sp("GET", path(caller, MUG), marketplaceIds=US)).json()
    assert set(got) == {"sku", "summaries"}
    assert got["summaries"][0]["productType"] == "DRINKING_CUP"
    assert got["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]


async def test_offers_and_stock_are_shown_in_short(caller: Caller) -> None:
    item = await caller.item(MUG, "offers,fulfillmentAvailability")
    assert item["offers"][0]["offerType"] == "B2C"
    assert item["offers"][0]["price"]["currencyCode"] == "USD"
    assert item["fulfillmentAvailability"][0]["fulfillmentChannelCode"] == "DEFAULT"


async def test_parent_and_child_point_at_one_another(caller: Caller) -> None:
    parent, child = [await caller.item(sku, "relationships") for sku in ("TEE-HARBOUR", "TEE-HARBOUR-S-NAVY")]
    assert "TEE-HARBOUR-S-NAVY" in parent["relationships"][0]["relationships"][0]["childSkus"]
    assert child["relationships"][0]["relationships"][0]["parentSkus"] == ["TEE-HARBOUR"]


async def test_an_unknown_sku_is_not_found(caller: Caller) -> None:
    got = await caller.sp("GET", path(caller, "NO-SUCH-SKU"), marketplaceIds=US)
    assert (got.status_code, got.json()["errors"][0]["code"]) == (404, "NotFound")


async def test_another_sellers_items_are_denied(caller: Caller) -> None:
    got = await caller.sp("GET", f"/listings/2021-08-01/items/A0OTHER/{MUG}", marketplaceIds=US)
    assert got.status_code == 403


@pytest.mark.parametrize("asked", [{}, {"marketplaceIds": US, "includedData": "secrets"}])
async def test_a_wrong_question_is_refused(caller: Caller, asked: dict[str, str]) -> None:
    assert (await caller.sp("GET", path(caller, MUG), **asked)).status_code == 400


# -------------------------------------------------------------------------------------------------------------- search


async def search(caller: Caller, **asked: str) -> dict[str, Any]:
    got = await caller.sp("GET", path(caller), marketplaceIds=US, **asked)
    assert got.status_code == 200, got.text
    assert not disagreements(API, "searchListingsItems", 200, got.json())
    return dict(got.json())


async def test_a_search_pages_through_every_item(caller: Caller) -> None:
    got = await search(caller, pageSize="20", sortBy="sku", sortOrder="ASC")
    seen = [item["sku"] for item in got["items"]]
    while "nextToken" in got.get("pagination", {}):
        token = got["pagination"]["nextToken"]
        got = await search(caller, pageSize="20", sortBy="sku", sortOrder="ASC", pageToken=token)
        seen += [item["sku"] for item in got["items"]]
    assert seen == sorted(caller.world.listings)
    assert got["numberOfResults"] == len(seen)


async def test_a_search_for_skus_answers_those_that_exist(caller: Caller) -> None:
    got = await search(
        caller, identifiers=f"{MUG},NO-SUCH-SKU,{ODD}", identifiersType="SKU", includedData="productTypes"
    )
    assert {item["sku"]: item["productTypes"][0]["productType"] for item in got["items"]} == {
        MUG: "DRINKING_CUP",
        ODD: "CHARGING_ADAPTER",
    }


async def test_a_search_for_an_asin_or_upc_finds_the_item(caller: Caller) -> None:
    listing = caller.world.listings[MUG]
    upc = listing.attributes["externally_assigned_product_identifier"][0]["value"]
    for kind, value in (("ASIN", listing.asin), ("UPC", upc)):
        got = await search(caller, identifiers=value, identifiersType=kind)
        assert [item["sku"] for item in got["items"]] == [MUG]


async def test_a_search_for_children_and_by_status(caller: Caller) -> None:
    children = await search(caller, variationParentSku="TEE-HARBOUR")
    assert children["numberOfResults"] == 6
    unsold = await search(caller, withoutStatus="BUYABLE", pageSize="20")
    assert {"TEE-HARBOUR", "BOOT-TRAIL"} <= {item["sku"] for item in unsold["items"]}


@pytest.mark.parametrize(
    "asked",
    [
        {"identifiers": ",".join("ABCDEFGHIJKLMNOPQRSTU"), "identifiersType": "SKU"},
        {"identifiers": "A"},
        {"identifiersType": "SKU"},
        {"identifiers": "A", "identifiersType": "ODD"},
        {"identifiers": "A", "identifiersType": "SKU", "variationParentSku": "B"},
        {"pageSize": "21"},
        {"sortBy": "price"},
        {"pageToken": "nonsense"},
    ],
)
async def test_a_wrong_search_is_refused(caller: Caller, asked: dict[str, str]) -> None:
    assert (await caller.sp("GET", path(caller), marketplaceIds=US, **asked)).status_code == 400


async def test_a_page_token_fits_its_own_filters_only(caller: Caller) -> None:
    token = (await search(caller, pageSize="5"))["pagination"]["nextToken"]
    got = await caller.sp("GET", path(caller), marketplaceIds=US, pageSize="6", pageToken=token)
    assert got.status_code == 400


# ------------------------------------------------------------------------------------------------------------- writing


async def test_a_patch_is_accepted_and_in_the_world_at_once(caller: Caller) -> None:
    got = await written(caller, "PATCH", ODD, patch(4))
    assert (got["status"], got["issues"], bool(got["submissionId"])) == ("ACCEPTED", [], True)
    assert (await caller.item(ODD))["attributes"]["fulfillment_availability"][0]["quantity"] == 4


async def test_a_wrong_patch_is_invalid_with_status_200(caller: Caller) -> None:
    before = caller.world.listings[MUG]
    got = await written(caller, "PATCH", MUG, patch("four"))
    assert got["status"] == "INVALID"
    assert [(i["code"], i["severity"], i["attributeNames"]) for i in got["issues"]] == [
        ("4000001", "ERROR", ["fulfillment_availability"])
    ]
    assert caller.world.listings[MUG] == before


async def test_a_patch_of_an_unknown_sku_is_invalid_with_status_200(caller: Caller) -> None:
    got = await written(caller, "PATCH", "NO-SUCH-SKU", patch(4))
    assert (got["status"], got["issues"][0]["code"]) == ("INVALID", "13013")


async def test_a_put_creates_and_a_delete_takes_away(caller: Caller) -> None:
    made = await written(caller, "PUT", "NEW/1", product(), includedData="identifiers,issues")
    assert made["status"] == "ACCEPTED"
    assert made["identifiers"] == [{"marketplaceId": US, "asin": "B0EXAMPLEG"}]
    assert (await caller.item("NEW/1", "summaries"))["summaries"][0]["itemName"] == "A lamp"
    assert (await written(caller, "DELETE", "NEW/1"))["status"] == "ACCEPTED"
    assert "NEW/1" not in caller.world.listings
    assert (await written(caller, "DELETE", "NEW/1"))["status"] == "INVALID"


async def test_a_put_without_what_is_required_names_each_missing_attribute(caller: Caller) -> None:
    body = product()
    del body["attributes"]["item_name"], body["attributes"]["brand"]
    got = await written(caller, "PUT", "NEW-1", body)
    assert got["status"] == "INVALID"
    assert {(i["code"], *i["attributeNames"], *i["categories"]) for i in got["issues"]} == {
        ("90220", "item_name", "MISSING_ATTRIBUTE"),
        ("90220", "brand", "MISSING_ATTRIBUTE"),
    }


@pytest.mark.parametrize(("method", "body"), [("PUT", product()), ("PATCH", patch(4))])
async def test_a_preview_is_valid_and_changes_nothing(caller: Caller, method: str, body: Any) -> None:
    before = dict(caller.world.listings)
    got = await written(caller, method, MUG, body, mode="VALIDATION_PREVIEW")
    assert got["status"] == "VALID"
    assert caller.world.listings == before


async def test_a_preview_of_a_wrong_write_is_invalid(caller: Caller) -> None:
    got = await written(caller, "PATCH", MUG, patch(-4), mode="VALIDATION_PREVIEW")
    assert (got["status"], got["issues"][0]["code"]) == ("INVALID", "4000001")


async def test_a_preview_has_a_quota_of_its_own() -> None:
    caller = Caller(world(quota=True))
    preview = {"marketplaceIds": US, "mode": "VALIDATION_PREVIEW"}
    got = [await caller.sp("PATCH", path(caller, MUG), patch(4), **preview) for _ in range(6)]
    assert [one.status_code for one in got] == [200] * 5 + [429]
    assert (await caller.sp("PATCH", path(caller, MUG), patch(4), marketplaceIds=US)).status_code == 200


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PUT", {"productType": "SHIRT"}),
        ("PUT", {**product(), "requirements": "ODD"}),
        ("PATCH", {"productType": "SHIRT", "patches": []}),
        ("PATCH", {"productType": "SHIRT", "patches": [{"op": "merge"}]}),
        ("PATCH", {"productType": "SHIRT", "patches": [{"op": "merge", "path": STOCK, "value": {}}]}),
    ],
)
async def test_a_body_that_is_none_of_the_models_is_refused(caller: Caller, method: str, body: Any) -> None:
    got = await caller.sp(method, path(caller, MUG), body, marketplaceIds=US)
    assert (got.status_code, got.json()["errors"][0]["code"]) == (400, "InvalidInput")


async def test_put_and_delete_take_one_marketplace(caller: Caller) -> None:
    both = {"marketplaceIds": f"{US},A2EUQ1WTGCTBG2"}
    assert (await caller.sp("PUT", path(caller, MUG), product(), **both)).status_code == 400
    assert (await caller.sp("DELETE", path(caller, MUG), **both)).status_code == 400
    assert (await caller.sp("PATCH", path(caller, MUG), patch(4), **both)).status_code == 200

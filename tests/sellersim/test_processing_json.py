"""JSON listings feeds: the document, the form of messages, patches, updates, reports."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from feed_callers import listings_feed
from hypothesis import given
from hypothesis import strategies as st
from processing_bench import US, Bench

from sellersim.processing.json_feed import _form

VECTORS = Path(__file__).parents[1] / "vectors" / "sellersim-feeds"
REPORT = jsonschema_rs.validator_for(json.loads((VECTORS / "report-schema-v2.json").read_text()))
MESSAGE = jsonschema_rs.validator_for(json.loads((VECTORS / "message-schema-v2.json").read_text()))
MUG, FBA, BOOK = "MUG-BLUE-11OZ", "A-CHARGER-20W", "BOOK-TIDES"
PARENT, CHILD = "TEE-HARBOUR", "TEE-HARBOUR-S-NAVY"
CA = "A2EUQ1WTGCTBG2"
STOCK, OFFER = "fulfillment_availability", "purchasable_offer"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def patch(name: str, *value: Any, op: str = "merge", sku: str = MUG, kind: str = "PRODUCT") -> dict[str, Any]:
    step = {"op": op, "path": f"/attributes/{name}", "value": list(value)}
    return {"sku": sku, "operationType": "PATCH", "productType": kind, "patches": [step]}


def text(value: str) -> dict[str, str]:
    return {"value": value, "language_tag": "en_US", "marketplace_id": US}


def price(amount: Any, **more: Any) -> dict[str, Any]:
    ours = [{"schedule": [{"value_with_tax": amount}]}]
    return {"marketplace_id": US, "currency": "USD", "audience": "ALL", "our_price": ours, **more}


def update(sku: str = "NEW-1", **attributes: Any) -> dict[str, Any]:
    told = {
        "item_name": [text("A lamp")],
        "brand": [text("Acme")],
        "externally_assigned_product_identifier": [{"type": "upc", "value": "714532191586", "marketplace_id": US}],
        **attributes,
    }
    told = {name: value for name, value in told.items() if value is not None}
    return {"sku": sku, "operationType": "UPDATE", "productType": "LIGHT_FIXTURE", "attributes": told}


# ------------------------------------------------------------------------------------------------ documents and reports


def told(bench: Bench, content: bytes) -> tuple[str, Any]:
    outcome = bench.feed("JSON_LISTINGS_FEED", content, "spapi", (US,))
    report = json.loads(outcome.report or b"null")
    assert REPORT.is_valid(report)
    return outcome.status, report


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"messages": []}',
        b"\xff\xfe{}",
        b'{"header": {"sellerId": "A", "version": "2.0"}, "messages": [{}]}',
        b'{"header": {"sellerId": "SELLER", "version": "1.0"}, "messages": [{}]}',
        b'{"header": {"sellerId": "SELLER", "version": "2.0"}, "messages": []}',
        b'{"header": {"sellerId": "SELLER", "version": "2.0"}, "messages": [1]}',
    ],
)
def test_a_document_that_is_no_listings_feed_is_fatal_with_an_issue_of_the_whole(bench: Bench, content: bytes) -> None:
    status, report = told(bench, content.replace(b"SELLER", bench.seller.encode()))
    assert status == "FATAL"
    assert [(one["code"], "messageId" in one, "sku" in one) for one in report["issues"]] == [
        ("BAD_REQUEST", False, False)
    ]
    assert report["summary"]["messagesProcessed"] == 0


def test_more_than_25000_messages_are_too_many(bench: Bench) -> None:
    rows = [{"sku": "A", "operationType": "DELETE"}] * 25_001
    status, report = told(bench, listings_feed(bench.seller, *rows))
    assert status == "FATAL"
    assert "feed messages list beyond allowed size" in report["issues"][0]["message"]


def test_a_report_counts_messages_and_issues(bench: Bench) -> None:
    rows = (patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 1}, sku=sku) for sku in (MUG, "NO", BOOK))
    _, report = told(bench, listings_feed(bench.seller, *rows))
    assert report["summary"] == {
        "errors": 1,
        "warnings": 0,
        "messagesProcessed": 3,
        "messagesAccepted": 2,
        "messagesInvalid": 1,
    }


def test_a_report_carries_the_data_that_the_header_asks_for(bench: Bench) -> None:
    row = patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 1})
    asked = {"includedData": ["attributes"], "apiVersion": "2021-08-01"}
    _, report = told(bench, listings_feed(bench.seller, row, report=asked))
    assert report["items"][0]["sku"] == MUG
    assert report["items"][0]["attributes"][STOCK] == [{"fulfillment_channel_code": "DEFAULT", "quantity": 1}]
    assert report["summary"]["itemSummary"]["items"] == 1


# ------------------------------------------------------------------------------------------------------ form of messages

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 3), st.sampled_from(["", "A", "LISTING", "merge", "/attributes/x"])
)
STEPS = st.one_of(
    SCALARS,
    st.lists(
        st.one_of(
            SCALARS,
            st.fixed_dictionaries(
                {}, optional={"op": st.sampled_from(["add", "merge", "odd"]), "path": SCALARS, "value": st.just([])}
            ),
        ),
        max_size=2,
    ),
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "messageId": st.sampled_from([1, 0, 2**31 - 1, 2**31, "1", None, True]),
        "sku": st.sampled_from(["A", "", 7]),
        "operationType": st.sampled_from(["UPDATE", "PATCH", "DELETE", "PARTIAL_UPDATE", "ODD"]),
        "productType": SCALARS,
        "requirements": SCALARS,
        "attributes": st.one_of(SCALARS, st.just({}), st.just({"a": []})),
        "patches": STEPS,
    },
)


@given(MESSAGES)
def test_a_message_is_refused_exactly_where_amazons_schema_refuses_it(message: dict[str, Any]) -> None:
    plain = msgspec.json.decode(msgspec.json.encode(message))
    assert (not _form(plain, set())) == MESSAGE.is_valid(plain)


def test_a_message_id_twice_is_an_error_of_the_second(bench: Bench) -> None:
    row = {**patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 1}), "messageId": 5}
    assert bench.json(row, row) == [(5, "900002")]


# --------------------------------------------------------------------------------------------------------------- stock


def test_merge_changes_the_named_sub_fields_and_keeps_the_others(bench: Bench) -> None:
    channel = {"fulfillment_channel_code": "DEFAULT"}
    bench.json(patch(STOCK, {**channel, "quantity": 5, "lead_time_to_ship_max_days": 3}))
    assert bench.json(patch(STOCK, {**channel, "quantity": 6})) == []
    assert bench.attributes(MUG)[STOCK] == [{**channel, "quantity": 6, "lead_time_to_ship_max_days": 3}]


def test_merge_with_null_removes_a_sub_field(bench: Bench) -> None:
    channel = {"fulfillment_channel_code": "DEFAULT"}
    bench.json(patch(STOCK, {**channel, "quantity": 5, "restock_date": "2026-12-24"}))
    bench.json(patch(STOCK, {**channel, "restock_date": None}))
    assert bench.attributes(MUG)[STOCK] == [{**channel, "quantity": 5}]


def test_replace_drops_the_sub_fields_that_it_does_not_name(bench: Bench) -> None:
    channel = {"fulfillment_channel_code": "DEFAULT"}
    bench.json(patch(STOCK, {**channel, "quantity": 5, "lead_time_to_ship_max_days": 3}))
    bench.json(patch(STOCK, {**channel, "quantity": 6}, op="replace"))
    assert bench.attributes(MUG)[STOCK] == [{**channel, "quantity": 6}]


def test_merge_adds_an_instance_that_is_not_there(bench: Bench) -> None:
    bench.json(patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 3}, sku=FBA))
    assert [one["fulfillment_channel_code"] for one in bench.attributes(FBA)[STOCK]] == ["AMAZON_NA", "DEFAULT"]


def test_delete_and_add_switch_the_channel(bench: Bench) -> None:
    row = patch(STOCK, {"fulfillment_channel_code": "AMAZON_NA"}, op="delete", sku=FBA)
    row["patches"] += patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 3}, op="add")["patches"]
    assert bench.json(row) == []
    assert bench.attributes(FBA)[STOCK] == [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}]


def test_delete_without_value_removes_the_attribute(bench: Bench) -> None:
    row = patch(STOCK, op="delete")
    assert bench.json(row) == []
    assert STOCK not in bench.attributes(MUG)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"fulfillment_channel_code": "DEFAULT", "quantity": "7"}, "4000001"),
        ({"fulfillment_channel_code": "DEFAULT", "quantity": -1}, "4000001"),
        ({"fulfillment_channel_code": "DEFAULT", "quantity": True}, "4000001"),
        ({"fulfillment_channel_code": "MOON", "quantity": 1}, "4000001"),
        ({"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": 31}, "4000001"),
        ({"fulfillment_channel_code": "DEFAULT", "odd": 1}, "4000001"),
        ({"quantity": 7}, "BAD_REQUEST"),
    ],
)
def test_wrong_stock_is_refused_and_changes_nothing(bench: Bench, value: Any, code: str) -> None:
    before = bench.world.listings[MUG]
    assert bench.json(patch(STOCK, value)) == [(1, code, STOCK)]
    assert bench.world.listings[MUG] == before


@pytest.mark.parametrize("path", ["/attributes/x/0", "/attributes/", "attributes/x", "/summaries", ""])
def test_only_paths_of_whole_attributes_are_taken(bench: Bench, path: str) -> None:
    row = patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 1})
    row["patches"][0]["path"] = path
    assert bench.json(row) == [(1, "BAD_REQUEST")]


def test_one_wrong_patch_leaves_the_whole_message_undone(bench: Bench) -> None:
    before = bench.world.listings[MUG]
    row = patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 1})
    row["patches"] += patch(OFFER, price("cheap"))["patches"]
    assert bench.json(row)[0][:2] == (1, "4000001")
    assert bench.world.listings[MUG] == before


# --------------------------------------------------------------------------------------------------------------- offers


def test_merge_keeps_sale_and_business_price(bench: Bench) -> None:
    sale = [{"schedule": [{"start_at": "2026-12-01", "end_at": "2026-12-24", "value_with_tax": 9}]}]
    bench.json(patch(OFFER, price(12, discounted_price=sale), price(11, audience="B2B")))
    assert bench.json(patch(OFFER, price(13))) == []
    assert bench.offer(MUG)["our_price"] == [{"schedule": [{"value_with_tax": 13}]}]
    assert bench.offer(MUG)["discounted_price"] == sale
    assert bench.offer(MUG, "B2B")["our_price"] == [{"schedule": [{"value_with_tax": 11}]}]


def test_replace_wipes_the_sale(bench: Bench) -> None:
    sale = [{"schedule": [{"start_at": "2026-12-01", "end_at": "2026-12-24", "value_with_tax": 9}]}]
    bench.json(patch(OFFER, price(12, discounted_price=sale)))
    bench.json(patch(OFFER, price(13), op="replace"))
    assert "discounted_price" not in bench.offer(MUG)


def test_a_sale_is_removed_by_null(bench: Bench) -> None:
    sale = [{"schedule": [{"start_at": "2026-12-01", "end_at": "2026-12-24", "value_with_tax": 9}]}]
    bench.json(patch(OFFER, price(12, discounted_price=sale)))
    instance = {"marketplace_id": US, "currency": "USD", "audience": "ALL", "discounted_price": None}
    assert bench.json(patch(OFFER, instance)) == []
    assert bench.offer(MUG)["our_price"] == [{"schedule": [{"value_with_tax": 12}]}]
    assert "discounted_price" not in bench.offer(MUG)


@pytest.mark.parametrize(
    ("instance", "code"),
    [
        (price("12.00"), "4000001"),
        (price(None), "4000001"),
        (price(12, currency="EUR"), "4000001"),
        (price(12, marketplace_id="A1PA6795UKMFR9"), "4000001"),
        (price(12, audience="FRIENDS"), "4000001"),
        ({"audience": "ALL", "our_price": [{"schedule": [{"value_with_tax": 1}]}]}, "BAD_REQUEST"),
        ({**price(1), "our_price": None}, "4000001"),
        (price(12, minimum_seller_allowed_price=[{"schedule": [{"value_with_tax": 13}]}]), "18155"),
        (price(12, maximum_seller_allowed_price=[{"schedule": [{"value_with_tax": 11}]}]), "18155"),
        (price(0), "18155"),
        (
            price(12, discounted_price=[{"schedule": [{"start_at": "2026-12-2", "end_at": "x", "value_with_tax": 9}]}]),
            "4000001",
        ),
    ],
)
def test_a_wrong_offer_is_refused(bench: Bench, instance: Any, code: str) -> None:
    found = bench.json(patch(OFFER, instance))
    assert {one[1] for one in found} == {code}
    assert found[0][2] == OFFER


def test_an_offer_in_another_marketplace_of_the_feed_is_judged_there(bench: Bench) -> None:
    other = price(15, marketplace_id=CA, currency="CAD")
    assert bench.json(patch(OFFER, price(12), other), places=(US, CA)) == []
    assert {one["currency"] for one in bench.attributes(MUG)[OFFER]} == {"USD", "CAD"}
    wrong = price(15, marketplace_id=CA, currency="USD")
    assert bench.json(patch(OFFER, wrong), places=(US, CA))[0][1] == "4000001"


# ------------------------------------------------------------------------------------------- product types and pictures


def picture(url: str, kind: str = "DRINKING_CUP") -> dict[str, Any]:
    value = {"media_location": url, "marketplace_id": US}
    return patch("main_product_image_locator", value, op="replace", kind=kind)


def test_a_picture_is_replaced_under_the_real_product_type(bench: Bench) -> None:
    assert bench.json(picture("https://cdn.example.com/a.jpg")) == []
    assert bench.attributes(MUG)["main_product_image_locator"][0]["media_location"] == "https://cdn.example.com/a.jpg"


def test_a_picture_is_refused_under_the_type_product(bench: Bench) -> None:
    name = "main_product_image_locator"
    assert bench.json(picture("https://cdn.example.com/a.jpg", "PRODUCT")) == [(1, "4000004", name)]


def test_a_relation_is_refused_under_the_type_product(bench: Bench) -> None:
    value = {"child_relationship_type": "variation", "parent_sku": PARENT, "marketplace_id": US}
    name = "child_parent_sku_relationship"
    assert bench.json(patch(name, value, op="replace", sku=CHILD)) == [(1, "4000004", name)]


@pytest.mark.parametrize(
    ("url", "code"), [("gopher://a.example/b.jpg", "18027"), ("b.jpg", "18027"), ("https://a.invalid/b.jpg", "20000")]
)
def test_a_picture_that_cannot_be_fetched_is_refused(bench: Bench, url: str, code: str) -> None:
    assert bench.json(picture(url)) == [(1, code, "main_product_image_locator")]


@pytest.mark.parametrize(("kind", "code"), [("SPACESHIP", "4000004"), ("SHIRT", "900013")])
def test_a_patch_under_a_strange_product_type_is_refused(bench: Bench, kind: str, code: str) -> None:
    assert bench.json(picture("https://cdn.example.com/a.jpg", kind))[0][1] == code


def test_an_attribute_that_the_type_does_not_have_is_not_valid_here(bench: Bench) -> None:
    row = patch("sleeve_type", text("long"), op="replace", kind="DRINKING_CUP")
    assert bench.json(row) == [(1, "90000900", "sleeve_type")]


# ------------------------------------------------------------------------------------------------------------- families


def relate(parent: str, sku: str = CHILD, kind: str = "SHIRT", theme: str = "SIZE/COLOR") -> dict[str, Any]:
    value = {"child_relationship_type": "variation", "parent_sku": parent, "marketplace_id": US}
    row = patch("parentage_level", {"value": "child", "marketplace_id": US}, op="replace", sku=sku, kind=kind)
    row["patches"] += patch("variation_theme", {"name": theme}, op="replace")["patches"]
    row["patches"] += patch("child_parent_sku_relationship", value, op="replace")["patches"]
    return row


def test_a_child_names_its_parent(bench: Bench) -> None:
    bench.json(patch("child_parent_sku_relationship", op="delete", sku=CHILD, kind="SHIRT"))
    assert "child_parent_sku_relationship" not in bench.attributes(CHILD)
    assert bench.json(relate(PARENT)) == []
    assert bench.attributes(CHILD)["child_parent_sku_relationship"][0]["parent_sku"] == PARENT


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (relate("NO-SUCH-SKU"), "8007"),
        (relate(MUG), "8008"),
        (relate("BOOT-TRAIL"), "8016"),
        (relate(PARENT, theme="SIZE"), "8016"),
        (relate(PARENT, theme="TASTE"), "4000001"),
    ],
)
def test_a_relation_that_cannot_hold_is_refused(bench: Bench, row: Any, code: str) -> None:
    assert bench.json(row)[0][1] == code


# ------------------------------------------------------------------------------------------- update, partial, delete


def test_an_update_creates_a_listing(bench: Bench) -> None:
    assert bench.json(update()) == []
    made = bench.world.listings["NEW-1"]
    assert (made.product_type, made.status) == ("LIGHT_FIXTURE", ("DISCOVERABLE",))
    assert made.asin.startswith("B0")


def test_an_update_drops_every_attribute_that_it_does_not_name(bench: Bench) -> None:
    bench.json(update(color=[text("Brass")]))
    bench.json(update())
    assert "color" not in bench.attributes("NEW-1")


def test_an_update_fills_in_marketplace_and_language(bench: Bench) -> None:
    assert bench.json(update(item_name=[{"value": "Bare"}])) == []
    assert bench.attributes("NEW-1")["item_name"] == [text("Bare")]


@pytest.mark.parametrize(
    ("attributes", "code", "name"),
    [
        ({"item_name": None}, "90220", "item_name"),
        ({"brand": None}, "90220", "brand"),
        ({"externally_assigned_product_identifier": None}, "90220", "externally_assigned_product_identifier"),
        ({"item_name": [text("x" * 201)]}, "90205", "item_name"),
        ({"brand": [text("é" * 51)]}, "90205", "brand"),
        ({"item_name": [text("one"), text("two")]}, "900017", "item_name"),
        ({"bullet_point": [text(f"point {n}") for n in range(6)]}, "900017", "bullet_point"),
        ({"item_name": []}, "99022", "item_name"),
        ({"item_name": "plain"}, "4000001", "item_name"),
        ({"item_name": [{"language_tag": "en_US"}]}, "4000001", "item_name"),
        ({"item_dimensions": [{"length": {"value": 1, "unit": "IN"}}]}, "4000001", "item_dimensions"),
        ({"nonsense": [text("x")]}, "90000900", "nonsense"),
        ({"parentage_level": [{"value": "child", "marketplace_id": US}]}, "90220", "child_parent_sku_relationship"),
    ],
)
def test_a_wrong_update_is_refused(bench: Bench, attributes: dict[str, Any], code: str, name: str) -> None:
    assert (1, code, name) in bench.json(update(**attributes))
    assert "NEW-1" not in bench.world.listings


def test_five_bullet_points_of_one_language_are_allowed(bench: Bench) -> None:
    assert bench.json(update(bullet_point=[text(f"point {n}") for n in range(5)])) == []


@pytest.mark.parametrize("kind", ["PRODUCT", "SPACESHIP"])
def test_an_update_needs_a_product_type_that_exists(bench: Bench, kind: str) -> None:
    assert bench.json({**update(), "productType": kind}) == [(1, "4000004")]


def test_a_parent_needs_no_identifier(bench: Bench) -> None:
    row = update(
        externally_assigned_product_identifier=None,
        parentage_level=[{"value": "parent", "marketplace_id": US}],
        variation_theme=[{"name": "SIZE"}],
    )
    assert bench.json(row) == []
    assert bench.world.listings["NEW-1"].status == ("DISCOVERABLE",)


def test_an_offer_for_a_known_asin_needs_no_product_facts(bench: Bench) -> None:
    attributes = {
        "condition_type": [{"value": "new_new", "marketplace_id": US}],
        "merchant_suggested_asin": [{"value": "B0EXAMPLEG", "marketplace_id": US}],
        OFFER: [price(9)],
    }
    row = {**update(), "requirements": "LISTING_OFFER_ONLY", "attributes": attributes}
    assert bench.json(row) == []
    assert bench.world.listings["NEW-1"].asin == "B0EXAMPLEG"


def test_a_partial_update_replaces_whole_attributes_and_keeps_the_others(bench: Bench) -> None:
    brand = bench.attributes(MUG)["brand"]
    row = {"sku": MUG, "operationType": "PARTIAL_UPDATE", "productType": "DRINKING_CUP"}
    assert bench.json({**row, "attributes": {"item_name": [text("Another mug")]}}) == []
    assert bench.attributes(MUG)["item_name"] == [text("Another mug")]
    assert bench.attributes(MUG)["brand"] == brand


def test_a_partial_update_cannot_create(bench: Bench) -> None:
    row = {**update(), "operationType": "PARTIAL_UPDATE"}
    assert bench.json(row) == [(1, "13013")]


def test_delete_takes_the_listing_away(bench: Bench) -> None:
    assert bench.json({"sku": MUG, "operationType": "DELETE"}) == []
    assert MUG not in bench.world.listings
    assert bench.json({"sku": MUG, "operationType": "DELETE"}) == [(1, "13013")]


def test_messages_are_judged_in_their_order(bench: Bench) -> None:
    rows = (update(), patch(STOCK, {"fulfillment_channel_code": "DEFAULT", "quantity": 4}, sku="NEW-1"))
    assert bench.json(*rows) == []
    assert bench.attributes("NEW-1")[STOCK] == [{"fulfillment_channel_code": "DEFAULT", "quantity": 4}]

"""What feed actions write: the golden feeds, Amazon's table of elements, Amazon's schema of listings feeds."""

import importlib
import json
from decimal import Decimal
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feed_elements import faults
from sellerport.amazon.account import marketplace
from sellerport.amazon.feeds import Context, Feed, ListingsFeed, Marketplace
from sellerport.amazon.submission.documents import cut, listings_frame, xml_frame
from sellerport.contract import Function
from support import VECTORS

US = Marketplace("ATVPDKIKX0DER", "USD", "en_US", "NA")
FEEDS = VECTORS / "feeds"
LISTINGS = jsonschema_rs.validator_for(json.loads((FEEDS / "listings-feed-schema-v2.json").read_text()))
AMOUNTS = {"StandardPrice", "BusinessPrice", "QuantityPrice1", "SalePrice", "MinimumSellerAllowedPrice",
           "MaximumSellerAllowedPrice"}  # fmt: skip
NAMES = ("update_item", "submit_inventory", "change_product_image", "change_product_price",
         "establish_product_relationships", "update_order")  # fmt: skip

#: For each golden feed what a caller says to get it.
SAID: dict[str, tuple[str, Any]] = {
    "update-item": ("update_item", {"messages": [{"SKU": "ABC-1", "Quantity": 25}, {"SKU": "ABC-2", "Quantity": 0}]}),
    "submit-inventory": (
        "submit_inventory",
        {
            "messages": [
                {"sku": "ABC-1", "fulfillmentCenterID": "DEFAULT", "quantity": 8, "restockDate": 1615766400000,
                 "fulfillmentLatency": 2},
                {"sku": "ABC-3", "fulfillmentCenterID": "AMAZON_NA", "lookup": "FulfillmentNetwork",
                 "switchFulfillmentTo": "AFN"},
            ]
        },
    ),
    "change-image": (
        "change_product_image",
        {"sku": "ABC-1", "imageType": "Main", "imageLocation": "https://example.org/abc-1.jpg"},
    ),
    "change-price": (
        "change_product_price",
        {
            "sku": "ABC-1",
            "standardPrice": {"value": 204.99, "currency": "USD"},
            "businessPrice": 199,
            "quantityPriceType": "fixed",
            "quantityPrice": {"quantityPrice1": "190", "quantityLowerBound1": 5},
            "minimumSellerAllowedPrice": {"value": 150, "currency": "USD"},
            "maximumSellerAllowedPrice": {"value": "300", "currency": "USD"},
            "sale": {"startDate": "2021-03-01T00:00:00Z", "endDate": "2021-03-31",
                     "salePrice": {"value": 179.99, "currency": "USD"}},
        },
    ),
    "establish-relationships": (
        "establish_product_relationships",
        {"parentSKU": "PARENT-1", "relation": [{"sku": "CHILD-1", "type": "Variation"},
                                               {"sku": "CHILD-2", "type": "Variation"}]},
    ),
    "update-order": (
        "update_order",
        {"messages": [{"amazonOrderID": "114-3808039-1650643", "merchantOrderID": 1001, "statusCode": "Success",
                       "amazonOrderItemCode": "68828574383266", "merchantOrderItemID": 1}]},
    ),
}  # fmt: skip


def action(name: str) -> Function:
    found: Function = importlib.import_module(f"sellerport.actions.{name}").ACTION
    return found


def feed_of(name: str) -> Feed:
    feed: Feed = importlib.import_module(f"sellerport.actions.{name}").FEED
    return feed


def document(name: str, body: Any, api: str = "MWS", place: Marketplace = US) -> bytes:
    """The one document that the body becomes."""
    function, sentence = action(name), feed_of(name).by(api)
    assert function.read is not None
    batch = function.read(None, body)
    context = Context(place)
    if isinstance(sentence, ListingsFeed) and sentence.look_up:
        types = {sku: "MUG" for _, sku in sentence.look_up(batch.numbered(), context)}
        context = Context(place, product_types=types, themes={"PARENT-1": "SIZE/COLOR"})
    if isinstance(sentence, ListingsFeed):
        frame = listings_frame("A1EXAMPLESELLER", place.locale)
    else:
        frame = xml_frame("A1EXAMPLESELLER", sentence.message_type)
    (piece,) = cut(sentence.say(batch.numbered(), context), frame)
    return piece.body


def tree(node: Any) -> Any:
    """An element as a value: amounts are numbers, blanks between elements nothing."""
    text = (node.text or "").strip()
    content = [tree(child) for child in node] or (Decimal(text) if node.tag in AMOUNTS else text)
    return node.tag, dict(node.attrib), content


@pytest.mark.parametrize("golden", SAID)
def test_a_feed_says_what_the_golden_one_says(golden: str) -> None:
    made = etree.fromstring(document(*SAID[golden]))
    assert tree(made) == tree(etree.parse(FEEDS / f"{golden}.xml").getroot())


@pytest.mark.parametrize("golden", SAID)
def test_the_golden_feeds_agree_with_the_table_of_elements(golden: str) -> None:
    assert faults((FEEDS / f"{golden}.xml").read_bytes()) == []


@pytest.mark.parametrize("golden", SAID)
def test_a_feed_agrees_with_the_table_of_elements(golden: str) -> None:
    assert faults(document(*SAID[golden])) == []


def test_the_judge_sees_a_wrong_order_a_wrong_value_and_a_missing_choice() -> None:
    feed = (FEEDS / "submit-inventory.xml").read_bytes()
    for old, new in (
        (b"<SKU>ABC-1</SKU>", b""),
        (b"<Quantity>8</Quantity>", b""),
        (b"<Quantity>8</Quantity>", b"<Quantity>-1</Quantity>"),
        (b"<RestockDate>2021-03-15</RestockDate>", b"<RestockDate>tomorrow</RestockDate>"),
        (b"<FulfillmentCenterID>DEFAULT</FulfillmentCenterID>", b"<Quantity>1</Quantity>"),
        (b"<SwitchFulfillmentTo>AFN", b"<SwitchFulfillmentTo>XXX"),
    ):
        assert faults(feed.replace(old, new, 1)), new


@pytest.mark.parametrize("name", [n for n in NAMES if n != "update_order"])
def test_the_example_as_a_listings_feed_agrees_with_amazons_schema(name: str) -> None:
    made = json.loads(document(name, action(name).example, "SP-API"))
    LISTINGS.validate(made)
    assert [message["messageId"] for message in made["messages"]] == list(range(1, len(made["messages"]) + 1))


def test_a_listings_feed_is_byte_for_byte_what_it_was() -> None:
    made = document("update_item", {"messages": [{"SKU": "MUG/ü", "Quantity": 7}]}, "SP-API")
    assert made.decode() == (
        '{"header":{"sellerId":"A1EXAMPLESELLER","version":"2.0","issueLocale":"en_US"},"messages":[\n'
        '{"messageId":1,"sku":"MUG/ü","operationType":"PATCH","productType":"PRODUCT","patches":[{"op":"merge",'
        '"path":"/attributes/fulfillment_availability","value":[{"fulfillment_channel_code":"DEFAULT","quantity":7}]}]}'
        "\n]}\n"
    )


def test_texts_are_escaped() -> None:
    sku = "<&>\"'\tü\u2603\U0001f600"
    made = etree.fromstring(document("update_item", {"messages": [{"SKU": sku, "Quantity": 1}]}))
    assert made.findtext("Message/Inventory/SKU") == sku


@pytest.mark.parametrize(
    ("golden", "attribute", "value"),
    [
        ("change-image", "main_product_image_locator",
         [{"media_location": "https://example.org/abc-1.jpg", "marketplace_id": "ATVPDKIKX0DER"}]),
        ("change-price", "purchasable_offer", [
            {"marketplace_id": "ATVPDKIKX0DER", "currency": "USD", "audience": "ALL",
             "our_price": [{"schedule": [{"value_with_tax": 204.99}]}],
             "minimum_seller_allowed_price": [{"schedule": [{"value_with_tax": 150}]}],
             "maximum_seller_allowed_price": [{"schedule": [{"value_with_tax": 300}]}],
             "discounted_price": [{"schedule": [{"start_at": "2021-03-01T00:00:00Z",
                                                 "end_at": "2021-03-31T00:00:00Z", "value_with_tax": 179.99}]}]},
            {"marketplace_id": "ATVPDKIKX0DER", "currency": "USD", "audience": "B2B",
             "our_price": [{"schedule": [{"value_with_tax": 199}]}],
             "quantity_discount_plan": [{"schedule": [{"discount_type": "fixed",
                                                       "levels": [{"lower_bound": 5, "value": 190}]}]}]},
        ]),
    ],
)  # fmt: skip
def test_a_listing_is_patched_as_amazon_documents_it(golden: str, attribute: str, value: Any) -> None:
    made = json.loads(document(*SAID[golden], api="SP-API"))
    (said,) = made["messages"][0]["patches"]
    assert (said["path"], said["value"]) == (f"/attributes/{attribute}", value)


def test_a_child_names_its_parent_and_takes_its_theme() -> None:
    made = json.loads(document(*SAID["establish-relationships"], api="SP-API"))
    assert [message["sku"] for message in made["messages"]] == ["CHILD-1", "CHILD-2"]
    assert made["messages"][0]["patches"] == [
        {"op": "replace", "path": "/attributes/parentage_level",
         "value": [{"value": "child", "marketplace_id": "ATVPDKIKX0DER"}]},
        {"op": "replace", "path": "/attributes/variation_theme", "value": [{"name": "SIZE/COLOR"}]},
        {"op": "replace", "path": "/attributes/child_parent_sku_relationship",
         "value": [{"child_relationship_type": "variation", "parent_sku": "PARENT-1",
                    "marketplace_id": "ATVPDKIKX0DER"}]},
    ]  # fmt: skip


def test_a_theme_that_is_given_is_given_to_the_parent_too() -> None:
    body = {"parentSKU": "P", "variationTheme": "SIZE", "productType": "SHIRT",
            "relation": [{"sku": "C", "type": "Variation"}]}  # fmt: skip
    made = json.loads(document("establish_product_relationships", body, "SP-API"))
    assert [(message["sku"], message["productType"]) for message in made["messages"]] == [
        ("P", "SHIRT"),
        ("C", "SHIRT"),
    ]


def test_pictures_of_one_sku_are_one_message() -> None:
    rows = [{"sku": sku, "imageType": kind, "imageLocation": "https://x.example/a"}
            for sku, kind in (("ABC-1", "Main"), ("B", "Main"), ("ABC-1", "PT1"))]  # fmt: skip
    made = json.loads(document("change_product_image", {"messages": rows}, "SP-API"))
    assert [(m["sku"], len(m["patches"])) for m in made["messages"]] == [("ABC-1", 2), ("B", 1)]


def test_a_switch_takes_the_old_channel_away_and_adds_the_new_one() -> None:
    body = {"sku": "A", "quantity": 3, "switchFulfillmentTo": "MFN"}
    made = json.loads(document("submit_inventory", body, "SP-API"))
    assert [(p["op"], p["value"]) for p in made["messages"][0]["patches"]] == [
        ("delete", [{"fulfillment_channel_code": "AMAZON_NA"}]),
        ("add", [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}]),
    ]


def test_an_empty_limit_takes_the_limit_away() -> None:
    body = {"sku": "A", "minimumSellerAllowedPrice": {"value": "", "currency": "USD"}}
    made = json.loads(document("change_product_price", body, "SP-API"))
    assert made["messages"][0]["patches"][0]["value"][0]["minimum_seller_allowed_price"] is None
    assert faults(document("change_product_price", body)) == []


def test_items_of_one_order_become_one_acknowledgement() -> None:
    rows = [{"amazonOrderID": f"114-3808039-165064{n % 2}", "merchantOrderID": "007", "statusCode": "Failure",
             "amazonOrderItemCode": f"6882857438326{n}", "merchantOrderItemID": n, "cancelReason": "NoInventory",
             "quantity": 2} for n in range(4)]  # fmt: skip
    feed = document("update_order", {"messages": rows})
    assert faults(feed) == []
    messages = etree.fromstring(feed).findall("Message/OrderAcknowledgement")
    assert [len(message.findall("Item")) for message in messages] == [2, 2]
    assert messages[0].findtext("MerchantOrderID") == "007"


def amount() -> st.SearchStrategy[Any]:
    numbers = st.decimals(min_value=0, max_value=10**9, places=2)
    return numbers.map(str) | numbers.map(float)


def money() -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"value": amount(), "currency": st.sampled_from(["USD", "DEFAULT"])})


def dated(**more: Any) -> st.SearchStrategy[Any]:
    dates = {"startDate": st.just("2026-01-01"), "endDate": st.just(1798761600000)}
    return st.fixed_dictionaries({**dates, **more})


TEXT = st.text(st.characters(blacklist_categories=["Cc", "Cs"], blacklist_characters="\ufffe\uffff"), min_size=1,
               max_size=40)  # fmt: skip
WITH_TAX = st.builds(lambda m, t: {**m, "valueWithoutTax": t}, money(), amount())
PRICES = st.fixed_dictionaries(
    {"sku": TEXT, "standardPrice": money()},
    optional={
        "standardPricePoints": st.integers(0, 10**6), "businessPrice": amount(), "map": money(),
        "depositAmount": money(), "sale": dated(salePrice=money(), salePricePoints=st.integers(0, 99)),
        "compareAt": st.fixed_dictionaries({"compareAtPrice": st.fixed_dictionaries({"value": amount()})},
                                           optional={"delete": st.booleans(), "startDate": st.just("2026-01-01")}),
        "previous": st.fixed_dictionaries({"previousPrice": st.fixed_dictionaries({"value": amount()})}),
        **{f"rental{n}": dated(rentalPrice=WITH_TAX) for n in (0, 5, 9)},
        "costPerClickBidPrice": money(), "metalStandardPrice": TEXT, "taxSalePrice": TEXT,
        "maximumRetailPrice": money(), "isSourcingOnDemand": st.sampled_from(["yes", "no"]),
        "pricingStrategy": st.sampled_from(["bulk_by_uom", "produce_by_each"]), "minimumOrderAmount": amount(),
        "orderIncrement": amount(),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PRICES)
def test_any_price_row_agrees_with_the_table_of_elements(row: Any) -> None:
    assert faults(document("change_product_price", row)) == []


def test_yen_have_no_decimals() -> None:
    japan = Marketplace("A1VC38T7YXB528", "JPY", "ja_JP", "FE")
    body = {"sku": "A", "standardPrice": {"value": 1980, "currency": "JPY"}}
    assert b">1980</StandardPrice>" in document("change_product_price", body, place=japan)


@pytest.mark.parametrize(("value", "text"), [(3, "3.00"), ("3.1", "3.10"), (3.125, "3.125"), ("0.1234", "0.1234")])
def test_amounts_have_two_to_four_decimals(value: Any, text: str) -> None:
    body = {"sku": "A", "standardPrice": {"value": value, "currency": "USD"}}
    assert f">{text}</StandardPrice>".encode() in document("change_product_price", body)


def test_the_bytes_of_a_body_are_read_like_its_values() -> None:
    body = SAID["submit-inventory"][1]
    assert document("submit_inventory", msgspec.Raw(json.dumps(body).encode())) == document("submit_inventory", body)


def test_the_marketplace_of_an_account_is_the_place_of_its_sentences() -> None:
    from sellerport.amazon.account import Credentials

    assert marketplace(Credentials(seller_id="A", marketplace_id="ATVPDKIKX0DER")) == US


def test_rows_of_one_parent_become_one_message() -> None:
    rows = [{"parentSKU": parent, "relation": [{"sku": child, "type": "Variation"}]}
            for parent, child in (("P", "A"), ("Q", "B"), ("P", "C"))]  # fmt: skip
    made = etree.fromstring(document("establish_product_relationships", {"messages": rows}))
    said = [(m.findtext("ParentSKU"), [r.findtext("SKU") for r in m.findall("Relation")])
            for m in made.findall("Message/Relationship")]  # fmt: skip
    assert said == [("P", ["A", "C"]), ("Q", ["B"])]


def test_a_parent_of_several_rows_is_given_its_theme_once() -> None:
    rows = [{"parentSKU": "P", "variationTheme": "SIZE", "productType": "SHIRT",
             "relation": [{"sku": child, "type": "Variation"}]} for child in "AB"]  # fmt: skip
    made = json.loads(document("establish_product_relationships", {"messages": rows}, "SP-API"))
    assert [message["sku"] for message in made["messages"]] == ["P", "A", "B"]

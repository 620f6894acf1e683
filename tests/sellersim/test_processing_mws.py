"""What MWS messages do to listings: stock, prices, pictures, relationships. An Update erases what it does not name."""

from dataclasses import replace
from typing import Any

import pytest
from processing_bench import Bench

STOCK, PRICE = "POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_PRICING_DATA"
IMAGE, RELATION = "POST_PRODUCT_IMAGE_DATA", "POST_PRODUCT_RELATIONSHIP_DATA"
MUG, FBA = "MUG-BLUE-11OZ", "A-CHARGER-20W"
PARENT, CHILD, OTHER_CHILD = "TEE-HARBOUR", "TEE-HARBOUR-S-NAVY", "TEE-HARBOUR-M-NAVY"
US, CA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"


@pytest.fixture
def bench() -> Bench:
    return Bench()


# --------------------------------------------------------------------------------------------------------------- stock


def stock(bench: Bench, rest: str, sku: str = MUG) -> list[Any]:
    return bench.xml(STOCK, "Inventory", f"<Inventory><SKU>{sku}</SKU>{rest}</Inventory>").results


def availability(bench: Bench, sku: str = MUG) -> Any:
    return bench.attributes(sku)["fulfillment_availability"]


def test_a_stock_update_sets_quantity_restock_date_and_latency(bench: Bench) -> None:
    rest = "<Quantity>8</Quantity><RestockDate>2026-12-24</RestockDate><FulfillmentLatency>2</FulfillmentLatency>"
    assert stock(bench, rest) == []
    record = {"quantity": 8, "restock_date": "2026-12-24", "lead_time_to_ship_max_days": 2}
    assert availability(bench) == [{"fulfillment_channel_code": "DEFAULT", **record}]


def test_a_stock_update_erases_the_latency_that_it_does_not_name(bench: Bench) -> None:
    stock(bench, "<Quantity>8</Quantity><FulfillmentLatency>2</FulfillmentLatency>")
    stock(bench, "<Quantity>9</Quantity>")
    assert availability(bench) == [{"fulfillment_channel_code": "DEFAULT", "quantity": 9}]


@pytest.mark.parametrize("sku", ["C  D", "A\u00a0B", " E", "F "])
def test_the_blanks_of_a_sku_are_its_own(bench: Bench, sku: str) -> None:
    bench.world.listings[sku] = replace(bench.world.listings[MUG], sku=sku)
    assert stock(bench, "<Quantity>8</Quantity>", sku) == []
    assert availability(bench, sku)[0]["quantity"] == 8


def test_available_takes_the_place_of_a_quantity(bench: Bench) -> None:
    stock(bench, "<Available>true</Available>")
    assert availability(bench) == [{"fulfillment_channel_code": "DEFAULT", "is_inventory_available": True}]


def test_look_up_hands_a_sku_to_amazon(bench: Bench) -> None:
    center = "<FulfillmentCenterID>AMAZON_NA</FulfillmentCenterID>"
    stock(bench, f"{center}<Lookup>FulfillmentNetwork</Lookup><SwitchFulfillmentTo>AFN</SwitchFulfillmentTo>")
    assert availability(bench) == [{"fulfillment_channel_code": "AMAZON_NA"}]


def test_a_switch_to_the_merchant_takes_a_sku_back(bench: Bench) -> None:
    stock(bench, "<Quantity>3</Quantity><SwitchFulfillmentTo>MFN</SwitchFulfillmentTo>", FBA)
    assert availability(bench, FBA) == [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}]


def test_a_quantity_without_a_switch_adds_a_channel(bench: Bench) -> None:
    stock(bench, "<Quantity>3</Quantity>", FBA)
    assert [one["fulfillment_channel_code"] for one in availability(bench, FBA)] == ["AMAZON_NA", "DEFAULT"]


def test_amazons_stock_cannot_be_set(bench: Bench) -> None:
    rest = "<FulfillmentCenterID>AMAZON_NA</FulfillmentCenterID><Quantity>3</Quantity>"
    assert stock(bench, rest, FBA) == [(1, "900008", "Error")]


def test_a_latency_of_more_than_thirty_days_is_refused(bench: Bench) -> None:
    rest = "<Quantity>3</Quantity><FulfillmentLatency>31</FulfillmentLatency>"
    assert stock(bench, rest) == [(1, "900007", "Error")]


def test_no_stock_means_not_buyable(bench: Bench) -> None:
    stock(bench, "<Quantity>0</Quantity>")
    assert bench.world.listings[MUG].status == ("DISCOVERABLE",)
    stock(bench, "<Quantity>1</Quantity>")
    assert bench.world.listings[MUG].status == ("BUYABLE", "DISCOVERABLE")


def test_purge_and_replace_takes_away_the_stock_of_every_other_sku(bench: Bench) -> None:
    body = f"<Inventory><SKU>{MUG}</SKU><Quantity>5</Quantity></Inventory>"
    bench.xml(STOCK, "Inventory", body, extra="<PurgeAndReplace>true</PurgeAndReplace>")
    assert availability(bench) == [{"fulfillment_channel_code": "DEFAULT", "quantity": 5}]
    assert "fulfillment_availability" not in bench.attributes("BOOK-TIDES")
    assert availability(bench, FBA) == [{"fulfillment_channel_code": "AMAZON_NA"}]


# -------------------------------------------------------------------------------------------------------------- prices


def price(bench: Bench, rest: str, sku: str = MUG, places: tuple[str, ...] = ()) -> list[Any]:
    return bench.xml(PRICE, "Price", f"<Price><SKU>{sku}</SKU>{rest}</Price>", places=places).results


def usd(name: str, amount: object) -> str:
    return f'<{name} currency="USD">{amount}</{name}>'


SALE = f"<Sale><StartDate>2026-12-01T00:00:00Z</StartDate><EndDate>2026-12-24T00:00:00Z</EndDate>{usd('SalePrice', 9)}</Sale>"


def scheduled(**fields: Any) -> Any:
    return [{"schedule": [fields]}]


def test_a_price_update_sets_price_limits_and_sale(bench: Bench) -> None:
    limits = usd("MinimumSellerAllowedPrice", 8) + usd("MaximumSellerAllowedPrice", 20) + usd("MAP", "10.00")
    assert price(bench, usd("StandardPrice", "12.49") + limits + SALE) == []
    assert bench.offer(MUG) == {
        "marketplace_id": US,
        "currency": "USD",
        "audience": "ALL",
        "our_price": scheduled(value_with_tax=12.49),
        "minimum_seller_allowed_price": scheduled(value_with_tax=8.0),
        "maximum_seller_allowed_price": scheduled(value_with_tax=20.0),
        "map_price": scheduled(value_with_tax=10.0),
        "discounted_price": scheduled(
            start_at="2026-12-01T00:00:00Z", end_at="2026-12-24T00:00:00Z", value_with_tax=9.0
        ),
    }


def test_a_business_price_with_levels_is_an_offer_of_its_own(bench: Bench) -> None:
    levels = "<QuantityPrice1>9</QuantityPrice1><QuantityLowerBound1>5</QuantityLowerBound1>"
    business = "<BusinessPrice>10</BusinessPrice><QuantityPriceType>fixed</QuantityPriceType>"
    business += f"<QuantityPrice>{levels}</QuantityPrice>"
    assert price(bench, usd("StandardPrice", 12) + business) == []
    assert bench.offer(MUG, "B2B")["our_price"] == scheduled(value_with_tax=10.0)
    plan = scheduled(discount_type="fixed", levels=[{"lower_bound": 5, "value": 9.0}])
    assert bench.offer(MUG, "B2B")["quantity_discount_plan"] == plan


def test_a_price_update_erases_sale_and_business_price_that_it_does_not_name(bench: Bench) -> None:
    price(bench, usd("StandardPrice", 12) + "<BusinessPrice>10</BusinessPrice>" + SALE)
    price(bench, usd("StandardPrice", 13))
    assert bench.offer(MUG, "B2B") is None
    assert "discounted_price" not in bench.offer(MUG)


def test_a_price_in_the_default_currency_is_taken(bench: Bench) -> None:
    assert price(bench, '<StandardPrice currency="DEFAULT">12</StandardPrice>') == []
    assert bench.offer(MUG)["currency"] == "USD"


def test_a_price_in_another_currency_is_refused(bench: Bench) -> None:
    assert price(bench, '<StandardPrice currency="EUR">12</StandardPrice>') == [(1, "900005", "Error")]
    wrong = SALE.replace('currency="USD"', 'currency="EUR"')
    assert price(bench, usd("StandardPrice", 12) + wrong) == [(1, "900005", "Error")]


def test_prices_of_another_marketplace_stay(bench: Bench) -> None:
    assert price(bench, '<StandardPrice currency="CAD">15</StandardPrice>', places=(CA,)) == []
    currencies = [one["currency"] for one in bench.attributes(MUG)["purchasable_offer"]]
    assert currencies == ["USD", "CAD"]


@pytest.mark.parametrize(
    "rest",
    [
        usd("StandardPrice", 0),
        usd("StandardPrice", 5) + usd("MinimumSellerAllowedPrice", 6),
        usd("StandardPrice", 5) + usd("MaximumSellerAllowedPrice", 4),
        usd("MinimumSellerAllowedPrice", 6) + usd("MaximumSellerAllowedPrice", 4),
        usd("StandardPrice", 5) + SALE.replace("2026-12-24", "2026-11-24"),
        usd("StandardPrice", 5)
        + "<QuantityPriceType>fixed</QuantityPriceType><QuantityPrice><QuantityPrice1>4</QuantityPrice1>"
        + "<QuantityLowerBound1>5</QuantityLowerBound1></QuantityPrice>",
    ],
)
def test_prices_that_contradict_one_another_are_refused(bench: Bench, rest: str) -> None:
    before = bench.world.listings[MUG]
    assert price(bench, rest) == [(1, "900006", "Error")]
    assert bench.world.listings[MUG] == before


def test_what_has_no_attribute_is_kept_as_it_was_said(bench: Bench) -> None:
    assert (
        price(
            bench, usd("StandardPrice", 12) + "<StandardPricePoints>5</StandardPricePoints>" + usd("DepositAmount", 1)
        )
        == []
    )
    assert bench.world.listings[MUG].legacy["Price"] == {
        "StandardPricePoints": "5",
        "DepositAmount": {"value": "1", "currency": "USD"},
    }


# ------------------------------------------------------------------------------------------------------------ pictures


def image(bench: Bench, kind: str, url: str, sku: str = MUG, operation: str = "Update") -> list[Any]:
    location = f"<ImageLocation>{url}</ImageLocation>" if url else ""
    body = f"<ProductImage><SKU>{sku}</SKU><ImageType>{kind}</ImageType>{location}</ProductImage>"
    return bench.xml(IMAGE, "ProductImage", body, operation=operation).results


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("Main", "main_product_image_locator"),
        ("PT3", "other_product_image_locator_3"),
        ("Swatch", "swatch_product_image_locator"),
        ("OfferImage2", "other_offer_image_locator_2"),
        ("PFUK", "image_locator_pfuk"),
    ],
)
def test_a_picture_is_set_at_its_attribute(bench: Bench, kind: str, attribute: str) -> None:
    assert image(bench, kind, "https://cdn.example.com/a.jpg") == []
    place = {"media_location": "https://cdn.example.com/a.jpg", "marketplace_id": US}
    assert bench.attributes(MUG)[attribute] == [place]


def test_a_picture_leaves_the_others(bench: Bench) -> None:
    before = bench.attributes(MUG)["main_product_image_locator"]
    image(bench, "PT2", "https://cdn.example.com/b.jpg")
    assert bench.attributes(MUG)["main_product_image_locator"] == before


@pytest.mark.parametrize("url", ["gopher://cdn.example.com/a.jpg", "a.jpg", "https:///a.jpg"])
def test_an_address_that_cannot_be_fetched_is_refused(bench: Bench, url: str) -> None:
    assert image(bench, "Main", url) == [(1, "15", "Error")]


def test_a_host_that_does_not_exist_cannot_be_reached(bench: Bench) -> None:
    assert image(bench, "Main", "https://pictures.invalid/a.jpg") == [(1, "20000", "Error")]


def test_a_picture_without_an_address_is_refused(bench: Bench) -> None:
    assert image(bench, "Main", "") == [(1, "5004", "Error")]


def test_a_picture_is_deleted_by_its_type(bench: Bench) -> None:
    assert image(bench, "Main", "", operation="Delete") == []
    assert "main_product_image_locator" not in bench.attributes(MUG)
    assert image(bench, "Main", "", operation="Delete") == [(1, "900015", "Warning")]


# ------------------------------------------------------------------------------------------------------- relationships


def relation(bench: Bench, parent: str, *skus: str, operation: str = "Update", kind: str = "Variation") -> list[Any]:
    relations = "".join(f"<Relation><SKU>{sku}</SKU><Type>{kind}</Type></Relation>" for sku in skus)
    body = f"<Relationship><ParentSKU>{parent}</ParentSKU>{relations}</Relationship>"
    return bench.xml(RELATION, "Relationship", body, operation=operation).results


def parent_of(bench: Bench, sku: str) -> str | None:
    relation = bench.attributes(sku).get("child_parent_sku_relationship")
    return relation[0]["parent_sku"] if relation else None


def test_an_update_sets_the_whole_list_of_children(bench: Bench) -> None:
    assert relation(bench, PARENT, CHILD) == []
    assert parent_of(bench, CHILD) == PARENT
    assert parent_of(bench, OTHER_CHILD) is None


def test_a_child_learns_level_and_theme(bench: Bench) -> None:
    relation(bench, PARENT, CHILD)
    assert bench.attributes(CHILD)["parentage_level"][0]["value"] == "child"
    assert bench.attributes(CHILD)["variation_theme"] == bench.attributes(PARENT)["variation_theme"]


def test_delete_releases_the_children_that_it_names(bench: Bench) -> None:
    assert relation(bench, PARENT, CHILD, operation="Delete") == []
    assert parent_of(bench, CHILD) is None
    assert parent_of(bench, OTHER_CHILD) == PARENT


@pytest.mark.parametrize(
    ("parent", "child", "expected"),
    [
        ("NO-SUCH-SKU", CHILD, (1, "8007", "Error")),
        (MUG, CHILD, (1, "8008", "Error")),
        (PARENT, "NO-SUCH-SKU", (1, "13013", "Error")),
        ("BOOT-TRAIL", CHILD, (1, "8032", "Error")),
        (PARENT, "BOOT-TRAIL", (1, "8016", "Error")),
        (PARENT, MUG, (1, "8016", "Error")),
    ],
)
def test_a_relation_that_cannot_hold_is_refused(bench: Bench, parent: str, child: str, expected: Any) -> None:
    assert relation(bench, parent, child) == [expected]


def test_one_wrong_child_leaves_the_whole_message_undone(bench: Bench) -> None:
    assert relation(bench, PARENT, CHILD, "NO-SUCH-SKU") == [(1, "13013", "Error")]
    assert parent_of(bench, OTHER_CHILD) == PARENT


def test_other_relations_are_kept_with_the_parent(bench: Bench) -> None:
    assert relation(bench, MUG, "BOOK-TIDES", kind="Accessory") == []
    assert bench.world.listings[MUG].legacy["Relationship"] == [{"SKU": "BOOK-TIDES", "Type": "Accessory"}]

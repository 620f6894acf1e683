"""The shop that a seed makes: statuses, times, ids, addresses, catalogue, money."""

import re
from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_wire.marketplaces import MARKETPLACES
from sellersim import Clock, World, money
from sellersim.catalogue import CORE, FAMILIES, products
from sellersim.orders import STATUSES
from sellersim.people import COUNTRIES
from sellersim.seed import statuses

START = datetime(2026, 11, 20, tzinfo=UTC)
TWO_YEARS = 2 * 365 * 86_400_000


def world(**options: object) -> World:
    return World(clock=Clock(START, frozen=True), **{"orders": 60, **options})  # type: ignore[arg-type]  # test options


@given(st.integers(20, 2000))
def test_from_twenty_orders_on_every_status_is_there_and_two_thirds_are_shipped(count: int) -> None:
    found = Counter(statuses(count, Random(1)))
    assert set(found) == set(STATUSES)
    assert abs(found["Shipped"] - count * 2 / 3) <= 3 + count * 0.01


@given(st.integers(0, 19))
def test_a_small_shop_has_as_many_orders_as_asked(count: int) -> None:
    assert len(statuses(count, Random(1))) == count


def test_the_same_seed_makes_the_same_shop() -> None:
    shops = [world(seed=4), world(seed=4)]
    assert shops[0].orders.all() == shops[1].orders.all()
    assert shops[0].listings == shops[1].listings
    assert shops[0].seller == shops[1].seller


def test_another_seed_makes_another_shop() -> None:
    assert {o.id for o in world(seed=4).orders.all()}.isdisjoint(o.id for o in world(seed=5).orders.all())


def test_all_orders_were_updated_within_two_years_and_before_the_last_two_minutes() -> None:
    shop = world(orders=500)
    now = shop.milliseconds()
    assert all(now - TWO_YEARS < order.created <= order.updated < now - 120_000 for order in shop.orders.all())


def test_order_ids_are_unique_and_of_amazons_form() -> None:
    ids = [order.id for order in world(orders=2000).orders.all()]
    assert len(set(ids)) == 2000
    assert all(re.fullmatch(r"[0-9A-Z]{3}-\d{7}-\d{7}", id_) for id_ in ids)


def test_item_ids_have_14_digits_and_are_unique() -> None:
    shop = world(orders=600)
    ids = [line.id for order in shop.orders.all() for line in shop.orders.contents(order).lines]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"\d{14}", id_) for id_ in ids)


@pytest.mark.parametrize("marketplace", sorted(MARKETPLACES))
def test_buyers_live_in_the_marketplaces_country(marketplace: str) -> None:
    shop = world(marketplace=marketplace, orders=30)
    place = MARKETPLACES[marketplace]
    regions = {region for _, _, region, _ in COUNTRIES[place.country].places}
    for order in shop.orders.all():
        address = shop.orders.contents(order).address
        assert (address.country, address.region in regions) == (place.country, True)
        assert "#" not in "".join(address)


@pytest.mark.parametrize("marketplace", sorted(MARKETPLACES))
def test_totals_are_the_sum_of_what_is_charged(marketplace: str) -> None:
    shop = world(marketplace=marketplace, orders=40)
    for order in shop.orders.all():
        contents = shop.orders.contents(order)
        charged = sum(
            line.price + line.shipping + line.wrap + line.cod_fee - line.discount - line.shipping_discount
            for line in contents.lines
        )
        assert contents.total >= charged > 0
        assert (contents.total > charged) == contents.tax_on_top


def test_an_order_keeps_its_contents_when_its_status_changes() -> None:
    shop = world()
    order = next(order for order in shop.orders.all() if order.status == "Unshipped")
    before = shop.orders.contents(order)
    after = shop.orders.contents(shop.change_order(order.id, status="Shipped"))
    assert [line._replace(shipped=0) for line in after.lines] == [line._replace(shipped=0) for line in before.lines]
    assert all(line.shipped == line.ordered for line in after.lines)


def test_a_partially_shipped_order_has_something_shipped_and_something_not() -> None:
    shop = world(orders=400)
    for order in shop.orders.all():
        if order.status == "PartiallyShipped":
            lines = shop.orders.contents(order).lines
            assert 0 < sum(line.shipped for line in lines) < sum(line.ordered for line in lines)


def test_a_change_moves_the_order_to_the_end() -> None:
    shop = world()
    first = shop.orders.all()[0]
    shop.clock.advance(60)
    shop.change_order(first.id, status="Canceled")
    assert shop.orders.all()[-1].id == first.id
    assert shop.orders.all()[-1].updated == shop.milliseconds()


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(ValueError, match="'Lost'"):
        world().change_order(world().orders.all()[0].id, status="Lost")


def test_new_orders_have_new_ids_and_come_last() -> None:
    shop = world()
    known = {order.id for order in shop.orders.all()}
    added = shop.add_orders(3, status="Pending", lines=2)
    assert known.isdisjoint(order.id for order in added)
    assert [order.id for order in shop.orders.all()[-3:]] == sorted(order.id for order in added)
    assert [len(shop.orders.contents(order).lines) for order in added] == [2, 2, 2]


@pytest.mark.parametrize(("orders", "least", "most"), [(20, 40, 60), (500, 100, 100), (25_000, 200, 200)])
def test_the_catalogue_grows_with_the_shop(orders: int, least: int, most: int) -> None:
    skus = [product.sku for product in products(1, MARKETPLACES["ATVPDKIKX0DER"], orders)]
    assert least <= len(set(skus)) == len(skus) <= most
    assert {sku for sku, *_ in CORE} <= set(skus)


def test_families_have_a_parent_without_an_offer_and_children_that_name_it() -> None:
    shop = world()
    for parent, kind, _, _, sizes, shades in FAMILIES:
        listing = shop.listings[parent]
        assert listing.attributes["parentage_level"][0]["value"] == "parent"
        assert "purchasable_offer" not in listing.attributes
        children = [
            row
            for row in shop.listings.values()
            if any(r["parent_sku"] == parent for r in row.attributes.get("child_parent_sku_relationship", ()))
        ]
        assert len(children) == len(sizes) * len(shades)
        assert {child.product_type for child in children} == {kind}


def test_what_amazon_ships_has_amazons_channel_and_no_stock_of_the_sellers() -> None:
    shop = world()
    assert shop.listings["A-CHARGER-20W"].attributes["fulfillment_availability"] == [
        {"fulfillment_channel_code": "AMAZON_NA"}
    ]
    (stock,) = shop.listings["MUG-BLUE-11OZ"].attributes["fulfillment_availability"]
    assert stock["fulfillment_channel_code"] == "DEFAULT"
    assert stock["quantity"] >= 0


def test_upcs_have_their_check_digit() -> None:
    for listing in world().listings.values():
        digits = [int(c) for c in listing.attributes["externally_assigned_product_identifier"][0]["value"]]
        assert (sum(digits[::2]) * 3 + sum(digits[1::2])) % 10 == 0


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1999, "USD", "19.99"), (1999, "JPY", "1999"), (5, "EUR", "0.05"), (-5, "EUR", "-0.05"), (0, "JPY", "0")],
)
def test_amounts_have_the_currencys_decimals(minor: int, currency: str, text: str) -> None:
    assert money.amount(minor, currency) == text


def test_every_marketplaces_currency_has_a_rate() -> None:
    assert {place.currency for place in MARKETPLACES.values()} <= set(money.RATES)


def test_secrets_stay_out_of_the_sellers_repr() -> None:
    seller = world().seller
    said = repr(seller)
    assert not any(
        s in said for s in (seller.client_secret, seller.refresh_token, seller.secret_key, seller.auth_token)
    )


def test_a_reset_world_is_as_at_the_start() -> None:
    shop = world()
    orders = shop.orders.all()
    shop.change_order(orders[0].id, status="Canceled")
    shop.faults.order("*", "500")
    shop.reset()
    assert (shop.orders.all(), shop.faults.owed(), shop.counts) == (orders, [], {})

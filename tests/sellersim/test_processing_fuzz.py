"""Whatever a feed holds ends in a report: every product of the tables, any value at any attribute, any bytes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from feed_callers import Report, listings_feed
from hypothesis import given, settings
from hypothesis import strategies as st
from processing_bench import US, Bench

from sellersim import feeds, listings
from sellersim.processing.facets import Simple
from sellersim.processing.grammar import Complex, Part, Type
from sellersim.processing.product_grammar import categories, product
from sellersim.processing.xml_feed import FAMILIES

MUG = "MUG-BLUE-11OZ"


# ------------------------------------------------------------------------------------------------ every product there is


def word(type_: Simple) -> str:
    """A text of a simple type."""
    if type_.union:
        return word(type_.union[0])
    if type_.enum:
        return type_.enum[0].replace("&", "&amp;")
    if type_.pattern:
        return next(x for x in ("DE", "NV", "01.01", "1", "111-1111111-1111111") if re.fullmatch(type_.pattern, x))
    if type_.base in ("dateTime", "date"):
        return "2026-11-20T10:00:00Z" if type_.base == "dateTime" else "2026-11-20"
    if type_.base == "boolean":
        return "true"
    if type_.base in ("string", "normalizedString", "anyURI", "token"):
        return "x" * max(1, type_.shortest or 1)
    return str(int(max(type_.least or 1, (type_.above or 0) + 1)))


def texts(type_: Type, name: str, pick: str) -> str:
    """An element of that type with everything optional in it; where there is a choice, `pick` or the first."""
    if isinstance(type_, Simple):
        return f"<{name}>{word(type_)}</{name}>"
    told = "".join(f' {key}="{word(value)}"' for key, (value, _) in type_.attributes.items())
    inner = "".join(whole(type_.content, pick)) if type_.content else word(type_.text or Simple())
    return f"<{name}{told}>{inner}</{name}>"


def whole(part: Part, pick: str) -> Iterator[str]:
    if part.kind == "element":
        type_ = part.type() if callable(part.type) else part.type
        many = min(part.high or 2, 2)
        yield from [texts(type_ or Simple(), part.name, pick)] * many
    elif part.kind == "choice":
        chosen = next((one for one in part.parts if one.name == pick), part.parts[0])
        yield from whole(chosen, pick)
    else:
        for member in part.parts:
            yield from whole(member, pick)


def inner(type_: Type, name: str) -> Part:
    assert isinstance(type_, Complex)
    assert type_.content is not None
    return next(part for part in type_.content.parts if part.name == name)


def resolved(part: Part) -> Any:
    return part.type() if callable(part.type) else part.type


def pairs() -> list[tuple[str, str]]:
    """Category element and product type element; "" where a category has no type elements."""
    found = []
    for part in resolved(inner(product(), "ProductData")).content.parts[0].parts:
        members = {one.name: one for one in resolved(part).content.parts} if resolved(part).content else {}
        kind = resolved(members["ProductType"]) if "ProductType" in members else None
        names = (
            [one.name for one in kind.content.parts[0].parts] if isinstance(kind, Complex) and kind.content else [""]
        )
        found += [(part.name, name) for name in names]
    return found


PAIRS = pairs()


def test_there_are_all_57_categories() -> None:
    assert {category for category, _ in PAIRS} == categories()


@pytest.mark.parametrize("category", sorted(categories()))
def test_a_full_product_of_every_type_becomes_a_listing(category: str) -> None:
    bench = Bench(orders=1)
    types = [name for element, name in PAIRS if element == category]
    data = resolved(inner(product(), "ProductData")).content.parts[0]
    part = next(one for one in data.parts if one.name == category)
    rest = "<DescriptionData><Title>All</Title><Brand>Acme</Brand></DescriptionData><ProductData>"
    bodies = [
        f"<Product><SKU>P-{number}</SKU>{rest}{''.join(whole(part, name))}</ProductData></Product>"
        for number, name in enumerate(types)
    ]
    report = bench.xml("POST_PRODUCT_DATA", "Product", *bodies)
    assert (report.counts[2], report.words[:1]) == (0, [])
    for number in range(len(types)):
        listing = bench.world.listings[f"P-{number}"]
        shown = listings.item(listing, bench.world.listings, marketplaces=(US,), included=listings.INCLUDED)
        assert len(shown["attributes"]) > 2


def test_a_full_description_becomes_a_listing() -> None:
    bench = Bench(orders=1)
    part = inner(product(), "DescriptionData")
    report = bench.xml("POST_PRODUCT_DATA", "Product", f"<Product><SKU>P</SKU>{''.join(whole(part, ''))}</Product>")
    assert (report.counts, report.words) == ((1, 1, 0, 0), [])


# -------------------------------------------------------------------------------------------------- any value, any bytes

FIELDS = (
    "value schedule our_price discounted_price value_with_tax marketplace_id currency audience fulfillment_channel_code "
    "quantity parent_sku name media_location start_at"
)
ATTRIBUTES = (
    "purchasable_offer fulfillment_availability main_product_image_locator item_name variation_theme parentage_level "
    "child_parent_sku_relationship item_dimensions bullet_point nonsense merchant_suggested_asin"
)
SCALARS = (
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=False),
    st.sampled_from(["", "ALL", US, "x"]),
)
JSON = st.recursive(
    st.one_of(*SCALARS),
    lambda inside: st.one_of(
        st.lists(inside, max_size=2), st.dictionaries(st.sampled_from(FIELDS.split()), inside, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(ATTRIBUTES.split())


@settings(max_examples=300)
@given(
    NAMES, st.sampled_from(["add", "replace", "merge", "delete"]), JSON, st.sampled_from(["PRODUCT", "DRINKING_CUP"])
)
def test_any_value_of_a_patch_ends_in_a_report(name: str, op: str, value: Any, kind: str) -> None:
    bench = SHARED
    before = dict(bench.world.listings)
    patch = {"op": op, "path": f"/attributes/{name}", "value": value}
    bench.json({"sku": MUG, "operationType": "PATCH", "productType": kind, "patches": [patch]})
    after = bench.world.listings[MUG]
    listings.item(after, bench.world.listings, marketplaces=(US,), included=listings.INCLUDED)
    bench.world.listings.update(before)


@settings(max_examples=300)
@given(st.dictionaries(NAMES, JSON, min_size=1, max_size=4), st.sampled_from(["UPDATE", "PARTIAL_UPDATE"]))
def test_any_attributes_of_an_update_end_in_a_report(attributes: dict[str, Any], operation: str) -> None:
    bench = SHARED
    before = dict(bench.world.listings)
    row = {"sku": MUG, "operationType": operation, "productType": "DRINKING_CUP", "attributes": attributes}
    bench.json(row)
    bench.world.listings.clear()
    bench.world.listings.update(before)


SHARED = Bench(orders=1)


@given(st.binary(max_size=60), st.sampled_from(sorted(FAMILIES)))
def test_any_bytes_of_an_xml_feed_end_in_a_report(content: bytes, type_: str) -> None:
    outcome = SHARED.feed(type_, content, "mws")
    assert outcome.report is not None
    assert Report(outcome.report).results[0][0] == 0


@given(st.binary(max_size=60))
def test_any_bytes_of_a_json_feed_end_fatal(content: bytes) -> None:
    assert SHARED.feed("JSON_LISTINGS_FEED", content, "spapi", (US,)).status == "FATAL"


@pytest.mark.parametrize("text", ["9" * 5000, "+7", "007"])
def test_any_whole_number_of_a_stock_ends_in_a_report(text: str) -> None:
    body = f"<Inventory><SKU>{MUG}</SKU><Quantity>{text}</Quantity></Inventory>"
    assert SHARED.xml("POST_INVENTORY_AVAILABILITY_DATA", "Inventory", body).counts in ((1, 1, 0, 0), (0, 0, 1, 0))


@pytest.mark.parametrize("text", ["cheap", "nan", "", "1e5"])
def test_a_limit_that_is_no_amount_is_refused_unless_it_is_empty(text: str) -> None:
    body = (
        f'<Price><SKU>{MUG}</SKU><MinimumSellerAllowedPrice currency="USD">{text}</MinimumSellerAllowedPrice></Price>'
    )
    report = SHARED.xml("POST_PRODUCT_PRICING_DATA", "Price", body)
    assert report.results == ([(1, "900006", "Error")] if text else [])


def test_a_mistake_in_processing_shows_once_and_the_next_feed_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(orders=1)
    rows = listings_feed(bench.seller, {"sku": MUG, "operationType": "DELETE"})
    made = [
        feeds.submit(
            bench.world, face="spapi", type="JSON_LISTINGS_FEED", marketplaces=(US,), content=rows, content_type="x"
        )
        for _ in range(2)
    ]
    bench.world.clock.advance(3600)
    monkeypatch.setattr("sellersim.processing.json_feed.process", lambda job: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        feeds.ripen(bench.world)
    monkeypatch.undo()
    feeds.ripen(bench.world)
    assert [bench.world.feeds[one.id].status for one in made] == ["FATAL", "DONE"]

"""MWS product feeds: what becomes of Update, PartialUpdate and Delete."""

from pathlib import Path
from typing import Any

import pytest
from processing_bench import US, Bench

from sellersim.processing import product_grammar
from sellersim.processing import product_words as words
from sellersim.processing.grammar import check
from sellersim.processing.product_grammar import product
from sellersim.processing.read import Element, parts
from sellersim.schemas.build import schema
from sellersim.schemas.judge import faults

FEEDS = Path(__file__).parents[1] / "vectors" / "products" / "feeds"
TYPE = "POST_PRODUCT_DATA"
MUG = "MUG-BLUE-11OZ"
IDENTIFIER = "<StandardProductID><Type>UPC</Type><Value>714532191586</Value></StandardProductID>"
DESCRIPTION = """<DescriptionData><Title>A lamp</Title><Brand>Acme</Brand><Description>Bright</Description>
<BulletPoint>One</BulletPoint><BulletPoint>Two</BulletPoint>
<ItemDimensions><Length unitOfMeasure="IN">1.5</Length><Weight unitOfMeasure="LB">2</Weight></ItemDimensions>
<PackageWeight unitOfMeasure="KG">1</PackageWeight><MSRP currency="USD">25.19</MSRP><MaxOrderQuantity>3</MaxOrderQuantity>
<Manufacturer>Acme</Manufacturer><MfrPartNumber>L-1</MfrPartNumber><SearchTerms>desk light</SearchTerms>
<ItemType>desk-lamps</ItemType><IsGiftWrapAvailable>true</IsGiftWrapAvailable><RecommendedBrowseNode>123</RecommendedBrowseNode>
<CountryOfOrigin>DE</CountryOfOrigin></DescriptionData>"""
LIGHTING = """<ProductData><Lighting><ProductType><LightsAndFixtures><BulbType>LED</BulbType><NumberOfLights>2</NumberOfLights>
<ShadeMaterial>Brass</ShadeMaterial></LightsAndFixtures></ProductType></Lighting></ProductData>"""


@pytest.fixture
def bench() -> Bench:
    return Bench()


def send(bench: Bench, rest: str, sku: str = "LAMP-1", operation: str = "Update") -> list[Any]:
    return bench.xml(TYPE, "Product", f"<Product><SKU>{sku}</SKU>{rest}</Product>", operation=operation).results


def text(value: str) -> dict[str, str]:
    return {"value": value, "language_tag": "en_US", "marketplace_id": US}


def plain(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, **more, "marketplace_id": US}


def test_an_update_creates_a_listing_of_the_categorys_product_type(bench: Bench) -> None:
    assert send(bench, IDENTIFIER + DESCRIPTION + LIGHTING) == []
    assert bench.world.listings["LAMP-1"].product_type == "LIGHT_FIXTURE"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("item_name", [text("A lamp")]),
        ("brand", [text("Acme")]),
        ("product_description", [text("Bright")]),
        ("bullet_point", [text("One"), text("Two")]),
        ("item_dimensions", [{"length": {"value": 1.5, "unit": "inches"}, "marketplace_id": US}]),
        ("item_weight", [plain(2, unit="pounds")]),
        ("item_package_weight", [plain(1, unit="kilograms")]),
        ("list_price", [plain(25.19, currency="USD")]),
        ("max_order_quantity", [plain(3)]),
        ("part_number", [plain("L-1")]),
        ("generic_keyword", [text("desk light")]),
        ("item_type_keyword", [plain("desk-lamps")]),
        ("gift_options", [{"can_be_wrapped": True, "marketplace_id": US}]),
        ("recommended_browse_nodes", [plain("123")]),
        ("country_of_origin", [plain("DE")]),
        (
            "externally_assigned_product_identifier",
            [{"type": "upc", "value": "714532191586", "marketplace_id": US}],
        ),
        ("bulb_type", [text("LED")]),
        ("number_of_lights", [plain(2)]),
        ("shade_material", [text("Brass")]),
    ],
)
def test_elements_become_attributes(bench: Bench, name: str, expected: Any) -> None:
    send(bench, IDENTIFIER + DESCRIPTION + LIGHTING)
    assert bench.attributes("LAMP-1")[name] == expected


def test_what_became_of_a_product_fits_its_schema(bench: Bench) -> None:
    send(bench, IDENTIFIER + DESCRIPTION + LIGHTING)
    assert faults(bench.attributes("LAMP-1"), schema("LIGHT_FIXTURE", US)) == []


def test_the_asin_is_the_one_that_the_product_names(bench: Bench) -> None:
    asin = IDENTIFIER.replace("UPC", "ASIN").replace("714532191586", "B0EXAMPLEG")
    send(bench, asin + DESCRIPTION)
    assert bench.world.listings["LAMP-1"].asin == "B0EXAMPLEG"


def test_an_update_erases_what_it_does_not_name_and_keeps_offer_stock_and_pictures(bench: Bench) -> None:
    before = bench.attributes(MUG)
    assert send(bench, "<DescriptionData><Title>Another mug</Title></DescriptionData>", MUG) == []
    after = bench.attributes(MUG)
    assert after["item_name"] == [text("Another mug")]
    assert "brand" not in after
    for name in ("purchasable_offer", "fulfillment_availability", "main_product_image_locator"):
        assert after[name] == before[name]


def test_an_update_without_category_keeps_the_product_type(bench: Bench) -> None:
    send(bench, "<DescriptionData><Title>Another mug</Title></DescriptionData>", MUG)
    assert bench.world.listings[MUG].product_type == "DRINKING_CUP"


def test_a_partial_update_keeps_what_it_does_not_name(bench: Bench) -> None:
    send(bench, IDENTIFIER + DESCRIPTION + LIGHTING)
    rest = "<DescriptionData><Title>A better lamp</Title></DescriptionData>"
    assert send(bench, rest, operation="PartialUpdate") == []
    assert bench.attributes("LAMP-1")["item_name"] == [text("A better lamp")]
    assert bench.attributes("LAMP-1")["brand"] == [text("Acme")]


def test_delete_needs_the_sku_alone(bench: Bench) -> None:
    assert send(bench, "", MUG, operation="Delete") == []
    assert MUG not in bench.world.listings


@pytest.mark.parametrize(
    ("rest", "operation", "code"),
    [
        (IDENTIFIER, "Update", "5004"),
        ("<DescriptionData><Title>A lamp</Title></DescriptionData>", "Update", "8560"),
        (DESCRIPTION, "PartialUpdate", "13013"),
        ("", "Delete", "13013"),
    ],
)
def test_a_product_that_cannot_be_is_refused(bench: Bench, rest: str, operation: str, code: str) -> None:
    assert send(bench, rest, operation=operation) == [(1, code, "Error")]
    assert "LAMP-1" not in bench.world.listings


def test_parentage_and_theme_become_attributes(bench: Bench) -> None:
    clothing = (
        "<ProductData><Clothing><VariationData><Parentage>parent</Parentage><VariationTheme>SizeColor</VariationTheme>"
        "</VariationData><ClassificationData><ClothingType>Shirt</ClothingType><Department>mens</Department>"
        "</ClassificationData></Clothing></ProductData>"
    )
    assert send(bench, IDENTIFIER + DESCRIPTION + clothing, "TEE-2") == []
    assert bench.attributes("TEE-2")["parentage_level"] == [plain("parent")]
    assert bench.attributes("TEE-2")["variation_theme"][0]["name"] == "SIZE/COLOR"
    assert bench.world.listings["TEE-2"].status == ("DISCOVERABLE",)


def test_the_words_of_the_feed_are_kept_as_they_were(bench: Bench) -> None:
    send(bench, IDENTIFIER + DESCRIPTION + LIGHTING)
    kept = bench.world.listings["LAMP-1"].legacy["Product"]
    assert kept["DescriptionData"]["BulletPoint"] == ["One", "Two"]
    assert kept["ProductData"]["Lighting"]["ProductType"]["LightsAndFixtures"]["BulbType"] == "LED"


# ------------------------------------------------------------------------------------------------------------- grammar


@pytest.mark.parametrize("path", sorted(FEEDS.glob("*.xml")), ids=lambda path: path.stem)
def test_feeds_that_are_valid_for_amazon_are_valid_here(bench: Bench, path: Path) -> None:
    types = {"change-image": "IMAGE", "change-price": "PRICING", "establish-relationships": "RELATIONSHIP"}
    kind = next((f"POST_PRODUCT_{name}_DATA" for start, name in types.items() if path.stem == start), TYPE)
    if path.stem in ("submit-inventory", "update-item"):
        kind = "POST_INVENTORY_AVAILABILITY_DATA"
    text_ = path.read_text()
    merchant = text_.split("<MerchantIdentifier>")[1].split("<")[0]
    outcome = bench.feed(kind, text_.replace(merchant, bench.seller).encode(), "mws")
    assert "5000" not in {one.code for one in outcome.tally.issues}
    assert outcome.tally.processed >= 1


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (DESCRIPTION + IDENTIFIER, "2.4"),
        (IDENTIFIER.replace("UPC", "ODD"), "cvc-enumeration-valid"),
        (IDENTIFIER.replace("714532191586", "123"), "cvc-minLength-valid"),
        (DESCRIPTION.replace(' unitOfMeasure="IN"', ""), "cvc-complex-type.4"),
        (DESCRIPTION.replace('unitOfMeasure="IN"', 'unitOfMeasure="ELL"'), "cvc-enumeration-valid"),
        (DESCRIPTION.replace("<BulletPoint>One</BulletPoint>", "<BulletPoint>x</BulletPoint>" * 5), "2.4"),
        (LIGHTING.replace("BulbType", "BulbKind"), "2.4"),
        (LIGHTING.replace("Lighting>", "Heating>"), "2.4"),
        (
            "<ProductData><Books><ProductType><BooksMisc/></ProductType></Books></ProductData>",
            "One of '{Author, Binding}'",
        ),
        ("<CountryOfOrigin>DE</CountryOfOrigin>", "2.4"),
    ],
)
def test_a_product_that_breaks_the_grammar_is_told_in_a_schema_checkers_words(
    bench: Bench, rest: str, why: str
) -> None:
    report = bench.xml(TYPE, "Product", f"<Product><SKU>LAMP-1</SKU>{rest}</Product>")
    assert report.results == [(0, "5000", "Error")]
    assert why in report.words[0]


def test_every_category_is_read_only_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    table = product_grammar._table

    def read(name: str) -> Any:
        asked.append(name)
        return table(name)

    seen: list[Element] = []
    parts(f"<a><Product><SKU>1</SKU>{DESCRIPTION}{LIGHTING}</Product></a>".encode(), seen.append)
    monkeypatch.setattr(product_grammar, "_table", read)
    product_grammar._named.cache_clear()
    check(seen[0], product())
    assert {name for name in asked if name.startswith("categories/")} == {"categories/Lighting"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BulbType", "bulb_type"),
        ("CPSIAWarning", "cpsia_warning"),
        ("UTQGRating", "utqg_rating"),
        ("Amazon-Only", "amazon_only"),
        ("Rental_0", "rental_0"),
    ],
)
def test_names_in_snake_case(name: str, expected: str) -> None:
    assert words.snake(name) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("ColorSize", "SIZE/COLOR"), ("Size-Color", "SIZE/COLOR"), ("Size", "SIZE"), ("Taste", "TASTE")],
)
def test_themes_in_spapis_words(said: str, expected: str) -> None:
    assert words.theme(said, ("SIZE/COLOR", "SIZE", "COLOR")) == expected

"""Product Type Definitions: search, schemas with checksums, locales, and what the schemas promise."""

import hashlib
import json
import re
from base64 import b64encode
from typing import Any

import jsonschema_rs
import pytest
from feed_callers import Caller, world
from sim_models import disagreements

from sellersim.catalogue import CORE, FAMILIES
from sellersim.processing.product_grammar import categories, product
from sellersim.schemas.build import META_ID, meta_schema, schema
from sellersim.schemas.judge import faults
from sellersim.schemas.types import BY_ELEMENT, TYPES

pytestmark = pytest.mark.anyio

API = "product_type_definitions_2020-09-01"
BASE = "/definitions/2020-09-01/productTypes"
US, FR = "ATVPDKIKX0DER", "A13V1IB3VIYZZH"
#: The first example of each category (the invented one for Miscellaneous), by a keyword that finds it.
FIRST = {
    "auto": "AUTO_ACCESSORY",
    "beauty": "BEAUTY",
    "book": "ABIS_BOOK",
    "camera": "CAMERA_DIGITAL",
    "phone": "CELLULAR_PHONE",
    "clothing": "SHIRT",
    "computer": "NOTEBOOK_COMPUTER",
    "electronics": "HEADPHONES",
    "collectible": "COLLECTIBLES",
    "grocery": "GROCERY",
    "health": "HEALTH_PERSONAL_CARE",
    "hardware": "LIGHT_BULB",
    "lab": "LAB_SUPPLY",
    "bearing": "MECHANICAL_COMPONENTS",
    "raw material": "RAW_MATERIALS",
    "jewelry": "EARRING",
    "lamp": "LIGHT_FIXTURE",
    "miscellaneous": "MISC_PRODUCT",
    "instrument": "KEYBOARD_INSTRUMENTS",
    "music": "ABIS_MUSIC",
    "office": "OFFICE_PRODUCTS",
    "outdoor": "OUTDOOR_RECREATION_PRODUCT",
    "pet": "PET_SUPPLIES",
    "shoes": "SHOES",
    "software": "PHYSICAL_SOFTWARE",
    "sport": "SPORTING_GOODS",
    "memorabilia": "SPORTS_MEMORABILIA",
    "tire": "TIRE",
    "tool": "TOOLS",
    "toy": "TOYS_AND_GAMES",
}


@pytest.fixture
def caller() -> Caller:
    return Caller(world())


async def definition(caller: Caller, name: str = "SHIRT", **asked: str) -> dict[str, Any]:
    got = await caller.sp("GET", f"{BASE}/{name}", **{"marketplaceIds": caller.world.seller.marketplace, **asked})
    assert got.status_code == 200, got.text
    assert not disagreements(API, "getDefinitionsProductType", 200, got.json())
    return dict(got.json())


async def linked(caller: Caller, link: Any) -> Any:
    """The document behind a link; its checksum holds."""
    got = await caller.raw(link["link"]["verb"], link["link"]["resource"])
    assert b64encode(hashlib.md5(got.content).digest()).decode() == link["checksum"]
    return got.json()


@pytest.mark.parametrize(("keyword", "name"), FIRST.items())
async def test_a_category_keyword_finds_its_product_type(caller: Caller, keyword: str, name: str) -> None:
    got = await caller.sp("GET", BASE, marketplaceIds=US, keywords=keyword)
    assert not disagreements(API, "searchDefinitionsProductTypes", 200, got.json())
    assert name in [kind["name"] for kind in got.json()["productTypes"]]


async def test_several_keywords_widen_the_search(caller: Caller) -> None:
    got = (await caller.sp("GET", BASE, marketplaceIds=US, keywords="luggage,tire")).json()
    assert {kind["name"] for kind in got["productTypes"]} == {"LUGGAGE", "TIRE"}


async def test_the_name_of_an_item_finds_its_product_type(caller: Caller) -> None:
    got = (await caller.sp("GET", BASE, marketplaceIds=US, itemName="Brass desk lamp with dimmer")).json()
    assert [kind["name"] for kind in got["productTypes"]] == ["LIGHT_FIXTURE"]


async def test_without_words_every_product_type_is_listed(caller: Caller) -> None:
    got = (await caller.sp("GET", BASE, marketplaceIds=US)).json()
    assert {kind["name"] for kind in got["productTypes"]} == set(TYPES)


@pytest.mark.parametrize("asked", [{}, {"keywords": "a", "itemName": "b"}, {"locale": "xx"}])
async def test_a_wrong_search_is_refused(caller: Caller, asked: dict[str, str]) -> None:
    told = {"marketplaceIds": US, **asked} if asked else {}
    assert (await caller.sp("GET", BASE, **told)).status_code == 400


async def test_schema_and_meta_schema_carry_their_checksums(caller: Caller) -> None:
    told = await definition(caller)
    assert (await linked(caller, told["schema"]))["properties"]["item_name"]["maxUniqueItems"] == 1
    assert (await linked(caller, told["metaSchema"]))["$id"] == META_ID


async def test_a_schema_says_that_it_is_ours(caller: Caller) -> None:
    told = await linked(caller, (await definition(caller))["schema"])
    assert "sellersim" in told["$comment"]
    assert "sellersim.invalid" in told["$id"]


async def test_links_live_seven_days_of_real_time(caller: Caller) -> None:
    url, real = (await definition(caller))["schema"]["link"]["resource"], caller.world.clock.real
    for days, status in ((6.9, 200), (7.1, 403)):
        caller.world.clock.real = lambda days=days: real() + days * 86_400
        assert (await caller.raw("GET", url)).status_code == status


async def test_a_schema_is_of_its_marketplace() -> None:
    caller = Caller(world(marketplace=FR))
    told = await definition(caller, locale="fr_FR")
    assert told["locale"] == "fr_FR"
    assert (await linked(caller, told["schema"]))["$defs"]["language_tag"]["enum"] == ["fr_FR"]


async def test_the_default_locale_is_the_marketplaces(caller: Caller) -> None:
    assert (await definition(caller))["locale"] == "en_US"


async def test_the_business_audience_needs_a_seller_id(caller: Caller) -> None:
    for asked, audiences in (({}, ["ALL"]), ({"sellerId": caller.world.seller.id}, ["ALL", "B2B"])):
        told = await linked(caller, (await definition(caller, **asked))["schema"])
        offer = told["properties"]["purchasable_offer"]["items"]["properties"]
        assert offer["audience"]["enum"] == audiences


async def test_requirements_choose_the_attributes(caller: Caller) -> None:
    offers = await linked(caller, (await definition(caller, requirements="LISTING_OFFER_ONLY"))["schema"])
    facts = await linked(caller, (await definition(caller, requirements="LISTING_PRODUCT_ONLY"))["schema"])
    assert "purchasable_offer" in offers["properties"]
    assert "item_name" not in offers["properties"]
    assert "purchasable_offer" not in facts["properties"]


async def test_requirements_that_are_not_enforced_require_nothing(caller: Caller) -> None:
    told = await linked(caller, (await definition(caller, requirementsEnforced="NOT_ENFORCED"))["schema"])
    assert told["required"] == []
    assert "allOf" not in told


async def test_a_parentage_level_hides_what_it_does_not_have(caller: Caller) -> None:
    alone = await linked(caller, (await definition(caller, parentageLevel="NONE"))["schema"])
    parent = await linked(caller, (await definition(caller, parentageLevel="PARENT"))["schema"])
    assert "variation_theme" not in alone["properties"]
    assert "purchasable_offer" not in parent["properties"]


async def test_property_groups_name_every_attribute_once(caller: Caller) -> None:
    told = await definition(caller)
    named = [name for group in told["propertyGroups"].values() for name in group["propertyNames"]]
    assert sorted(named) == sorted((await linked(caller, told["schema"]))["properties"])


@pytest.mark.parametrize(
    ("name", "asked", "status"),
    [
        ("SPACESHIP", {}, 404),
        ("SHIRT", {"locale": "fr_BE"}, 400),
        ("SHIRT", {"requirements": "SOME"}, 400),
        ("SHIRT", {"parentageLevel": "COUSIN"}, 400),
        ("SHIRT", {"marketplaceIds": f"{US},A2EUQ1WTGCTBG2"}, 400),
        ("SHIRT", {"sellerId": "A0OTHER"}, 403),
    ],
)
async def test_a_wrong_definition_is_refused(caller: Caller, name: str, asked: dict[str, str], status: int) -> None:
    got = await caller.sp("GET", f"{BASE}/{name}", **{"marketplaceIds": US, **asked})
    assert got.status_code == status


# ------------------------------------------------------------------------------------------------------------- schemas


@pytest.mark.parametrize("name", TYPES)
def test_every_schema_is_json_schema_with_amazons_vocabulary(name: str) -> None:
    told = json.loads(json.dumps(schema(name, US)))
    draft = "https://json-schema.org/draft/2019-09/schema"
    assert jsonschema_rs.validator_for({**told, "$schema": draft}).is_valid({}) is False
    assert jsonschema_rs.meta.is_valid({**told, "$schema": draft})
    for attribute in told["properties"].values():
        assert {"selectors", "maxUniqueItems", "items"} <= set(attribute)


@pytest.mark.parametrize("name", TYPES)
def test_every_product_type_has_some_twenty_attributes_or_more(name: str) -> None:
    assert len(schema(name, US)["properties"]) >= 40
    if TYPES[name].elements:
        assert len(TYPES[name].own) >= 4


def test_the_meta_schema_is_json_schema() -> None:
    assert jsonschema_rs.meta.is_valid(json.loads(json.dumps(meta_schema())))


def leaves(type_: Any, seen: dict[int, Any]) -> set[str]:
    """The names of all elements below a type."""
    if getattr(type_, "content", None) is None or id(type_) in seen:
        return set()
    seen[id(type_)] = type_
    names, parts = set(), [type_.content]
    while parts:
        part = parts.pop()
        parts.extend(part.parts)
        if part.kind == "element":
            names |= {part.name} | leaves(part.type(), seen)
    return names


def under(element: str) -> set[str]:
    """The element names of a category, in snake case."""
    data = next(part for part in product().content.parts if part.name == "ProductData").type()
    category = next(part for part in data.content.parts[0].parts if part.name == element)
    border = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    return {re.sub(border, "_", name).lower() for name in leaves(category.type(), {})}


@pytest.mark.parametrize("name", [name for name, kind in TYPES.items() if kind.elements])
def test_own_attributes_are_named_like_elements_of_the_category(name: str) -> None:
    kind = TYPES[name]
    assert set(kind.own) <= set().union(*(under(element) for element in kind.elements))


def test_every_product_type_of_the_shop_is_known() -> None:
    assert {row[1] for row in (*CORE, *FAMILIES)} <= set(TYPES)


def test_every_listing_of_the_shop_fits_its_schema_but_for_what_is_required() -> None:
    shop = world(orders=1000)
    for listing in shop.listings.values():
        found = faults(dict(listing.attributes), schema(listing.product_type, US))
        assert {fault.name for fault in found} <= {"required"}, listing.sku


def test_the_category_elements_are_those_of_the_product_feed() -> None:
    assert set(BY_ELEMENT) <= categories()

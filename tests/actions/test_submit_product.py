"""Submit Product on both protocols: what goes over the line, and what is refused before anything does."""

import json
import re

import pytest
from lxml import etree

from sellerport.errors import InputError
from support import APIS, bench, bodies

pytestmark = pytest.mark.anyio

BOOK = {
    "sku": "BOOK-1",
    "productType": "ABIS_BOOK",
    "standardProductID": {"type": "ISBN", "value": "9780306406157"},
    "condition": {"conditionType": "New"},
    "descriptionData": {"title": "A Book", "brand": "Acme", "bulletPoint": ["One", "Two"]},
    "productData": {"books": {"productType": {"booksMisc": {"author": "A. Writer", "binding": "Paperback"}}}},
}


def book(**changes):
    return {name: value for name, value in {**BOOK, **changes}.items() if value is not None}


async def answer(b, api, body, **fields):
    cfg = b.cfg(api, **{"operation": "Upsert", "category": "Books", "waitForResult": "yes", **fields})
    (said,) = bodies(await b.run("submitProduct", cfg, body))
    return said


async def refusal(b, api, body, **fields):
    with pytest.raises(InputError) as refused:
        await answer(b, api, body, **fields)
    names = set(b.wire.counts)
    assert not [name for name in names if "SubmitFeed" in name or "/feeds/2021-06-30/feeds" in name]
    return {problem.path: problem.text for problem in refused.value.problems}


def xml_feed(b):
    """The one XML feed that went over the line."""
    (feed,) = [asked.body for asked in b.wire.seen if asked.name == "SubmitFeed"]
    return etree.fromstring(feed)


def json_feed(b):
    """The one listings feed that went over the line."""
    (feed,) = [asked.body for asked in b.wire.seen if asked.method == "PUT"]
    return json.loads(feed)


@pytest.mark.parametrize(
    ("operation", "word"), [("Upsert", "Update"), ("PartialUpdate", "PartialUpdate"), ("Delete", "Delete")]
)
async def test_mws_is_told_the_operation(operation, word):
    async with bench(scale=60, orders=0) as b:
        await answer(b, "MWS", BOOK, operation=operation, waitForResult="no")
        assert xml_feed(b).findtext("Message/OperationType") == word


async def test_mws_is_told_the_elements_in_their_order():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "MWS", BOOK)
        product = xml_feed(b).find("Message/Product")
        assert [child.tag for child in product] == [
            "SKU",
            "StandardProductID",
            "Condition",
            "DescriptionData",
            "ProductData",
        ]
        assert [child.tag for child in product.find("DescriptionData")] == [
            "Title",
            "Brand",
            "BulletPoint",
            "BulletPoint",
        ]


async def test_sp_api_is_told_the_offers_attributes_alone_where_the_product_has_an_asin():
    async with bench(scale=60, orders=0) as b:
        said = await answer(b, "SP-API", book(standardProductID={"type": "ASIN", "value": "B00551Q3CS"}))
        (message,) = json_feed(b)["messages"]
        assert message["requirements"] == "LISTING_OFFER_ONLY"
        assert set(message["attributes"]) == {"merchant_suggested_asin", "condition_type"}
        assert said["summary"]["successful"] == 1


@pytest.mark.parametrize("api", APIS)
async def test_delete_says_the_sku_alone(api):
    async with bench(scale=60, orders=0) as b:
        await answer(b, api, book(descriptionData={"nonsense": 1}), operation="Delete", waitForResult="no")
        if api == "MWS":
            assert [child.tag for child in xml_feed(b).find("Message/Product")] == ["SKU"]
        else:
            assert json_feed(b)["messages"] == [{"messageId": 1, "sku": "BOOK-1", "operationType": "DELETE"}]


async def test_sp_api_is_told_the_attributes_of_the_product_type():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "SP-API", BOOK)
        (message,) = json_feed(b)["messages"]
        place = {"marketplace_id": "ATVPDKIKX0DER"}
        text = {"language_tag": "en_US", **place}
        assert message == {
            "messageId": 1,
            "sku": "BOOK-1",
            "operationType": "UPDATE",
            "productType": "ABIS_BOOK",
            "requirements": "LISTING",
            "attributes": {
                "externally_assigned_product_identifier": [{"type": "isbn", "value": "9780306406157", **place}],
                "condition_type": [{"value": "new_new", **place}],
                "item_name": [{"value": "A Book", **text}],
                "brand": [{"value": "Acme", **text}],
                "bullet_point": [{"value": "One", **text}, {"value": "Two", **text}],
                "author": [{"value": "A. Writer", **text}],
                "binding": [{"value": "Paperback", **text}],
            },
        }


async def test_a_partial_update_says_what_is_given_and_needs_no_whole_product():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "SP-API", BOOK)
        b.wire.seen.clear()
        body = {"sku": "BOOK-1", "productType": "ABIS_BOOK", "descriptionData": {"title": "Second edition"}}
        said = await answer(b, "SP-API", body, operation="PartialUpdate")
        assert said["summary"]["successful"] == 1
        (message,) = json_feed(b)["messages"]
        assert message["operationType"] == "PARTIAL_UPDATE"
        assert list(message["attributes"]) == ["item_name"]
        assert "requirements" not in message


async def test_a_partial_update_without_a_product_type_takes_the_listings_own():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "SP-API", BOOK)
        b.wire.seen.clear()
        body = {"sku": "BOOK-1", "descriptionData": {"title": "Second edition"}}
        await answer(b, "SP-API", body, operation="PartialUpdate")
        assert json_feed(b)["messages"][0]["productType"] == "ABIS_BOOK"


async def test_an_offer_on_an_asin_asks_for_no_whole_product():
    async with bench(scale=60, orders=0) as b:
        body = book(
            standardProductID={"type": "ASIN", "value": "B00EXAMPLE"}, productData=None, descriptionData={"title": "x"}
        )
        await answer(b, "SP-API", body, waitForResult="no")
        (message,) = json_feed(b)["messages"]
        assert message["requirements"] == "LISTING_OFFER_ONLY"
        assert message["attributes"]["merchant_suggested_asin"][0]["value"] == "B00EXAMPLE"


async def test_the_forms_product_type_is_for_products_without_their_own():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "SP-API", book(productType=None), productType="ABIS_BOOK", waitForResult="no")
        assert json_feed(b)["messages"][0]["productType"] == "ABIS_BOOK"


async def test_attributes_of_the_message_are_taken_as_they_are_and_win():
    own = {"item_name": [{"value": "Mine", "language_tag": "en_US", "marketplace_id": "ATVPDKIKX0DER"}]}
    async with bench(scale=60, orders=0) as b:
        await answer(b, "SP-API", book(attributes=own), waitForResult="no")
        assert json_feed(b)["messages"][0]["attributes"]["item_name"] == own["item_name"]


async def test_mws_takes_no_notice_of_what_is_said_for_listings_alone():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "MWS", book(attributes={"item_name": [{"value": "Mine"}]}), waitForResult="no")
        assert b"Mine" not in etree.tostring(xml_feed(b))


async def test_single_calls_say_the_same():
    async with bench(scale=60, orders=0) as b:
        said = await answer(b, "SP-API", BOOK, submitBy="listings")
        assert said["submissions"][0]["status"] == "ACCEPTED"
        (put,) = [asked for asked in b.wire.seen if asked.method == "PUT"]
        assert re.search(r"/listings/2021-08-01/items/[^/]+/BOOK-1$", put.path)
        assert json.loads(put.body)["requirements"] == "LISTING"


async def test_single_calls_patch_what_a_partial_update_gives_and_delete():
    async with bench(scale=60, orders=0) as b:
        await answer(b, "SP-API", BOOK, submitBy="listings")
        b.wire.seen.clear()
        body = {"sku": "BOOK-1", "productType": "ABIS_BOOK", "descriptionData": {"title": "Second edition"}}
        await answer(b, "SP-API", body, operation="PartialUpdate", submitBy="listings")
        (patched,) = [json.loads(asked.body) for asked in b.wire.seen if asked.method == "PATCH"]
        assert [(one["op"], one["path"]) for one in patched["patches"]] == [("replace", "/attributes/item_name")]
        said = await answer(b, "SP-API", {"sku": "BOOK-1"}, operation="Delete", submitBy="listings")
        assert said["submissions"][0]["status"] == "ACCEPTED"
        assert [asked.path.rpartition("/")[2] for asked in b.wire.seen if asked.method == "DELETE"] == ["BOOK-1"]


async def test_validate_only_previews_and_submits_nothing():
    async with bench(scale=60, orders=0) as b:
        said = await answer(b, "SP-API", BOOK, validateOnly="yes")
        assert said["validated"] is True
        assert said["issues"] == []
        assert "BOOK-1" not in b.world.listings


# What is refused before anything is sent.


@pytest.mark.parametrize("api", APIS)
async def test_all_errors_of_all_products_are_told_at_their_paths(api):
    async with bench(scale=60, orders=0) as b:
        wrong = [book(sku=""), book(descriptionData={"brand": 5}), book(productData={"beauty": {}})]
        assert await refusal(b, api, {"messages": [BOOK, *wrong]}) == {
            "$.messages[1].sku": 'Expected text of at least 1 characters, got ""',
            "$.messages[2].descriptionData.title": "Expected a value, got none",
            "$.messages[2].descriptionData.brand": "Expected string, got 5",
            "$.messages[3].productData.beauty": "Expected books, got beauty",
        }


async def test_an_upsert_needs_a_description():
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "SP-API", book(descriptionData=None))
        assert found == {"$.descriptionData": "Expected a value, got none"}


async def test_on_mws_attributes_do_not_stand_for_a_description():
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "MWS", book(descriptionData=None, attributes={"item_name": [{"value": "x"}]}))
        assert found == {"$.descriptionData": "Expected a value, got none"}


async def test_a_partial_update_enforces_what_a_group_requires():
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "MWS", {"sku": "A", "descriptionData": {"brand": "x"}}, operation="PartialUpdate")
        assert found == {"$.descriptionData.title": "Expected a value, got none"}


async def test_elements_without_a_place_are_named_with_the_nearest_attributes():
    inner = {"author": "A", "binding": "Paperback", "dustJacket": "Good", "numberOfPages": 12}
    body = book(productData={"books": {"productType": {"booksMisc": inner}}})
    body["descriptionData"] = {"title": "A Book", "departmentName": "x", "memorabilia": True}
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "SP-API", body)
        start = "Expected an attribute of ABIS_BOOK for "
        assert {path: text.partition(";")[0].removeprefix(start) for path, text in found.items()} == {
            "$.descriptionData.departmentName": "DepartmentName, found none",
            "$.descriptionData.memorabilia": "Memorabilia, found none. Give it in attributes instead",
            "$.productData.books.productType.booksMisc.dustJacket": "DustJacket, found none. Give it in attributes instead",
        }
        assert "nearest: " in found["$.descriptionData.departmentName"]


async def test_what_the_product_types_schema_refuses_is_told_at_the_element_it_came_from():
    body = book(attributes={"list_price": [{"value": "dear", "currency": "USD", "marketplace_id": "ATVPDKIKX0DER"}]})
    body["descriptionData"] = {"title": "x" * 500}
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "SP-API", body)
        assert set(found) == {"$.descriptionData.title", "$.attributes.list_price[0].value"}
        assert found["$.descriptionData.title"].startswith("item_name[0].value: Expected text of at most")
        assert found["$.attributes.list_price[0].value"].startswith("list_price[0].value: Expected number")


async def test_an_attribute_that_the_product_type_requires_is_asked_for():
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "SP-API", book(productData=None))
        assert found == {"$.attributes.binding": "binding: Expected a value for ABIS_BOOK, got none"}


async def test_a_product_without_a_product_type_is_refused_on_sp_api():
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "SP-API", book(productType=None))
        assert found == {"$.productType": "Expected a product type of SP-API, here or in the form"}


async def test_a_product_type_that_amazon_does_not_know_is_refused():
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "SP-API", book(productType="NO_SUCH_TYPE"))
        assert list(found) == ["$.productType"]
        assert found["$.productType"].startswith("Expected a product type that Amazon knows, got NO_SUCH_TYPE")


@pytest.mark.parametrize("api", APIS)
async def test_a_price_in_another_currency_is_refused(api):
    body = book(descriptionData={"title": "A", "msrp": {"value": 5, "currency": "EUR"}})
    async with bench(scale=60, orders=0) as b:
        assert await refusal(b, api, body) == {"$.descriptionData.msrp.currency": "Expected USD, got EUR"}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("value", "right"), [(1999.5, False), ("0.4", False), (1999, True), ("1999.00", True)])
async def test_a_price_in_yen_has_no_decimals(api, value, right):
    body = book(descriptionData={"title": "A", "brand": "Acme", "msrp": {"value": value, "currency": "JPY"}})
    async with bench(scale=60, orders=0, marketplace="A1VC38T7YXB528") as b:
        if right:
            assert "validated" in await answer(b, api, body, operation="PartialUpdate", validateOnly="yes")
        else:
            found = await refusal(b, api, body)
            assert found["$.descriptionData.msrp.value"].startswith("Expected at most 0 decimals")


@pytest.mark.parametrize("rest", [{}, {"attributes": {"color": [{"value": "red"}]}}])
async def test_a_partial_update_of_nothing_is_refused_on_mws(rest):
    async with bench(scale=60, orders=0) as b:
        found = await refusal(b, "MWS", {"sku": "BOOK-1", **rest}, operation="PartialUpdate")
        assert found == {"$": "Expected something to update beside the SKU, got nothing"}


async def test_a_category_that_there_is_not_is_refused_as_a_field():
    async with bench(scale=60, orders=0) as b:
        with pytest.raises(InputError, match=r"cfg: Expected a category such as Auto Accessories, got 'Cars'"):
            await answer(b, "MWS", BOOK, category="Cars")


@pytest.mark.parametrize("category", ["Books", "books", "BOOKS"])
async def test_a_category_is_a_label_or_an_elements_name(category):
    async with bench(scale=60, orders=0) as b:
        await answer(b, "MWS", BOOK, category=category, waitForResult="no")
        assert xml_feed(b).find("Message/Product/ProductData/Books/ProductType/BooksMisc") is not None


@pytest.mark.parametrize("name", ["clothing", "clothingAccessories", "luggage"])
async def test_clothing_accessories_and_luggage_take_the_element_that_the_message_names(name):
    content = {
        "clothing": {"classificationData": {"clothingType": "Shirt"}},
        "clothingAccessories": {"classificationData": {"department": "mens"}},
        "luggage": {"productType": "Luggage"},
    }
    async with bench(scale=60, orders=0) as b:
        body = book(productData={name: content[name]})
        label = "Clothing Accessories & Luggage"
        await answer(b, "MWS", body, category=label, waitForResult="no")
        (element,) = xml_feed(b).find("Message/Product/ProductData")
        assert element.tag == name[0].upper() + name[1:]


@pytest.mark.parametrize(
    "body", [{"messages": []}, {"messages": {}}, {"messages": None}, {"messages": [BOOK], "sku": "A"}, [], "x", None]
)
async def test_a_body_that_is_no_product_is_refused(body):
    async with bench(scale=60, orders=0) as b:
        assert await refusal(b, "MWS", body)

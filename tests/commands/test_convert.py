"""convert: every kind of old feed becomes a document that Amazon's schema of listings feeds allows."""

import json
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest

from sellerport.amazon.account import Credentials
from sellerport.amazon.connect import Surroundings
from sellerport.amazon.spapi import documents
from sellerport.amazon.submission.documents import JSON
from sellerport.commands.convert import convert
from sellerport.errors import InputError
from support import VECTORS, bench

US = "ATVPDKIKX0DER"
HOME = VECTORS / "products"
FEEDS = sorted((HOME / "feeds").glob("*.xml"))
SCHEMA = jsonschema_rs.validator_for(json.loads((HOME / "listings-feed-schema-v2.json").read_text()))


def envelope(message_type, *messages, head="", operation="Update"):
    bodies = "".join(
        f"<Message><MessageID>{n}</MessageID><OperationType>{operation}</OperationType>{body}</Message>"
        for n, body in enumerate(messages, 1)
    )
    return (
        f"{head}<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>"
        f"<MerchantIdentifier>A1SELLER</MerchantIdentifier></Header><MessageType>{message_type}</MessageType>"
        f"{bodies}</AmazonEnvelope>"
    )


@pytest.fixture
def converted(tmp_path, capfdbinary):
    """Converts a feed (a path or its text): the document, the account as JSON, the lines for people."""

    def run(feed, *, types=None, marketplace=US):
        if isinstance(feed, str):
            path = tmp_path / "feed.xml"
            path.write_text(feed)
            feed = path
        named = None
        if types is not None:
            named = tmp_path / "types.json"
            named.write_text(json.dumps(types))
        convert(feed, marketplace=marketplace, product_types=named, report=tmp_path / "report.json")
        out, err = capfdbinary.readouterr()
        return json.loads(out), json.loads((tmp_path / "report.json").read_text()), err.decode().splitlines()

    return run


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.stem)
def test_a_feed_becomes_a_document_that_the_schema_allows(feed, converted):
    document, report, _ = converted(feed)
    assert list(SCHEMA.iter_errors(document)) == []
    assert report["lost"] == []
    assert len({message["messageId"] for message in document["messages"]}) == len(document["messages"])


TYPES = {"Books": "ABIS_BOOK", "ABC-1": "LUGGAGE", "CHILD-1": "SHIRT", "CHILD-2": "SHIRT", "PARENT-1": "SHIRT"}


SKUS = {"ABC-1": "LUGGAGE", "ABC-2": "LUGGAGE", "ABC-3": "LUGGAGE", "PARENT-1": "SHIRT", "CHILD-1": "SHIRT"}
TYPES = {"Books": "ABIS_BOOK", "BOOK-1": "ABIS_BOOK", "CHILD-2": "SHIRT", **SKUS}


@pytest.mark.anyio
@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.stem)
async def test_the_simulator_takes_the_document(feed, converted):
    document, _, _ = converted(feed, types=TYPES)
    async with bench(scale=600, orders=0) as b:
        credentials = msgspec.convert(b.cfg("SP-API"), Credentials, strict=False)
        async with b.connector.connect(credentials, Surroundings({})) as port:
            before = await submitted(b, port, {"header": document["header"], "messages": known()})
            assert before["issues"] == []
            report = await submitted(b, port, document)
            assert report["summary"]["messagesProcessed"] == len(document["messages"])
            assert report["summary"]["messagesInvalid"] == 0, report["issues"]


def known():
    """Listings of the SKUs that the feeds speak of."""
    place = {"marketplace_id": US}
    text = {"language_tag": "en_US", **place}
    skus = {**SKUS, "CHILD-2": "SHIRT", "BOOK-1": "ABIS_BOOK"}
    for number, (sku, kind) in enumerate(skus.items(), 1):
        level = {"PARENT-1": "parent"}.get(sku)
        attributes = {
            "item_name": [{"value": sku, **text}],
            "brand": [{"value": "Acme", **text}],
            "supplier_declared_has_product_identifier_exemption": [{"value": True, **place}],
            **({"department": [{"value": "mens", **text}]} if kind == "SHIRT" else {}),
            **({"binding": [{"value": "Paperback", **text}]} if kind == "ABIS_BOOK" else {}),
            **({"parentage_level": [{"value": level, **place}]} if level else {}),
            **({"variation_theme": [{"name": "SIZE"}]} if kind == "SHIRT" else {}),
        }
        yield {
            "messageId": number,
            "sku": sku,
            "operationType": "UPDATE",
            "productType": kind,
            "attributes": attributes,
        }


async def submitted(b, port, document):
    """Amazon's report on the document, sent as a feed."""
    document = {**document, "header": {**document["header"], "sellerId": port.account.seller_id}}
    document["messages"] = list(document["messages"])
    content = json.dumps(document).encode()
    address = await documents.created(port, JSON)
    await documents.upload(port, address, JSON, content)
    said = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": address.id}
    path = "/feeds/2021-06-30/feeds"
    feed = await port.ask("createFeed", "POST", path, {}, read=body, content=json.dumps(said).encode())
    for _ in range(100):
        await b.time.sleep(30)
        state = await port.ask("getFeed", "GET", f"{path}/{feed['feedId']}", {}, read=body)
        if state["processingStatus"] == "DONE":
            fetched = await documents.fetched(port, state["resultFeedDocumentId"])
            return json.loads(fetched.body)
    raise AssertionError(state)


def body(answer):
    return json.loads(answer.body)


def test_operations_keep_their_meaning(converted):
    product = "<Product><SKU>A</SKU><DescriptionData><Title>T</Title></DescriptionData></Product>"
    words = {"Update": "UPDATE", "PartialUpdate": "PARTIAL_UPDATE", "Delete": "DELETE"}
    for operation, word in words.items():
        document, _, _ = converted(envelope("Product", product, operation=operation))
        assert document["messages"][0]["operationType"] == word


def test_a_message_without_an_operation_is_an_update(converted):
    feed = envelope("Product", "<Product><SKU>A</SKU><DescriptionData><Title>T</Title></DescriptionData></Product>")
    document, _, _ = converted(feed.replace("<OperationType>Update</OperationType>", ""))
    assert document["messages"][0]["operationType"] == "UPDATE"


def test_the_seller_is_the_envelopes_and_the_language_the_marketplaces(converted):
    document, _, _ = converted(FEEDS[0], marketplace="A1PA6795UKMFR9")
    assert document["header"] == {"sellerId": "A1EXAMPLESELLER", "version": "2.0", "issueLocale": "de_DE"}


@pytest.mark.parametrize(
    ("marketplace", "part"), [(US, "value"), ("A1F83G8C2ARO7P", "value_with_tax"), ("A1VC38T7YXB528", "value")]
)
def test_a_list_price_holds_its_tax_in_europe(marketplace, part, converted):
    price = '<MSRP currency="DEFAULT">9.99</MSRP>'
    body = f"<Product><SKU>A</SKU><DescriptionData><Title>A mug</Title>{price}</DescriptionData></Product>"
    document, report, _ = converted(envelope("Product", body), marketplace=marketplace)
    (instance,) = document["messages"][0]["attributes"]["list_price"]
    assert instance[part] == 9.99
    assert report["lost"] == []


def test_product_types_go_by_sku_then_by_category_else_they_are_product_and_noted(converted):
    inside = (
        "<ProductData><Books><ProductType><BooksMisc><Author>A</Author></BooksMisc></ProductType></Books></ProductData>"
    )
    product = "<Product><SKU>{}</SKU><DescriptionData><Title>T</Title></DescriptionData>{}</Product>"
    feed = envelope("Product", product.format("A", inside), product.format("B", inside), product.format("C", ""))
    document, report, people = converted(feed, types={"A": "TEXTBOOK", "books": "ABIS_BOOK"})
    assert [message["productType"] for message in document["messages"]] == ["TEXTBOOK", "ABIS_BOOK", "PRODUCT"]
    assert report["productTypes"] == [{"sku": "C", "productType": "PRODUCT"}]
    assert "PRODUCT stands for the product type of 1 SKU: C" in people


def test_an_attribute_that_was_guessed_by_name_is_noted(converted):
    _, report, _ = converted(HOME / "feeds" / "submit-product-upsert.xml")
    inside = "productData.books.productType.booksMisc."
    assert report["guessed"] == [
        {"element": inside + "author", "attribute": "author", "messages": 1},
        {"element": inside + "binding", "attribute": "binding", "messages": 1},
    ]


def test_an_element_that_no_table_knows_is_noted_with_its_text(converted):
    feed = envelope(
        "Product",
        "<Product><SKU>A</SKU><OnAmazonChannel>sell</OnAmazonChannel>"
        "<DescriptionData><Title>T</Title></DescriptionData></Product>",
    )
    _, report, people = converted(feed)
    assert report["lost"] == [
        {
            "message": 1,
            "sku": "A",
            "element": "OnAmazonChannel",
            "reason": "no element of a product feed",
            "value": "sell",
        }
    ]
    assert "no place: OnAmazonChannel of A: no element of a product feed" in people


def test_what_listings_cannot_say_is_left_out_and_noted_the_rest_is_said(converted):
    feed = envelope(
        "Relationship",
        "<Relationship><ParentSKU>P</ParentSKU><Relation><SKU>A</SKU><Type>Variation</Type></Relation>"
        "<Relation><SKU>B</SKU><Type>Accessory</Type></Relation></Relationship>",
    )
    document, report, _ = converted(feed)
    assert [message["sku"] for message in document["messages"]] == ["A"]
    assert [(lost["element"], lost["sku"]) for lost in report["lost"]] == [("relation[1].type", "P")]


def test_a_message_that_is_no_row_is_noted_and_the_others_are_said(converted):
    inventory = "<Inventory><SKU>{}</SKU><Quantity>{}</Quantity></Inventory>"
    document, report, _ = converted(envelope("Inventory", inventory.format("A", "many"), inventory.format("B", 3)))
    assert [message["sku"] for message in document["messages"]] == ["B"]
    assert report["read"] == 2
    assert report["written"] == 1
    assert report["lost"][0]["sku"] == "A"


def test_a_text_is_read_whole_whatever_stands_inside_it(converted):
    price = '<Price><SKU>A<!-- x -->B</SKU><StandardPrice currency="USD">1<!-- was 2 -->9.<?pi x?>99</StandardPrice></Price>'
    document, report, _ = converted(envelope("Price", price, operation="Upda<!-- x -->te"))
    (message,) = document["messages"]
    offer = message["patches"][0]["value"][0]
    assert (message["sku"], offer["our_price"]) == ("AB", [{"schedule": [{"value_with_tax": 19.99}]}])
    assert report["lost"] == []


@pytest.mark.parametrize("operation", ["delete", "DELETE", "Upsert", "Explode"])
def test_a_message_with_another_operation_is_noted_and_not_said(operation, converted):
    stock = "<Message><MessageID>2</MessageID><Inventory><SKU>B</SKU><Quantity>3</Quantity></Inventory></Message>"
    feed = envelope("Inventory", "<Inventory><SKU>A</SKU><Quantity>3</Quantity></Inventory>", operation=operation)
    document, report, _ = converted(feed.replace("</AmazonEnvelope>", stock + "</AmazonEnvelope>"))
    assert [message["sku"] for message in document["messages"]] == ["B"]
    assert [(loss["message"], loss["value"]) for loss in report["lost"]] == [(1, operation)]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "it holds no Product"),
        (
            "<ProductImage><SKU>A</SKU><ImageType>PT2</ImageType></ProductImage>",
            "it holds ProductImage in a feed of Product",
        ),
        (
            "<Product><SKU>A</SKU></Product><Product><SKU>C</SKU></Product>",
            "it holds 2 of Product, where one has its place",
        ),
    ],
)
def test_a_message_that_holds_something_else_is_noted_and_not_said(body, reason, converted):
    document, report, _ = converted(envelope("Product", body, "<Product><SKU>B</SKU></Product>", operation="Delete"))
    assert [message["sku"] for message in document["messages"]] == ["B"]
    assert [(loss["message"], loss["reason"]) for loss in report["lost"]] == [(1, reason)]


def test_an_offer_on_an_asin_holds_the_offers_attributes_alone(converted):
    product = (
        "<Product><SKU>A</SKU><StandardProductID><Type>ASIN</Type><Value>B000000001</Value></StandardProductID>"
        "<Condition><ConditionType>New</ConditionType></Condition><DescriptionData><Title>T</Title><Brand>B</Brand>"
        '<MSRP currency="USD">5</MSRP></DescriptionData></Product>'
    )
    document, report, _ = converted(envelope("Product", product), types={"A": "DRINKING_CUP"})
    (message,) = document["messages"]
    assert message["requirements"] == "LISTING_OFFER_ONLY"
    assert set(message["attributes"]) == {"merchant_suggested_asin", "condition_type", "list_price"}
    assert {loss["element"] for loss in report["lost"]} == {"descriptionData.title", "descriptionData.brand"}


@pytest.mark.parametrize("price", ["NaN", "INF", "1e999", "cheap"])
def test_a_price_that_is_no_number_is_noted(price, converted):
    members = f'<Title>T</Title><MSRP currency="USD">{price}</MSRP>'
    product = f"<Product><SKU>A</SKU><DescriptionData>{members}</DescriptionData></Product>"
    document, report, _ = converted(envelope("Product", product))
    assert set(document["messages"][0]["attributes"]) == {"item_name"}
    assert [loss["element"] for loss in report["lost"]] == ["descriptionData.msrp"]


def test_a_price_in_another_currency_is_noted_and_empty_elements_say_nothing(converted):
    product = (
        "<Product><SKU>A</SKU><DescriptionData><Title>T</Title><Brand/><BulletPoint/>"
        '<MSRP currency="EUR">5</MSRP></DescriptionData></Product>'
    )
    document, report, _ = converted(envelope("Product", product))
    assert set(document["messages"][0]["attributes"]) == {"item_name"}
    assert [(loss["element"], loss["value"]) for loss in report["lost"]] == [("descriptionData.msrp", "EUR")]


def test_deleting_an_image_deletes_its_attribute(converted):
    feed = envelope(
        "ProductImage",
        "<ProductImage><SKU>A</SKU><ImageType>Main</ImageType><ImageLocation>https://a.example/x.jpg</ImageLocation>"
        "</ProductImage>",
        operation="Delete",
    )
    document, _, _ = converted(feed)
    assert document["messages"][0]["patches"] == [
        {"op": "delete", "path": "/attributes/main_product_image_locator", "value": [{"marketplace_id": US}]}
    ]


def test_deleting_an_image_needs_no_location(converted):
    image = "<ProductImage><SKU>A</SKU><ImageType>PT2</ImageType></ProductImage>"
    document, report, _ = converted(envelope("ProductImage", image, operation="Delete"))
    (patch,) = document["messages"][0]["patches"]
    assert (patch["op"], patch["path"]) == ("delete", "/attributes/other_product_image_locator_2")
    assert report["lost"] == []


def test_stock_of_a_centre_that_listings_do_not_know_is_left_out_whole(converted):
    stock = "<Inventory><SKU>{}</SKU>{}<Quantity>3</Quantity></Inventory>"
    other = stock.format("A", "<FulfillmentCenterID>WH7</FulfillmentCenterID>")
    document, report, _ = converted(envelope("Inventory", other, stock.format("B", "")))
    assert [message["sku"] for message in document["messages"]] == ["B"]
    assert {loss["sku"] for loss in report["lost"]} == {"A"}


def test_deleting_a_relationship_frees_the_child_and_leaves_the_parent(converted):
    feed = envelope(
        "Relationship",
        "<Relationship><ParentSKU>P</ParentSKU><Relation><SKU>A</SKU><Type>Variation</Type></Relation></Relationship>",
        operation="Delete",
    )
    document, _, _ = converted(feed)
    assert [message["sku"] for message in document["messages"]] == ["A"]
    assert {patch["op"] for patch in document["messages"][0]["patches"]} == {"delete"}


def test_a_purge_is_noted_since_a_listings_feed_removes_nothing(converted):
    feed = envelope("Inventory", "<Inventory><SKU>A</SKU><Quantity>1</Quantity></Inventory>")
    purging = feed.replace("</MessageType>", "</MessageType><PurgeAndReplace>true</PurgeAndReplace>")
    _, report, _ = converted(purging)
    assert report["notes"] == ["PurgeAndReplace: a listings feed removes nothing that it does not name"]


@pytest.mark.parametrize(
    ("feed", "text"),
    [
        (envelope("Product", head='<!DOCTYPE x [<!ENTITY a "b">]>'), "Expected no DOCTYPE"),
        (
            envelope("OrderAcknowledgement", "<OrderAcknowledgement/>"),
            "MessageType: Expected one of Product, Inventory",
        ),
        (envelope("Product", "<Product></Product>")[:-5], "Expected well-formed XML"),
        ("<Feed/>", "Expected an AmazonEnvelope"),
        ("", "Expected"),
        ("<AmazonEnvelope/>", "Expected an AmazonEnvelope with a MessageType"),
        (envelope("Product", "<Product/>"), "nothing of it can be converted"),
        (envelope("Inventory", *["<Inventory/>"] * 25_001), "Expected at most 25000 messages"),
    ],
)
def test_a_feed_that_cannot_be_converted_is_refused_and_nothing_is_written(feed, text, tmp_path, capfdbinary):
    path = tmp_path / "feed.xml"
    path.write_text(feed)
    with pytest.raises(InputError, match=text):
        convert(path, marketplace=US)
    assert capfdbinary.readouterr().out == b""


def test_entities_are_not_resolved_and_files_not_read(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(envelope("Product", head='<!DOCTYPE x SYSTEM "file:///etc/passwd">'))
    with pytest.raises(InputError, match="DOCTYPE"):
        convert(path, marketplace=US)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b'{"A": 7}', b"[]", b'{"\xff": "MUG"}', b"[" * 100_000])
def test_product_types_that_are_none_are_refused(text, tmp_path):
    types = tmp_path / "types.json"
    types.write_bytes(text)
    with pytest.raises(InputError, match=r"--product-types: .*Expected a JSON object of texts"):
        convert(FEEDS[0], marketplace=US, product_types=types)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"marketplace": "ATVP"}, "--marketplace: Expected a marketplace"),
        ({"marketplace": "AAHKV2X7AFYLW"}, "--marketplace: Expected a marketplace that SP-API serves"),
        ({"feed": Path("/no/such/feed.xml")}, "/no/such/feed.xml: No such file"),
        ({"product_types": Path("/no/such/types.json")}, "--product-types: /no/such/types.json: No such file"),
        ({"report": Path("/no/such/folder/report.json")}, "--report: /no/such/folder/report.json: No such file"),
    ],
)
def test_a_wrong_command_line_is_told_by_the_words_own_name(facts, text):
    facts = {"feed": FEEDS[0], "marketplace": US, **facts}
    with pytest.raises(InputError, match=text):
        convert(facts.pop("feed"), **facts)

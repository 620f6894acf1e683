"""XML feeds: the reader, the grammar, the envelope, and what is the same for every kind of message."""

from pathlib import Path

import pytest
from feed_callers import Report, envelope
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from processing_bench import Bench

from sellersim import reports
from sellersim.processing import feed_types
from sellersim.processing.facets import Simple, fault
from sellersim.processing.grammar import check
from sellersim.processing.issues import Tally, issue
from sellersim.processing.read import Element, Invalid, parts

VECTORS = Path(__file__).parents[1] / "vectors" / "sellersim-feeds"
TYPE = "POST_INVENTORY_AVAILABILITY_DATA"
MUG = "MUG-BLUE-11OZ"


def stock(sku: str = MUG, quantity: object = 7, rest: str = "") -> str:
    return f"<Inventory><SKU>{sku}</SKU><Quantity>{quantity}</Quantity>{rest}</Inventory>"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def whole(bench: Bench, content: bytes) -> Report:
    outcome = bench.feed(TYPE, content, "mws")
    assert outcome.report is not None
    return Report(outcome.report)


# -------------------------------------------------------------------------------------------------- documents as wholes


def test_a_document_that_is_no_xml_fails_as_a_whole_with_its_place(bench: Bench) -> None:
    report = whole(bench, b"<AmazonEnvelope>\n <Header></Haeder>")
    assert (report.counts, report.results) == ((0, 0, 1, 0), [(0, "5001", "Error")])
    assert report.words[0].startswith("XML Parsing Fatal Error at Line 2, Column")


def test_an_invalid_document_fails_as_a_whole_with_line_and_column(bench: Bench) -> None:
    report = bench.xml(TYPE, "Inventory", stock(quantity=-1))
    assert (report.counts, report.results) == ((0, 0, 1, 0), [(0, "5000", "Error")])
    assert report.words[0].startswith("XML Parsing Error at Line 3, Column")
    assert "cvc-minInclusive-valid" in report.words[0]


def test_messages_before_the_invalid_one_are_applied_and_those_behind_it_are_not(bench: Bench) -> None:
    report = bench.xml(TYPE, "Inventory", stock(), stock(quantity="many"), stock("BOOK-TIDES", 9_999))
    assert report.counts == (1, 1, 1, 0)
    assert bench.attributes(MUG)["fulfillment_availability"][0]["quantity"] == 7
    assert bench.attributes("BOOK-TIDES")["fulfillment_availability"][0]["quantity"] != 9_999


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><AmazonEnvelope/>',
        b"<?xml version='1.0' encoding='utf-8'?><AmazonEnvelope>\xff</AmazonEnvelope>",
        b"<?xml version='1.0' encoding='nonsense'?><AmazonEnvelope/>",
        b"",
    ],
)
def test_a_doctype_or_a_wrong_encoding_is_fatal(bench: Bench, content: bytes) -> None:
    assert whole(bench, content).results == [(0, "5001", "Error")]


def test_deep_nesting_is_refused(bench: Bench) -> None:
    assert whole(bench, b"<a>" * 5000).results == [(0, "5000", "Error")]


@pytest.mark.parametrize(
    ("encoding", "codec"), [("iso-8859-1", "latin-1"), ("Shift_JIS", "cp932"), ("UTF-16", "utf-16")]
)
def test_declared_encodings_are_read(bench: Bench, encoding: str, codec: str) -> None:
    sku = "ソファ" if codec == "cp932" else "KAFFEE-250G-ÄTHIOPIEN"
    bench.world.listings[sku] = bench.world.listings[MUG]
    content = envelope(bench.seller, "Inventory", stock(sku)).decode().replace("UTF-8", encoding).encode(codec)
    assert whole(bench, content).counts == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<MessageType>Inventory</MessageType>", ""),
        ("<DocumentVersion>1.01</DocumentVersion>", ""),
        ("<MessageType>Inventory</MessageType>", "<MessageType>Stock</MessageType>"),
        ("<MessageID>1</MessageID>", ""),
        ("<MessageID>1</MessageID>", "<MessageID>0</MessageID>"),
        ("<OperationType>Update</OperationType>", "<OperationType>Upsert</OperationType>"),
        ("</AmazonEnvelope>", "<Header/></AmazonEnvelope>"),
        ("AmazonEnvelope", "Envelope"),
        ("<Message>", "<Message>text"),
    ],
)
def test_an_envelope_that_breaks_its_grammar_is_invalid(bench: Bench, before: str, after: str) -> None:
    content = envelope(bench.seller, "Inventory", stock()).decode().replace(before, after)
    assert whole(bench, content.encode()).results == [(0, "5000", "Error")]


def test_a_document_without_messages_is_invalid(bench: Bench) -> None:
    assert bench.xml(TYPE, "Inventory").results == [(0, "5000", "Error")]


def test_another_sellers_document_is_refused(bench: Bench) -> None:
    assert whole(bench, envelope("A0OTHER", "Inventory", stock())).results == [(0, "900004", "Error")]


def test_the_merchant_token_is_as_good_as_the_seller_id(bench: Bench) -> None:
    assert whole(bench, envelope(f"M_{bench.seller}", "Inventory", stock())).counts == (1, 1, 0, 0)


def test_a_document_of_another_message_type_is_refused(bench: Bench) -> None:
    assert bench.xml("POST_PRODUCT_PRICING_DATA", "Inventory", stock()).results == [(0, "900003", "Error")]


# ------------------------------------------------------------------------------------------------------------- messages


def test_a_body_of_another_kind_is_an_error_of_its_message(bench: Bench) -> None:
    report = bench.xml(TYPE, "Inventory", stock(), f"<Price><SKU>{MUG}</SKU></Price>")
    assert (report.counts, report.results) == ((2, 1, 1, 0), [(2, "900003", "Error")])


def test_a_message_id_twice_is_an_error_of_the_second(bench: Bench) -> None:
    content = envelope(bench.seller, "Inventory", stock(), stock()).decode()
    report = whole(bench, content.replace("<MessageID>2<", "<MessageID>1<").encode())
    assert (report.counts, report.results) == ((2, 1, 1, 0), [(1, "900002", "Error")])


def test_an_operation_that_the_kind_does_not_know_is_an_error(bench: Bench) -> None:
    report = bench.xml(TYPE, "Inventory", stock(), operation="PartialUpdate")
    assert report.results == [(1, "900001", "Error")]


def test_a_missing_operation_type_means_update(bench: Bench) -> None:
    content = envelope(bench.seller, "Inventory", stock()).decode().replace("<OperationType>Update</OperationType>", "")
    assert whole(bench, content.encode()).counts == (1, 1, 0, 0)


def test_an_identical_update_is_skipped_with_a_warning_that_names_the_first_feed(bench: Bench) -> None:
    bench.xml(TYPE, "Inventory", stock())
    first = next(iter(bench.world.feeds))
    report = bench.xml(TYPE, "Inventory", stock())
    assert (report.counts, report.results) == ((1, 1, 0, 1), [(1, "5000", "Warning")])
    assert report.words == [
        f"The update for Sku '{MUG}' was skipped because it is identical to the update in feed '{first}'."
    ]


def test_an_identical_update_is_applied_where_something_came_between(bench: Bench) -> None:
    bench.xml(TYPE, "Inventory", stock())
    bench.xml(TYPE, "Inventory", stock(quantity=3))
    assert bench.xml(TYPE, "Inventory", stock()).counts == (1, 1, 0, 0)
    assert bench.attributes(MUG)["fulfillment_availability"][0]["quantity"] == 7


def test_an_identical_update_is_applied_where_the_other_face_wrote_between(bench: Bench) -> None:
    bench.xml(TYPE, "Inventory", stock())
    value = [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}]
    patch = {"op": "merge", "path": "/attributes/fulfillment_availability", "value": value}
    bench.json({"sku": MUG, "operationType": "PATCH", "productType": "PRODUCT", "patches": [patch]})
    assert bench.xml(TYPE, "Inventory", stock()).counts == (1, 1, 0, 0)


def test_a_failed_update_is_not_identical_to_the_next(bench: Bench) -> None:
    for _ in range(2):
        assert bench.xml(TYPE, "Inventory", stock("NO-SUCH-SKU")).results == [(1, "13013", "Error")]


# -------------------------------------------------------------------------------------------------- reader and grammar


def test_the_reader_tells_where_elements_are() -> None:
    seen: list[Element] = []
    parts(b"<a>\n  <b x='1'>\n    <c>text</c></b></a>", seen.append)
    assert [(e.name, e.line, e.column, e.attributes) for e in seen] == [("b", 2, 3, {"x": "1"})]
    assert seen[0].value("c") == "text"


@pytest.mark.parametrize(
    ("text", "type_", "why"),
    [
        ("12", Simple(base="positiveInteger"), ""),
        ("0", Simple(base="positiveInteger"), "cvc-minInclusive-valid"),
        ("1.5", Simple(base="positiveInteger"), "cvc-datatype-valid.1.2.1"),
        ("1.12345", feed_types.MONEY, "cvc-fractionDigits-valid"),
        ("1.1234", feed_types.MONEY, ""),
        ("1.50000", feed_types.MONEY, ""),
        ("1" * 21, feed_types.MONEY, "cvc-totalDigits-valid"),
        ("ten", feed_types.MONEY, "cvc-datatype-valid.1.2.1"),
        ("x" * 40, feed_types.SKU, ""),
        ("x" * 41, feed_types.SKU, "cvc-maxLength-valid"),
        ("", feed_types.SKU, "cvc-minLength-valid"),
        ("yes", feed_types.BOOLEAN, "cvc-datatype-valid.1.2.1"),
        ("2026-02-30", Simple(base="date"), "cvc-datatype-valid.1.2.1"),
        ("2026-02-28T10:00:00Z", feed_types.MOMENT, ""),
        ("2026-02-28", feed_types.MOMENT, "cvc-datatype-valid.1.2.1"),
        ("1234567890123", feed_types.ITEM_CODE, "cvc-pattern-valid"),
        ("S01-1234567-1234567", feed_types.ORDER_ID, ""),
        ("x", Simple(enum=("a", "b")), "cvc-enumeration-valid"),
        ("5", Simple(base="decimal", most=4), "cvc-maxInclusive-valid"),
        ("0", Simple(base="decimal", above=0), "cvc-minExclusive-valid"),
        ("b", Simple(union=(Simple(enum=("a",)), Simple(enum=("b",)))), ""),
    ],
)
def test_a_text_is_judged_by_its_facets(text: str, type_: Simple, why: str) -> None:
    assert fault(text, type_).startswith(why) if why else fault(text, type_) == ""


def refused(xml: str) -> str:
    """Why an Inventory element is refused."""
    seen: list[Element] = []
    parts(f"<a>{xml}</a>".encode(), seen.append)
    with pytest.raises(Invalid) as caught:
        check(seen[0], feed_types.INVENTORY)
    return caught.value.why


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (
            "<I><Quantity>1</Quantity></I>",
            "2.4.a: Invalid content was found starting with element 'Quantity'. One of '{SKU}'",
        ),
        ("<I><SKU>A</SKU></I>", "2.4.b: The content of element 'I' is not complete."),
        ("<I><SKU>A</SKU><Quantity>1</Quantity><Lookup>FulfillmentNetwork</Lookup></I>", "2.4.d"),
        ("<I><SKU>A</SKU><FulfillmentLatency>1</FulfillmentLatency><Quantity>1</Quantity></I>", "2.4.a"),
        ("<I><SKU>A</SKU><Quantity><b/></Quantity></I>", "cvc-type.3.1.2"),
        ("<I>x<SKU>A</SKU><Quantity>1</Quantity></I>", "cvc-complex-type.2.3"),
        ("<I a='1'><SKU>A</SKU><Quantity>1</Quantity></I>", "cvc-complex-type.3.2.2"),
    ],
)
def test_children_out_of_order_or_place_are_named(xml: str, why: str) -> None:
    assert why in refused(xml)


@given(st.text(min_size=1, max_size=45))
def test_any_text_of_a_sku_ends_in_a_report(sku: str) -> None:
    bench = Bench(orders=1)
    body = "<Inventory><SKU></SKU><Quantity>1</Quantity></Inventory>"
    tree = etree.fromstring(envelope(bench.seller, "Inventory", body))
    try:
        tree.find(".//SKU").text = sku
    except ValueError:  # characters that XML cannot hold
        return
    report = whole(bench, etree.tostring(tree))
    assert report.counts in ((1, 1, 0, 0), (1, 0, 1, 0), (0, 0, 1, 0))


# ------------------------------------------------------------------------------------------------------------- reports


def test_a_report_without_results_is_the_recorded_one_byte_for_byte() -> None:
    recorded = (VECTORS / "recorded-report.xml").read_bytes()
    assert reports.xml(Tally(processed=1, successful=1), feed_id="51793018437", seller="x") == recorded


def test_additional_information_comes_in_the_schemas_order() -> None:
    tally = Tally()
    about = {"item": "12345678901234", "order": "111-1111111-1111111", "sku": "A"}
    tally.count([issue("shipped-quantity", about=about)])
    report = Report(reports.xml(tally, feed_id="1", seller="x"))
    assert [name for name, _ in report.about[0]] == ["SKU", "AmazonOrderID", "AmazonOrderItemCode"]

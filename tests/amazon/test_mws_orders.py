"""MWS's elements as a record: every one has its place, whatever their order, and nothing that Amazon sends is lost."""

import json
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sellerport.amazon.mws.orders import item, order
from sellerport.amazon.orders import OrderItemRecord, OrderRecord
from sellerport.amazon.xml import json_name
from support import VECTORS, leaves, shuffled

ELEMENTS = json.loads((VECTORS / "mws" / "elements.json").read_text(encoding="utf-8"))
READ = {"Order": order, "OrderItem": item}
ROWS = [(kind, *row) for kind, rows in ELEMENTS.items() for row in rows]


def said(value: Any) -> str:
    """A value as XML has it."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def document(kind: str, rows: list[Any]) -> Any:
    """The element with those paths and texts."""
    root = etree.Element(kind)
    for path, _, value in rows:
        node = root
        for name, number in re.findall(r"(\w+)(?:\[(\d)\])?", path):
            found = node.findall(name)
            node = found[int(number or 0)] if len(found) > int(number or 0) else etree.SubElement(node, name)
        node.text = said(value)
    return root


def at(record: Any, path: str) -> Any:
    for name, number in re.findall(r"(\w+)(?:\[(\d)\])?", path):
        record = record[name] if not number else record[name][int(number)]
    return record


FULL = {kind: document(kind, rows) for kind, rows in ELEMENTS.items()}
RECORDS = {kind: READ[kind](node) for kind, node in FULL.items()}


@pytest.mark.parametrize(("kind", "path", "place", "value"), ROWS, ids=[f"{k} {p}" for k, p, *_ in ROWS])
def test_an_element_has_its_place_and_type(kind: str, path: str, place: str, value: Any) -> None:
    found = at(RECORDS[kind], place)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("kind", ELEMENTS)
def test_there_is_nothing_in_the_record_but_what_was_said(kind: str) -> None:
    assert sorted(map(said, leaves(RECORDS[kind]))) == sorted(node.text for node in FULL[kind].iter() if not len(node))


@pytest.mark.parametrize(("kind", "declared"), [("Order", OrderRecord), ("OrderItem", OrderItemRecord)])
def test_the_record_is_what_the_output_declares(kind: str, declared: Any) -> None:
    msgspec.convert(RECORDS[kind], declared)
    known = {f.encode_name for f in msgspec.structs.fields(declared)} - {"orderItems"}
    assert known - set(RECORDS[kind]) == set(), "declared, but no element that is known fills it"


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ELEMENTS)
def test_elements_may_come_in_any_order(kind: str, seed: int) -> None:
    rows = [row for row in ELEMENTS[kind] if "[1]" not in row[0]]
    mixed = shuffled(seed).sample(rows, len(rows))
    assert READ[kind](document(kind, mixed)) == READ[kind](document(kind, rows))


@pytest.mark.parametrize(("kind", "path", "place", "value"), ROWS, ids=[f"{k} {p}" for k, p, *_ in ROWS])
def test_a_text_in_the_place_of_any_element_is_kept(kind: str, path: str, place: str, value: Any) -> None:
    rows = [[path, place, "FILTERED"]]
    assert list(leaves(READ[kind](document(kind, rows)))) == ["FILTERED"]
    above = path.rpartition("/")[0].partition("[")[0]
    if above:
        node = READ[kind](document(kind, [[above, place, "FILTERED"]]))
        assert list(leaves(node)) == ["FILTERED"]


NAMES = st.sampled_from(
    ["Novel", "NovelThing", "NovelID", "XYZThing", "thing", "Thing2", "A", "SKU", "IsThing", "member"]
)
TEXTS = st.text("abcdefgh 0123-.").map(lambda text: f"text {text}".strip())


def node_of(name: str, content: Any) -> Any:
    node = etree.Element(name)
    if isinstance(content, str):
        node.text = content
    else:
        node.extend([node_of(inner, value) for inner, value in content])
    return node


TREES = st.recursive(TEXTS, lambda inner: st.lists(st.tuples(NAMES, inner), min_size=1, max_size=4), max_leaves=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES | st.sampled_from([r[0].partition("/")[0] for r in ELEMENTS["Order"]]), TREES)))
def test_no_text_of_an_unknown_or_repeated_element_is_lost(members: Any) -> None:
    node = node_of("Order", members)
    texts = sorted(entry.text for entry in node.iter() if not len(entry) and entry.text)
    assert sorted(said(leaf) for leaf in leaves(order(node)) if leaf != "") == texts


@pytest.mark.parametrize("text", ["--5", "1e3", "٣", "", "12345678901234567890", "+5", "FILTERED", "5.0", "-"])
def test_a_number_that_is_none_stays_text(text: str) -> None:
    node = etree.fromstring(f"<Order><NumberOfItemsShipped>{text}</NumberOfItemsShipped></Order>")
    assert order(node) == {"numberOfItemsShipped": text}


@pytest.mark.parametrize(("text", "truth"), [("true", True), ("false", False), ("True", True), ("maybe", "maybe")])
def test_a_truth_is_one_or_stays_text(text: str, truth: Any) -> None:
    assert order(etree.fromstring(f"<Order><IsPrime>{text}</IsPrime></Order>"))["isPrime"] is truth or truth == text


def test_an_empty_list_is_an_empty_list() -> None:
    assert order(etree.fromstring("<Order><PaymentMethodDetails/></Order>")) == {"paymentMethodDetails": []}


def test_amounts_keep_amazons_spelling() -> None:
    node = etree.fromstring("<Order><OrderTotal><Amount>007.50</Amount></OrderTotal></Order>")
    assert order(node) == {"orderTotal": {"amount": "007.50"}}


@pytest.mark.parametrize(
    ("element", "name"),
    [("SKU", "sku"), ("MAP", "map"), ("ParentSKU", "parentSKU"), ("MSRPWithTax", "msrpWithTax"), ("CE", "ce"),
     ("CPSIAWarning", "cpsiaWarning"), ("FEDAS_ID", "fedasid"), ("Rental_0", "rental0"),
     ("Amazon-Vendor-Only", "amazonVendorOnly"), ("ASIN", "asin"), ("SellerSKU", "sellerSKU"), ("IsISPU", "isISPU"),
     ("CustomizedURL", "customizedURL"), ("CODFeeDiscount", "codFeeDiscount"), ("AddressLine1", "addressLine1"),
     ("TFMShipmentStatus", "tfmShipmentStatus")],
)  # fmt: skip
def test_names_follow_the_xjc_rule(element: str, name: str) -> None:
    assert json_name(element) == name

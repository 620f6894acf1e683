"""Every category and product type of the old feed: made, checked, written, and read back by another reader."""

import copy

import make_records
import pytest
import table_reader

from sellerport.amazon.names import json_name
from sellerport.amazon.products import table
from sellerport.amazon.products.check import Rules, checked
from sellerport.amazon.products.xml import product

PAIRS = list(make_records.pairs())


def ids(pair):
    return "-".join(part for part in pair if part)


def test_the_catalogue_has_334_pairs_of_57_categories():
    assert len(PAIRS) == 334
    assert len({element for element, _ in PAIRS}) == 57


@pytest.mark.parametrize("full", [True, False], ids=["full", "minimal"])
@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_a_made_message_becomes_an_element_that_agrees_with_the_table(pair, full):
    record = make_records.record(*pair, full=full)
    right, problems = checked(record, Rules("Update"))
    assert problems == []
    reader = table_reader.Reader()
    read = reader.product(product(right))
    assert reader.faults == []
    assert read == record


def _content(record, element):
    return record["productData"][json_name(element)]


def _inner(record, element, kind):
    """The members of the product type, or of the category where it has none; and their path."""
    content, path = _content(record, element), f"$.productData.{json_name(element)}"
    return (content, path) if kind is None else (content["productType"][kind], f"{path}.productType.{kind}")


def _group(element, kind):
    content = table.category(element)
    inner = content if kind is None else table.of_type(content, kind).at["productType"].kind.at[kind].kind
    return inner if isinstance(inner, table.Group) else None


def paths(record, operation="Update", elements=()):
    return [problem.path for problem in checked(record, Rules(operation, elements))[1]]


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_an_unknown_member_is_refused_at_its_path(pair):
    record = make_records.record(*pair, full=True)
    if _group(*pair) is None:  # a product type without members
        record["nonsense"] = 1
        assert paths(record) == ["$.nonsense"]
        return
    inner, path = _inner(record, *pair)
    inner["nonsense"] = 1
    assert paths(record) == [f"{path}.nonsense"]


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_a_missing_member_is_refused_at_its_path(pair):
    record = make_records.record(*pair, full=False)
    group, wanted = _group(*pair), ["$.descriptionData.title"]
    for name in group.required() if group else []:
        inner, path = _inner(record, *pair)
        del inner[name]
        wanted.append(f"{path}.{name}")
    del record["descriptionData"]["title"]
    assert sorted(paths(record)) == sorted(wanted)


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_a_value_of_another_type_is_refused_at_its_path(pair):
    record = make_records.record(*pair, full=True)
    if _group(*pair) is None:
        inner, path = _content(record, pair[0]), f"$.productData.{json_name(pair[0])}"
        inner["productType"] = 7
        assert paths(record) == [f"{path}.productType"]
        return
    inner, path = _inner(record, *pair)
    for name in inner:
        inner[name] = [{"a": ["b"]}]
    found = paths(record)
    for name in inner:
        assert any(where.startswith(f"{path}.{name}") for where in found), name


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_a_word_that_is_not_listed_is_refused_at_its_path(pair):
    record = make_records.record(*pair, full=True)
    record["standardProductID"]["type"] = "VIN"
    assert paths(record) == ["$.standardProductID.type"]
    record = make_records.record(*pair, full=True)
    group = _group(*pair)
    if group is None:
        return
    inner, path = _inner(record, *pair)
    listed = [m for m in group.members if isinstance(m.kind, table.Simple) and m.kind.enum and m.json in inner]
    for member in listed:
        inner[member.json] = ["of no list"] if member.repeated else "of no list"
    wanted = {f"{path}.{member.json}" + ("[0]" if member.repeated else "") for member in listed}
    assert set(paths(record)) == wanted


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_two_categories_two_product_types_and_another_category_are_refused_at_their_path(pair):
    element, kind = pair
    record = make_records.record(element, kind, full=False)
    other = "Books" if element != "Books" else "Beauty"
    assert paths(record, elements=(other,)) == [f"$.productData.{json_name(element)}"]
    types = table.product_types(table.category(element))
    if types and len(types.at) > 1:
        twice = copy.deepcopy(record)
        _content(twice, element)["productType"][next(name for name in types.at if name != kind)] = {}
        assert paths(twice) == [f"$.productData.{json_name(element)}.productType"]
    record["productData"][json_name(other)] = {}
    assert paths(record) == ["$.productData"]


@pytest.mark.parametrize("pair", PAIRS, ids=ids)
def test_names_are_taken_in_any_case(pair):
    record = make_records.record(*pair, full=True)

    def shouted(value):
        if isinstance(value, dict):
            return {name.upper(): shouted(item) for name, item in value.items()}
        return [shouted(item) for item in value] if isinstance(value, list) else value

    right, problems = checked(shouted(record), Rules("Update"))
    assert problems == []
    assert right == record

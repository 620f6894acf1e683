"""What a check of a product record finds, beside what the catalogue's tests find in every category."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.products.check import Rules, checked

BOOK = {
    "sku": "BOOK-1",
    "descriptionData": {"title": "A Book"},
    "productData": {"books": {"productType": {"booksMisc": {"binding": "Paperback"}}}},
}


def problems(record, operation="Update", elements=()):
    return {problem.path: problem.text for problem in checked(record, Rules(operation, elements))[1]}


def described(**members):
    return {**BOOK, "descriptionData": {"title": "A Book", **members}}


def test_a_right_record_is_given_back_as_it_is():
    record, found = checked(BOOK, Rules("Update", ("Books",)))
    assert found == []
    assert record is BOOK


def test_the_record_given_is_not_changed():
    given = {"SKU": "A", "DESCRIPTIONDATA": {"Title": "T", "numberOfLithiumIonCells": "3", "brand": None}}
    before = repr(given)
    record, found = checked(given, Rules("Update"))
    assert found == []
    assert repr(given) == before
    assert record == {"sku": "A", "descriptionData": {"title": "T", "numberOfLithiumIonCells": 3}}


def test_a_member_given_in_two_spellings_is_refused():
    assert problems({**BOOK, "SKU": "B"}) == {"$.SKU": "Expected sku once, got SKU too"}


def test_null_is_absent():
    assert problems({**BOOK, "condition": None}) == {}
    assert problems(described(title=None)) == {"$.descriptionData.title": "Expected a value, got none"}


@pytest.mark.parametrize(
    ("members", "path", "text"),
    [
        ({"titel": "x"}, "titel", "Expected no such member; did you mean 'title'?"),
        ({"title": "x" * 501}, "title", "Expected text of at most 500 characters"),
        ({"bulletPoint": ["x"] * 6}, "bulletPoint", "Expected at most 5 entries"),
        ({"bulletPoint": "x"}, "bulletPoint", "Expected array"),
        ({"maxOrderQuantity": 0}, "maxOrderQuantity", "Expected a number >= 1"),
        ({"maxOrderQuantity": 1.5}, "maxOrderQuantity", "Expected integer"),
        ({"prop65": "perhaps"}, "prop65", "Expected boolean"),
        ({"countryOfOrigin": "Germany"}, "countryOfOrigin", "Expected text like"),
        ({"planExpirationDate": "2021-02-30"}, "planExpirationDate", "Expected a time like"),
        ({"planExpirationDate": "tomorrow"}, "planExpirationDate", "Expected a time like"),
        ({"msrp": {"value": 1.999, "currency": "USD"}}, "msrp.value", "Expected a number of at most 2 decimals"),
        ({"msrp": {"value": 1, "currency": "XXX"}}, "msrp.currency", "Expected one of USD, GBP"),
        ({"itemWeight": {"value": 1}}, "itemWeight.unitOfMeasure", "Expected a value, got none"),
        (
            {"itemWeight": {"value": 10**12, "unitOfMeasure": "KG"}},
            "itemWeight.value",
            "Expected a number of at most 12",
        ),
        ({"itemWeight": 3}, "itemWeight", "Expected object"),
        ({"fedasid": "12345"}, "fedasid", "Expected text of at least 6 characters"),
    ],
)
def test_a_limit_of_the_table_is_told_with_the_path(members, path, text):
    found = problems(described(**members))
    assert list(found) == [f"$.descriptionData.{path}"]
    assert found[f"$.descriptionData.{path}"].startswith(text)


@pytest.mark.parametrize(
    ("members", "right"),
    [
        ({"maxOrderQuantity": "12"}, {"maxOrderQuantity": 12}),
        ({"prop65": "True"}, {"prop65": True}),
        ({"recommendedBrowseNode": ["9007199254740993"]}, {"recommendedBrowseNode": [9007199254740993]}),
        ({"msrp": {"value": "19.90", "currency": "ZAR"}}, {"msrp": {"value": 19.9, "currency": "ZAR"}}),
        ({"planExpirationDate": "2021-02-28"}, {"planExpirationDate": "2021-02-28"}),
    ],
)
def test_numbers_and_truths_are_taken_as_text_too(members, right):
    record, found = checked(described(**members), Rules("Update"))
    assert found == []
    assert record["descriptionData"] == {"title": "A Book", **right}


def test_a_control_character_that_xml_cannot_hold_is_refused_wherever_it_stands():
    assert list(problems(described(bulletPoint=["fine", "bad\x00"]))) == ["$.descriptionData.bulletPoint[1]"]
    assert problems(described(title="tab\tand\nline")) == {}


def test_choices_inside_a_product_type_are_enforced():
    def software(kind, **members):
        needed = {"mediaFormat": ["dvd_rom"], "operatingSystem": ["Linux"], "softwareVideoGamesGenre": ["x"], **members}
        if kind == "software":
            del needed["softwareVideoGamesGenre"]
        return {**BOOK, "productData": {"softwareVideoGames": {"productType": {kind: needed}}}}

    path = "$.productData.softwareVideoGames.productType"
    ratings = "esrbRating, bbfcRating, pegiRating, uskRating"
    none, both = {}, {"pegiRating": "unknown", "uskRating": "unknown"}
    assert problems(software("software", **none)) == {}
    assert problems(software("software", **both)) == {
        f"{path}.software": f"Expected only one of {ratings}, got pegiRating, uskRating"
    }
    assert problems(software("softwareGames", **none)) == {
        f"{path}.softwareGames": f"Expected exactly one of {ratings}, got none"
    }
    assert problems(software("softwareGames", pegiRating="unknown")) == {}


@pytest.mark.parametrize(
    ("data", "path", "text"),
    [
        ({}, "", "Expected exactly one category, got none"),
        ({"books": {}, "beauty": {}}, "", "Expected exactly one category, got books, beauty"),
        ({"boks": {}}, ".boks", "Expected a category, got boks; did you mean 'books'?"),
        ({"books": {"productType": {}}}, ".books.productType", "Expected exactly one product type, got none"),
        (
            {"books": {"productType": {"bookMisc": {}}}},
            ".books.productType.bookMisc",
            "Expected a product type of Books, got bookMisc; did you mean 'booksMisc'?",
        ),
        ({"books": {}}, ".books.productType", "Expected a value, got none"),
        ({"books": 7}, ".books", "Expected object, got 7"),
        ({"sports": {"productType": "Chess"}}, ".sports.productType", "Expected one of SportingGoods"),
    ],
)
def test_category_and_product_type_are_told_apart_and_by_name(data, path, text):
    found = problems({**BOOK, "productData": data})
    assert list(found) == [f"$.productData{path}"]
    assert found[f"$.productData{path}"].startswith(text)


def test_delete_looks_at_the_sku_alone():
    record, found = checked({"Sku": "A", "descriptionData": 7, "nonsense": []}, Rules("Delete"))
    assert (record, found) == ({"sku": "A"}, [])
    assert list(problems({"descriptionData": {}}, "Delete")) == ["$.sku"]
    assert list(problems({"sku": "x" * 41}, "Delete")) == ["$.sku"]


def test_attributes_may_stand_for_the_description_of_an_upsert():
    record = {"sku": "A", "productType": "SHIRT", "attributes": {"item_name": []}}
    assert problems(record) == {}
    del record["attributes"]
    assert list(problems(record)) == ["$.descriptionData"]


def test_a_record_that_is_nested_too_deep_is_refused():
    deep = []
    for _ in range(50_000):
        deep = [deep]
    assert problems({**BOOK, "attributes": {"x": deep}}) == {"$": "Expected a record that is not nested this deep"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sku", "descriptionData", "productData", "books", "title", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_given_is_checked_without_an_accident(record):
    for operation in ("Update", "PartialUpdate", "Delete"):
        checked(record, Rules(operation))

"""How products are read: from bytes and from values alike, one record or many, kept as they came."""

import msgspec
import pytest

from sellerport.actions._product import read_products
from sellerport.amazon.products.check import Rules
from sellerport.errors import InputError

UPDATE = Rules("Update")
MUG = {"sku": "MUG", "descriptionData": {"title": "A mug"}}


def raw(value):
    return msgspec.Raw(value if isinstance(value, bytes) else msgspec.json.encode(value))


@pytest.mark.parametrize("form", [lambda value: value, raw], ids=["values", "bytes"])
@pytest.mark.parametrize(
    ("body", "many"), [(MUG, False), ({"messages": [MUG, MUG]}, True), ({"Messages": [MUG]}, True)]
)
def test_one_record_or_many_are_read(form, body, many):
    batch = read_products(UPDATE, form(body))
    assert batch.many is many
    assert [row.record() for row in batch.rows] == ([MUG] * len(batch.rows))
    assert {row.sku for row in batch.rows} == {"MUG"}


@pytest.mark.parametrize("form", [lambda value: value, raw], ids=["values", "bytes"])
def test_rows_are_kept_in_the_tables_spelling(form):
    batch = read_products(UPDATE, form({"SKU": "MUG", "ProductType": "CUP", "descriptiondata": {"TITLE": "A mug"}}))
    assert batch.rows[0].record() == {**MUG, "productType": "CUP"}
    assert batch.rows[0].product_type == "CUP"


def test_a_right_record_of_bytes_is_not_copied():
    body = raw({"messages": [MUG]})
    (row,) = read_products(UPDATE, body).rows
    assert isinstance(row.content, msgspec.Raw)
    assert bytes(row.content) in bytes(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"sku": NaN}',
        b'{"messages": [{"sku": "\\ud800"}]}',
        b'{"sku": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"messages": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        b'{"sku": "A"} {}',
    ],
)
def test_bytes_that_are_no_json_are_refused_in_words(body):
    with pytest.raises(InputError):
        read_products(UPDATE, raw(body))


@pytest.mark.parametrize("body", [[MUG], "MUG", 7, None, True])
@pytest.mark.parametrize("form", [lambda value: value, raw], ids=["values", "bytes"])
def test_what_is_no_record_is_refused_at_the_root(form, body):
    with pytest.raises(InputError) as refused:
        read_products(UPDATE, form(body))
    assert [problem.path for problem in refused.value.problems] == ["$"]


@pytest.mark.parametrize("entry", [7, None, [], "MUG"])
def test_an_entry_that_is_no_record_is_refused_at_its_place(entry):
    with pytest.raises(InputError) as refused:
        read_products(UPDATE, raw({"messages": [MUG, entry]}))
    assert [problem.path for problem in refused.value.problems] == ["$.messages[1]"]

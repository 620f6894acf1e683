"""Names, units and plain values in both languages."""

from decimal import Decimal

import pytest
import table_reader
from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.names import attribute_name, json_name, title
from sellerport.amazon.products import table
from sellerport.amazon.products.labels import KEYWORDS, elements_of, keywords_of
from sellerport.amazon.products.table import Group, Simple
from sellerport.amazon.products.units import FULL, full_name
from sellerport.amazon.products.values import amount, text


def groups(group):
    yield group
    for member in group.members:
        if isinstance(member.kind, Group):
            yield from groups(member.kind)


ALL = [group for root in (table.product(), *map(table.category, table.categories())) for group in groups(root)]
NAMES = sorted({member.name for group in ALL for member in group.members} | set(table.categories()))


@pytest.mark.parametrize(
    ("element", "name"),
    [
        ("SKU", "sku"),
        ("MAP", "map"),
        ("ParentSKU", "parentSKU"),
        ("MSRPWithTax", "msrpWithTax"),
        ("CPSIAWarning", "cpsiaWarning"),
        ("FEDAS_ID", "fedasid"),
        ("Rental_0", "rental0"),
        ("Amazon-Vendor-Only", "amazonVendorOnly"),
        ("CE", "ce"),
    ],
)
def test_a_json_name_follows_xjcs_rule(element, name):
    assert json_name(element) == name


def test_every_json_name_is_what_another_reading_of_the_rule_says():
    assert len(NAMES) > 3000
    assert {name: json_name(name) for name in NAMES} == {name: table_reader.camel(name) for name in NAMES}


def test_no_two_members_of_a_group_share_a_name_in_any_case():
    assert all(len(group.spelled) == len(group.members) for group in ALL)


@pytest.mark.parametrize(
    ("element", "attribute", "shown"),
    [
        ("NumberOfItems", "number_of_items", "Number Of Items"),
        ("MSRPWithTax", "msrp_with_tax", "MSRP With Tax"),
        ("NumberOfUSB2.0Ports", "number_of_usb_2_0_ports", "Number Of USB 2 0 Ports"),
    ],
)
def test_an_attribute_and_a_title_have_the_elements_words(element, attribute, shown):
    assert attribute_name(element) == attribute
    assert title(element) == shown


def test_a_label_an_element_and_its_json_name_mean_the_same_category():
    for label, elements in table.labels().items():
        assert elements_of(label) == elements_of(label.upper()) == elements
        assert elements_of(elements[0]) == elements_of(json_name(elements[0])) == (elements[0],)
    assert elements_of("Cars") == ()


def test_every_category_but_miscellaneous_has_words_to_look_its_product_types_up_by():
    without = [label for label in table.labels() if not keywords_of(label)]
    assert without == ["Miscellaneous"]
    assert set(KEYWORDS) <= {elements[0] for elements in table.labels().values()}


@pytest.mark.parametrize(
    ("word", "allowed", "full"),
    [
        ("LB", ["pounds", "kilograms"], "pounds"),
        ("CM", ["centimeters"], "centimeters"),
        ("CM", [], "centimeters"),
        ("GB", ["GB", "MB"], "GB"),
        ("liter", ["liters"], "liters"),
        ("micrometers", ["micrometer"], "micrometer"),
        ("meters per second", ["meters_per_second"], "meters_per_second"),
        ("fluid-oz", [], "fluid_ounces"),
        ("oz", ["ounces"], "ounces"),
        ("no such unit", ["pounds"], "no_such_unit"),
    ],
)
def test_a_unit_is_said_in_full_in_the_words_that_the_attribute_allows(word, allowed, full):
    assert full_name(word, allowed) == full


def test_the_table_of_units_speaks_of_units_that_the_feeds_have():
    kinds = [member.kind for group in ALL for member in group.members if isinstance(member.kind, table.Valued)]
    known = {word.lower() for kind in kinds for a in kind.attributes for word in a.kind.enum}
    assert {word for word in FULL if word.lower() not in known} == set()


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (19.9, "USD", "19.90"),
        ("19.9", "USD", "19.90"),
        (19, None, "19.00"),
        (19.999, "EUR", "19.999"),
        (0.1 + 0.2, "EUR", "0.3000"),
        (1990, "JPY", "1990"),
        (1e6, "USD", "1000000.00"),
    ],
)
def test_an_amount_has_two_to_four_decimals_and_none_in_yen(value, currency, said):
    assert amount(value, currency) == said


@given(st.decimals(min_value=0, max_value=10**12, places=4, allow_nan=False, allow_infinity=False))
def test_an_amount_of_up_to_four_decimals_keeps_its_value(number):
    assert Decimal(amount(str(number), "USD")) == number


@pytest.mark.parametrize(
    ("value", "base", "said"),
    [
        (True, "boolean", "true"),
        (7.0, "positiveInteger", "7"),
        (0.00001, "decimal", "0.00001"),
        (1e21, "decimal", "1000000000000000000000"),
        ("2021-03-01", "dateTime", "2021-03-01T00:00:00Z"),
        ("2021-03-01T10:00:00+01:00", "dateTime", "2021-03-01T10:00:00+01:00"),
        ("2021-03-01", "date", "2021-03-01"),
    ],
)
def test_a_plain_value_is_spelled_as_xml_schema_has_it(value, base, said):
    assert text(value, Simple(base)) == said

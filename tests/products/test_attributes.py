"""Records as listing attributes: where elements go by table, by name and by shape, and what finds no place."""

import json

import pytest

from sellerport.amazon.feeds import Marketplace
from sellerport.amazon.products.attributes import attributes_of
from sellerport.amazon.products.common import CONDITIONS
from sellerport.amazon.products.definition import META, definition
from sellerport.amazon.products.shapes import Guessed

US = Marketplace("ATVPDKIKX0DER", "USD", "en_US", "NA")
DE = Marketplace("A1PA6795UKMFR9", "EUR", "de_DE", "EU")
PLACE = {"marketplace_id": {"$ref": "#/$defs/marketplace_id"}}
LANGUAGE = {"language_tag": {"$ref": "#/$defs/language_tag"}}
MEASURE = {"value": {"type": "number"}, "unit": {"type": "string", "enum": ["centimeters", "kilograms", "inches"]}}


def shape(**properties):
    return {"type": "array", "items": {"type": "object", "properties": {**properties, **PLACE}}}


def text(**facts):
    return shape(value={"type": "string", **facts}, **LANGUAGE)


def product_type(**attributes):
    """A definition with these attributes, in the form that Amazon gives them."""
    schema = {
        "$schema": META,
        "$defs": {
            "marketplace_id": {"type": "string", "anyOf": [{"type": "string"}, {"enum": ["ATVPDKIKX0DER"]}]},
            "language_tag": {"type": "string", "anyOf": [{"type": "string"}, {"enum": ["en_US"]}]},
        },
        "type": "object",
        "properties": {"item_name": text(), **attributes},
    }
    return definition("THING", json.dumps(schema).encode())


def placed(description, shapes, place=US, **record):
    return attributes_of({"sku": "A", "descriptionData": description, **record}, shapes, place)


def one(description, **attributes):
    """The attributes that a description becomes, without selectors; and the elements without a place."""
    found = placed(description, product_type(**attributes))
    bare = {
        name: [{k: v for k, v in item.items() if k not in ("marketplace_id", "language_tag")} for item in items]
        for name, items in found.attributes.items()
    }
    return bare, [miss.element for miss in found.unplaced]


def test_selectors_are_those_of_the_shape_and_the_marketplaces_own():
    found = placed({"title": "T", "brand": "B"}, product_type(brand=shape(value={"type": "string"})))
    assert found.attributes == {
        "item_name": [{"value": "T", "language_tag": "en_US", "marketplace_id": "ATVPDKIKX0DER"}],
        "brand": [{"value": "B", "marketplace_id": "ATVPDKIKX0DER"}],
    }


def test_a_language_that_the_schema_does_not_list_gives_way_to_the_one_it_lists():
    assert placed({"title": "T"}, product_type(), DE).attributes["item_name"][0]["language_tag"] == "en_US"
    assert placed({"title": "T"}, Guessed(), DE).attributes["item_name"][0]["language_tag"] == "de_DE"


def test_repeated_elements_are_instances():
    assert one({"bulletPoint": ["A", "B"]}, bullet_point=text()) == (
        {"bullet_point": [{"value": "A"}, {"value": "B"}]},
        [],
    )


@pytest.mark.parametrize(("old", "new"), CONDITIONS.items())
def test_conditions_are_said_in_the_new_words(old, new):
    found = placed({}, product_type(condition_type=shape(value={"type": "string"})), condition={"conditionType": old})
    assert found.attributes["condition_type"][0]["value"] == new


def test_an_asin_is_suggested_and_other_ids_are_assigned():
    shapes = product_type(
        merchant_suggested_asin=shape(value={"type": "string"}),
        externally_assigned_product_identifier=shape(
            type={"type": "string", "enum": ["ean", "gtin", "upc"]}, value={"type": "string"}
        ),
    )

    def ids(kind):
        found = placed({}, shapes, standardProductID={"type": kind, "value": "9780306406157"})
        return {
            name: {k: v for k, v in item[0].items() if k != "marketplace_id"} for name, item in found.attributes.items()
        }

    assert ids("ASIN") == {"merchant_suggested_asin": {"value": "9780306406157"}}
    assert ids("UPC") == {"externally_assigned_product_identifier": {"type": "upc", "value": "9780306406157"}}
    assert ids("ISBN") == {"externally_assigned_product_identifier": {"type": "ean", "value": "9780306406157"}}


@pytest.mark.parametrize("part", ["value", "value_with_tax"])
def test_a_list_price_is_said_in_the_part_that_the_schema_has(part):
    attribute = shape(**{part: {"type": "number"}, "currency": {"type": "string"}})
    found, _ = one({"msrp": {"value": 9.9}}, list_price=attribute)
    assert found == {"list_price": [{part: 9.9, "currency": "USD"}]}


def test_dimensions_are_parts_with_full_units_and_the_weight_goes_its_own_way():
    box = {
        "length": {"value": 3, "unitOfMeasure": "CM"},
        "width": {"value": 2, "unitOfMeasure": "IN"},
        "weight": {"value": 1.5, "unitOfMeasure": "KG"},
    }
    sides = {name: {"type": "object", "properties": MEASURE} for name in ("length", "width", "height")}
    wanted = {
        "length": {"value": 3, "unit": "centimeters"},
        "width": {"value": 2, "unit": "inches"},
    }
    weight = {"item_weight": [{"value": 1.5, "unit": "kilograms"}]}
    for name in ("item_dimensions", "item_length_width_height"):
        found, missed = one({"itemDimensions": box}, **{name: shape(**sides), "item_weight": shape(**MEASURE)})
        assert (found, missed) == ({name: [wanted], **weight}, [])
    found, missed = one({"itemDimensions": box}, item_dimensions=shape(**sides))
    assert (found, missed) == ({"item_dimensions": [wanted]}, ["Weight"])


def test_gift_options_are_one_instance():
    options = shape(can_be_wrapped={"type": "boolean"}, can_be_messaged={"type": "boolean"})
    found, _ = one({"isGiftWrapAvailable": True, "isGiftMessageAvailable": False}, gift_options=options)
    assert found == {"gift_options": [{"can_be_wrapped": True, "can_be_messaged": False}]}


def shirt(**variation):
    return {"clothing": {"variationData": variation, "classificationData": {"clothingType": "Shirt"}}}


@pytest.mark.parametrize(
    ("old", "listed", "new"),
    [
        ("SizeColor", [], "SIZE/COLOR"),
        ("SizeColor", ["COLOR/SIZE", "SIZE"], "COLOR/SIZE"),
        ("Color", ["Color_Name", "Size_Name"], "Color_Name"),
        ("SizeName-ColorName", ["SIZE/COLOR"], "SIZE/COLOR"),
    ],
)
def test_a_variation_is_a_level_and_a_theme_of_the_listed_ones(old, listed, new):
    shapes = product_type(
        parentage_level=shape(value={"type": "string"}),
        variation_theme={
            "type": "array",
            "items": {"properties": {"name": {"type": "string", "enum": listed} if listed else {"type": "string"}}},
        },
    )
    found = placed({}, shapes, productData=shirt(parentage="child", variationTheme=old))
    assert found.unplaced == []
    assert found.attributes["parentage_level"][0]["value"] == "child"
    assert found.attributes["variation_theme"] == [{"name": new}]


def test_what_names_the_kind_of_product_is_said_by_the_product_type():
    assert placed({}, product_type(), productData=shirt()).unplaced == []
    assert placed({}, product_type(), productData={"sports": {"productType": "GolfClub"}}).unplaced == []


def book(**members):
    return {"books": {"productType": {"booksMisc": members}}}


def test_a_categorys_elements_go_by_their_names():
    shapes = product_type(author=text(), number_of_pages=shape(value={"type": "integer"}))
    found = placed({}, shapes, productData=book(author="A", numberOfPages=12))
    assert found.unplaced == []
    assert found.attributes["number_of_pages"][0]["value"] == 12
    assert found.sources["author"] == ("productData", "books", "productType", "booksMisc", "author")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"type": "string", "enum": ["paperback", "hardcover"]}, "paperback"),
        ({"type": "string", "anyOf": [{"type": "string"}, {"enum": ["PAPERBACK"]}]}, "PAPERBACK"),
        ({"type": "string", "enum": ["hardcover"]}, "Paperback"),
        ({"type": "string"}, "Paperback"),
    ],
)
def test_a_word_is_said_as_the_schema_lists_it(facts, said):
    found = placed({}, product_type(binding=text(**facts)), productData=book(binding="Paperback"))
    assert found.attributes["binding"][0]["value"] == said


@pytest.mark.parametrize(
    "attribute",
    [
        shape(value={"type": "integer"}),  # a text is no number
        shape(value={"type": "string"}, unit={"type": "string"}),  # it has no unit
        shape(name={"type": "string"}),  # no value at all
        shape(value={"type": "boolean"}),
    ],
)
def test_an_attribute_of_another_shape_is_no_place(attribute):
    found = placed({}, product_type(author=attribute), productData=book(author="A. Writer"))
    assert [(miss.element, miss.path[-1]) for miss in found.unplaced] == [("Author", "author")]
    assert "author" in found.unplaced[0].near


def test_an_element_without_a_place_is_named_with_the_nearest_attributes():
    shapes = product_type(batteries_included=shape(value={"type": "boolean"}), author_name=text())
    found = placed({"battery": {"areBatteriesIncluded": True}}, shapes)
    (miss,) = found.unplaced
    assert miss.path == ("descriptionData", "battery", "areBatteriesIncluded")
    assert miss.near[0] == "batteries_included"


def test_what_the_message_gives_as_attributes_wins_and_its_elements_need_no_place():
    given = {"item_name": [{"value": "Mine"}], "list_price": [{"value": 1}]}
    found = placed({"title": "T", "msrp": {"value": 2}}, product_type(), attributes=given)
    assert found.attributes == given
    assert found.unplaced == []
    assert found.sources["item_name"] == ("attributes", "item_name")


def test_the_same_value_is_not_said_twice():
    inside = {"clothingType": "Shirt", "color": "red"}
    data = {"clothing": {"variationData": {"color": "red"}, "classificationData": inside}}
    found = placed({}, product_type(color=text()), productData=data)
    assert found.unplaced == []
    assert [instance["value"] for instance in found.attributes["color"]] == ["red"]


def test_a_group_with_an_attribute_of_its_own_is_nested_in_its_shape():
    neck = shape(
        maximum_neck_size={"type": "object", "properties": MEASURE},
        minimum_neck_size={"type": "array", "items": {"type": "object", "properties": MEASURE}},
    )
    size = {
        "maximumNeckSize": {"value": 45, "unitOfMeasure": "CM"},
        "minimumNeckSize": {"value": 35, "unitOfMeasure": "CM"},
    }
    data = {"petSupplies": {"productType": {"petSuppliesMisc": {"neckSize": size}}}}
    found = placed({}, product_type(neck_size=neck), productData=data)
    (instance,) = found.attributes["neck_size"]
    assert instance["maximum_neck_size"] == {"value": 45, "unit": "centimeters"}
    assert instance["minimum_neck_size"] == [{"value": 35, "unit": "centimeters"}]


def test_without_a_schema_the_usual_shapes_serve_and_other_elements_are_guessed_by_type():
    found = placed({"title": "T", "msrp": {"value": 5}, "unitCount": 3, "prop65": True}, Guessed())
    assert found.unplaced == []
    assert found.attributes["unit_count"] == [{"value": 3, "marketplace_id": "ATVPDKIKX0DER"}]
    assert found.attributes["prop_65"] == [{"value": True, "marketplace_id": "ATVPDKIKX0DER"}]

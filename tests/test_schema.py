"""Python types as the platform shows them."""

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.reading import schema_of
from sellerport.schema import dialect, form, metadata, words


class Inner(Struct):
    addressLine1: str | UnsetType = UNSET


class Whole(Struct):
    amount: Annotated[int, Meta(title="Amount", ge=0, le=9)]
    words: Annotated[list[Annotated[str, Meta(min_length=2)]], Meta(title="Words", min_length=1)]
    inner: Inner | UnsetType = UNSET
    either: Annotated[int | str, Meta(title="Either")] | UnsetType = UNSET
    kind: Literal["New", "Used"] = "New"


class Form(Struct, kw_only=True):
    text: Annotated[str, Meta(title="Text", description="A text.", extra_json_schema={"placeholder": "abc"})]
    hush: Annotated[str | UnsetType, Meta(title="Hush", extra_json_schema={"secret": True})] = UNSET
    box: Annotated[bool, Meta(title="Box")] = False
    one: Annotated[Literal["zebra", "ant"], Meta(title="One", extra_json_schema={"labels": {"ant": "An ant"}})] = (
        "zebra"
    )
    many: Annotated[list[Literal["B", "A"]], Meta(title="Many")] = field(default_factory=list)
    asked: Annotated[str, Meta(title="Asked", extra_json_schema={"model": "choices", "require": ["one"]})] = ""
    long: Annotated[str, Meta(title="Long", extra_json_schema={"view": "TextAreaView"})] = ""
    unseen: Annotated[str, Meta(extra_json_schema={"hidden": True})] = ""


def test_a_message_is_shown_in_the_platforms_dialect() -> None:
    said = metadata(Whole)
    assert said["type"] == "object"
    assert "required" not in said
    assert said["properties"]["amount"] == {
        "title": "Amount", "type": "number", "minimum": 0, "maximum": 9, "required": True,
    }  # fmt: skip
    assert said["properties"]["words"] == {
        "title": "Words", "type": "array", "minItems": 1, "items": {"type": "string", "minLength": 2}, "required": True,
    }  # fmt: skip
    assert said["properties"]["inner"]["properties"] == {
        "addressLine1": {"title": "Address Line 1", "type": "string", "required": False}
    }


def test_a_choice_of_types_is_shown_as_its_first() -> None:
    assert metadata(Whole)["properties"]["either"]["type"] == "number"


def test_an_enumeration_is_text() -> None:
    assert metadata(Whole)["properties"]["kind"] == {
        "title": "Kind", "type": "string", "enum": ["New", "Used"], "required": False,
    }  # fmt: skip


def test_no_type_is_a_free_form() -> None:
    assert metadata(None) == {}
    assert form(None) == {}
    assert metadata(dict[str, Any]).get("properties", {}) == {}


def test_there_is_no_reference_in_the_dialect() -> None:
    assert b"$ref" not in msgspec.json.encode(metadata(Whole))
    assert b"$defs" not in msgspec.json.encode(dialect(schema_of(Whole)))


@pytest.mark.parametrize(
    ("name", "view"),
    [("text", "TextFieldView"), ("hush", "PasswordFieldView"), ("box", "CheckBoxView"), ("one", "SelectView"),
     ("many", "MultiSelectView"), ("asked", "SelectView"), ("long", "TextAreaView")],
)  # fmt: skip
def test_a_fields_view_follows_from_its_type(name: str, view: str) -> None:
    assert form(Form)[name]["viewClass"] == view


def test_a_field_that_is_hidden_is_not_in_the_form() -> None:
    assert "unseen" not in form(Form)


def test_fields_are_ordered_as_declared() -> None:
    orders = [field["order"] for field in form(Form).values()]
    assert orders == sorted(orders, reverse=True)
    assert len(set(orders)) == len(orders)
    assert list(form(Form)) == ["text", "hush", "box", "one", "many", "asked", "long"]


def test_a_field_says_what_its_annotation_says() -> None:
    said = form(Form)["text"]
    assert (said["label"], said["required"], said["placeholder"]) == ("Text", True, "abc")
    assert said["help"] == {"description": "A text."}
    assert form(Form)["box"]["required"] is False


def test_choices_are_a_model_in_the_order_of_their_declaration() -> None:
    said = form(Form)["one"]
    assert list(said["model"].items()) == [("zebra", "zebra"), ("ant", "An ant")]
    assert said["prompt"] == "Default: zebra", "what holds where nobody chooses"
    assert list(form(Form)["many"]["model"]) == ["B", "A"]


def test_choices_that_are_looked_up_name_their_method() -> None:
    assert (form(Form)["asked"]["model"], form(Form)["asked"]["require"]) == ("choices", ["one"])


@pytest.mark.parametrize(
    ("name", "title"),
    [("addressLine1", "Address Line 1"), ("sellerSKU", "Seller SKU"), ("customizedURL", "Customized URL"),
     ("isISPU", "Is ISPU"), ("sku", "Sku"), ("SKU", "SKU"), ("taxRegistrationId", "Tax Registration Id")],
)  # fmt: skip
def test_a_name_makes_a_title(name: str, title: str) -> None:
    assert words(name) == title

"""What users typed: read into types, or refused with every problem, where it is and what was expected."""

import json
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

from sellerport.errors import InputError, Problem
from sellerport.reading import json_path, read_body, read_form, schema_of


class Row(Struct):
    sku: Annotated[str, Meta(min_length=1, max_length=5)] = field(name="SKU")
    quantity: Annotated[int, Meta(ge=0, le=99)] = field(name="Quantity")
    kind: Literal["New", "Used"] | UnsetType = UNSET
    ratio: float | UnsetType = UNSET
    flag: bool | UnsetType = UNSET
    code: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | UnsetType = UNSET
    either: int | str | UnsetType = UNSET


class Body(Struct):
    messages: Annotated[list[Row], Meta(min_length=1, max_length=3)]


class Form(Struct, kw_only=True):
    name: str
    size: Annotated[int, Meta(ge=1, le=100)] = 100
    share: float = 1.0
    ticked: bool = False
    choice: Literal["yes", "no"] = "no"
    color: Literal["red", "blue"] | UnsetType = UNSET
    sets: list[Literal["A", "B"]] = field(default_factory=list)
    secret: Annotated[str | UnsetType, Meta(extra_json_schema={"secret": True})] = UNSET
    renamed: str | UnsetType = field(name="theName", default=UNSET)


GOOD = {"SKU": "MUG", "Quantity": 3}


def refused(body: Any) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_body(Body, body)
    assert raised.value.exit_code == 64
    return str(raised.value).splitlines()


@pytest.mark.parametrize("as_raw", [True, False])
def test_a_body_is_read_into_its_type(as_raw: bool) -> None:
    body = {"messages": [{**GOOD, "kind": "Used", "ratio": 0.5, "flag": True, "code": "AB"}]}
    read = read_body(Body, Raw(json.dumps(body).encode()) if as_raw else body)
    assert read == Body([Row("MUG", 3, "Used", 0.5, True, "AB")])


def test_names_are_taken_in_any_case() -> None:
    assert read_body(Body, {"Messages": [{"sku": "MUG", "QUANTITY": 3}]}) == Body([Row("MUG", 3)])


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert read_body(Body, Raw(b'{"messages": [{"sku": "MUG", "Quantity": 3.0}]}')) == Body([Row("MUG", 3)])


def test_members_that_nobody_declared_are_left_alone() -> None:
    assert read_body(Body, {"messages": [{**GOOD, "note": {"deep": [1]}}], "more": 1}) == Body([Row("MUG", 3)])


def test_every_problem_is_told_with_path_value_and_what_was_expected() -> None:
    bad = {
        "messages": [{"SKU": "", "Quantity": -1, "kind": "Old"}, {"SKU": "TOOLONG", "Quantity": "3", "code": "x"}, {}]
    }
    assert sorted(refused(bad)) == sorted([
        'body: Expected text of at least 1 characters, got "" - at $.messages[0].SKU',
        "body: Expected a number >= 0, got -1 - at $.messages[0].Quantity",
        'body: Expected one of New, Used, got "Old" - at $.messages[0].kind',
        'body: Expected text of at most 5 characters, got "TOOLONG" - at $.messages[1].SKU',
        'body: Expected integer, got "3" - at $.messages[1].Quantity',
        'body: Expected text like ^[A-Z]{2}$, got "x" - at $.messages[1].code',
        "body: Expected a value, got none - at $.messages[2].SKU",
        "body: Expected a value, got none - at $.messages[2].Quantity",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [({}, "$.messages"), ({"messages": []}, "at least 1"), ({"messages": [GOOD] * 4}, "at most 3"),
     ({"messages": "x"}, "Expected array"), ([], "Expected object"), (None, "Expected object"), (7, "Expected object"),
     ({"messages": [7]}, "$.messages[0]"), ({"messages": [{**GOOD, "Quantity": True}]}, "$.messages[0].Quantity"),
     ({"messages": [{**GOOD, "Quantity": 3.5}]}, "$.messages[0].Quantity"),
     ({"messages": [{**GOOD, "Quantity": 10**30}]}, "$.messages[0].Quantity"),
     ({"messages": [{**GOOD, "either": []}]}, "$.messages[0].either")],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_told_where_it_is(body: Any, told: str) -> None:
    assert any(told in line for line in refused(body))
    assert any(told in line for line in refused(Raw(json.dumps(body).encode())))


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"nonsense", b'{"messages": NaN}', b'{"messages": [1e400]}', b"\xff\xfe", b'{"messages": "\xff"}',
     b'{"messages": "\\ud800"}', b"\x00", b'{"messages": []} x', b"[" * 100_000, b'{"messages":' + b"[" * 100_000,
     b'{"x":' * 100_000 + b"1" + b"}" * 100_000, b'{"messages": [], "x":' + b"[" * 5_000 + b"]" * 5_000 + b"}"],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_bytes_that_are_no_body_are_an_input_error(text: bytes) -> None:
    assert refused(Raw(text))


@pytest.mark.parametrize("place", ["messages", "more"])
def test_values_that_are_nested_too_deep_are_an_input_error(place: str) -> None:
    deep: Any = []
    for _ in range(20_000):
        deep = [deep]
    assert refused({"messages": [{"SKU": ""}], place: deep})


def test_a_long_value_is_cut_in_the_error() -> None:
    assert max(map(len, refused({"messages": [{**GOOD, "SKU": "x" * 10_000}]}))) < 250


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)
NEAR = st.fixed_dictionaries(
    {},
    optional={
        "messages": JSON | st.lists(st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("SKU", "Quantity", "kind", "ratio", "flag", "code", "either", "sku"), JSON)
        ), max_size=4)
    },
)  # fmt: skip


@settings(max_examples=150)
@given(JSON | NEAR)
def test_whatever_the_json_it_is_read_or_refused_and_both_ways_alike(body: Any) -> None:
    def outcome(given: Any) -> Any:
        try:
            return read_body(Body, given)
        except InputError as error:
            return sorted(path for _, path, _ in error.problems)

    read = outcome(body)
    assert read == outcome(Raw(json.dumps(body).encode()))
    assert isinstance(read, Body) or read, "an error says where"


@settings(max_examples=150)
@given(st.binary(max_size=60) | st.text('{}[]",:0123456789truefalsnm.e-+ \\u', max_size=40).map(str.encode))
def test_whatever_the_bytes_they_are_read_or_refused(text: bytes) -> None:
    try:
        read_body(Body, Raw(text))
    except InputError:
        return


@given(NEAR)
def test_what_the_type_takes_at_once_has_no_problem(body: Any) -> None:
    """The list of problems and the reader agree: nobody is refused whom msgspec takes."""
    try:
        wanted = msgspec.convert(body, Body)
    except msgspec.ValidationError:
        return
    assert read_body(Body, body) == wanted


def form(**cfg: Any) -> Form:
    problems: list[Problem] = []
    read = read_form(Form, {"name": "n", **cfg}, problems)
    assert problems == []
    assert isinstance(read, Form)
    return read


def form_problems(**cfg: Any) -> list[str]:
    problems: list[Problem] = []
    assert read_form(Form, {"name": "n", **cfg}, problems) is None
    assert problems
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("absent", [None, ""])
def test_an_empty_field_is_an_absent_one(absent: Any) -> None:
    assert form(size=absent, share=absent, ticked=absent, choice=absent, color=absent, sets=absent) == Form(name="n")
    assert form(sets=[]) == Form(name="n")
    assert "$.name" in form_problems(name=absent)[0]


@pytest.mark.parametrize(("typed", "read"), [("7", 7), (" 7 ", 7), (7, 7), ("7.0", 7), (7.0, 7), ("100", 100)])
def test_a_number_may_be_text(typed: Any, read: int) -> None:
    assert form(size=typed).size == read


@pytest.mark.parametrize("typed", ["0", "101", "seven", "7.5", "nan", "inf", "-inf", "1e400", True, [7], {}, "7 8"])
def test_a_number_that_is_none_is_told(typed: Any) -> None:
    assert "$.size" in form_problems(size=typed)[0]


@pytest.mark.parametrize(("typed", "read"), [("on", True), ("true", True), ("True", True), ("YES", True), ("1", True),
                                             (True, True), ("off", False), ("false", False), ("no", False),
                                             (False, False), ("0", False)])  # fmt: skip
def test_a_box_is_ticked_in_many_ways(typed: Any, read: bool) -> None:
    assert form(ticked=typed).ticked is read
    assert form(choice=typed).choice == ("yes" if read else "no")


@pytest.mark.parametrize("typed", ["maybe", 7, []])
def test_a_box_that_is_none_is_told(typed: Any) -> None:
    assert form_problems(ticked=typed)


@pytest.mark.parametrize(
    ("typed", "read"), [(["A"], ["A"]), ("A,B", ["A", "B"]), ("A , B", ["A", "B"]), (["B", "A"], ["B", "A"])]
)
def test_several_choices_are_an_array_or_a_list_in_text(typed: Any, read: list[str]) -> None:
    assert form(sets=typed).sets == read


def test_text_may_be_a_number_and_is_stripped() -> None:
    assert form(name=7).name == "7"
    assert form(name=" n ").name == "n"


def test_a_renamed_member_is_read_by_its_name_on_the_wire() -> None:
    assert form(theName="x", renamed="y").renamed == "x"


def test_a_form_leaves_alone_what_it_does_not_declare() -> None:
    assert form(someoneElses={"deep": [1]}) == Form(name="n")


def test_every_problem_of_a_form_is_told() -> None:
    told = form_problems(size="0", color="green", sets=["C"], ticked="maybe")
    assert len(told) == 4
    assert all(line.startswith("cfg: Expected ") for line in told)


@pytest.mark.parametrize("value", [["HUSH"], {"HUSH": "HUSH"}, True])
def test_a_secret_is_not_told(value: Any) -> None:
    told = form_problems(secret=value)
    assert "$.secret" in told[0]
    assert "HUSH" not in "".join(told)


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(["name", "size", "share", "ticked", "choice", "color", "sets", "secret", "theName"]), JSON
    )
)
def test_whatever_a_form_holds_it_is_read_or_its_problems_are_told(cfg: dict[str, Any]) -> None:
    problems: list[Problem] = []
    read = read_form(Form, cfg, problems)
    assert isinstance(read, Form) == (not problems)


def test_no_form_is_no_form() -> None:
    problems: list[Problem] = []
    assert read_form(None, {"a": 1}, problems) is None
    assert problems == []


def test_a_path_is_told_as_json_has_it() -> None:
    assert json_path(["messages", 0, "SKU"]) == "$.messages[0].SKU"
    assert json_path([]) == "$"


def test_a_schema_has_no_references() -> None:
    assert "$ref" not in json.dumps(schema_of(Body))

"""The waist, with a toy component: what a run is given, what it may emit, and that nothing happens on a wrong input."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta, Raw, Struct

from sellerport.contract import (
    Action,
    Call,
    Component,
    Data,
    Emission,
    Keys,
    Message,
    Rebound,
    Snapshot,
    Trigger,
    execute,
)
from sellerport.errors import InputError, Problem, Rejected

pytestmark = pytest.mark.anyio


class Account(Struct):
    name: Annotated[str, Meta(min_length=1)]


class Fields(Struct):
    size: Annotated[int, Meta(ge=1)] = 3


class Input(Struct):
    words: list[str]


class Toy:
    """A component that writes down what happens to it."""

    def __init__(self, **facts: Any) -> None:
        self.told: list[str] = []
        self.calls: list[Call] = []
        action = {"title": "Say", "help": "Say.", "run": self.run, "input": Input, "fields": Fields, **facts}
        self.component = Component(
            functions={
                "say": Action(**action),
                "tick": Trigger(title="Tick", help="Tick.", run=self.run, fields=Fields),
            },
            credentials=Account,
            check_credentials=self.check_account,
            connect=self.connect,
            memory=self,
        )

    def check_account(self, cfg: Mapping[str, Any]) -> list[Problem]:
        return [Problem("cfg", "$.name", "Expected another name")] if cfg.get("name") == "nobody" else []

    @asynccontextmanager
    async def connect(self, credentials: Account, call: Call) -> AsyncIterator[str]:
        self.told.append(f"connect {credentials.name}")
        try:
            yield f"port of {credentials.name}"
        finally:
            self.told.append("disconnect")

    async def recall(self, call: Call, port: Any, shown: Any) -> Any:
        return shown

    async def remember(self, call: Call, port: Any, emitted: Any) -> None:
        self.told.append(f"remember {emitted}")

    async def run(self, call: Call, port: str) -> AsyncGenerator[Emission, None]:
        self.calls.append(call)
        try:
            for number in range(call.fields.size):
                self.told.append(f"emit {number}")
                yield Data({"number": number, "port": port})
                yield Snapshot({"n": number})
        finally:
            self.told.append("closed")

    async def all(self, name: str = "say", body: Any = None, **surroundings: Any) -> list[Emission]:
        cfg = {"name": "ada", **surroundings.pop("cfg", {})}
        message = Message({"words": ["a"]} if body is None else body)
        return [e async for e in execute(self.component, name, cfg=cfg, message=message, **surroundings)]


async def test_a_run_is_given_what_its_types_say_and_a_port() -> None:
    toy = Toy()
    emissions = await toy.all(cfg={"size": "2"}, body=Raw(b'{"words": ["x", "y"]}'))
    (call,) = toy.calls
    assert (call.body, call.fields, call.credentials) == (Input(["x", "y"]), Fields(2), Account("ada"))
    assert emissions[0] == Data({"number": 0, "port": "port of ada"})
    assert call.function == "say"


async def test_surroundings_are_members_of_the_call() -> None:
    toy = Toy()
    await toy.all(sample="cli", key="k", key_is_strict=True, snapshot={"n": 7}, deadline=5.0, env={"A": "b"})
    (call,) = toy.calls
    assert (call.sample, call.key, call.key_is_strict, call.snapshot) == ("cli", "k", True, {"n": 7})
    assert (call.deadline, call.env) == (5.0, {"A": "b"})


async def test_the_runtime_pulls_one_emission_at_a_time() -> None:
    toy = Toy()
    stream = execute(toy.component, "tick", cfg={"name": "ada"})
    await anext(stream)
    assert toy.told == ["connect ada", "emit 0"]
    await anext(stream)
    await anext(stream)
    assert toy.told == ["connect ada", "emit 0", "remember {'n': 0}", "emit 1"]
    await stream.aclose()


async def test_a_snapshot_is_remembered_only_once_the_runtime_has_taken_it() -> None:
    toy = Toy()
    stream = execute(toy.component, "tick", cfg={"name": "ada"})
    assert isinstance(await anext(stream), Data)
    assert isinstance(await anext(stream), Snapshot)
    await stream.aclose()
    assert not [line for line in toy.told if line.startswith("remember")]


async def test_a_run_that_is_closed_early_closes_everything() -> None:
    toy = Toy()
    stream = execute(toy.component, "tick", cfg={"name": "ada"})
    await anext(stream)
    await stream.aclose()
    assert toy.told == ["connect ada", "emit 0", "closed", "disconnect"]


async def test_an_error_of_the_run_closes_everything_and_comes_out_as_it_is() -> None:
    async def run(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        yield Data({})
        raise Rejected("no", code="X")

    toy = Toy(run=run)
    with pytest.raises(Rejected, match="X: no"):
        await toy.all()
    assert toy.told == ["connect ada", "disconnect"]


async def test_every_problem_of_account_form_and_body_is_told_before_anything_is_connected() -> None:
    toy = Toy()
    with pytest.raises(InputError) as raised:
        await toy.all(cfg={"name": "", "size": "0"}, body={"words": [7, "a", 8]})
    assert [problem.path for problem in raised.value.problems] == ["$.name", "$.size", "$.words[0]", "$.words[2]"]
    assert [problem.where for problem in raised.value.problems] == ["cfg", "cfg", "body", "body"]
    assert toy.told == []


async def test_what_types_cannot_say_is_checked_of_account_form_and_message() -> None:
    def check(call: Call) -> list[Problem]:
        return [Problem("body", "$.words", "Expected fewer words")] if len(call.body.words) > 1 else []

    toy = Toy(check=check)
    with pytest.raises(InputError, match="another name"):
        await toy.all(cfg={"name": "nobody"})
    with pytest.raises(InputError, match="fewer words"):
        await toy.all(body={"words": ["a", "b"]})
    assert toy.told == []
    assert await toy.all()


async def test_a_form_may_be_checked_too() -> None:
    def check_cfg(cfg: Mapping[str, Any]) -> list[Problem]:
        return [Problem("cfg", "$.size", "Expected an even size")] if cfg.get("size") == "3" else []

    with pytest.raises(InputError, match="even size"):
        await Toy(check_cfg=check_cfg).all(cfg={"size": "3"})


async def test_an_unknown_function_is_told_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"say, tick.*'shout'"):
        await Toy().all("shout")


async def test_a_function_may_read_its_message_itself() -> None:
    def read(fields: Fields, body: Any) -> Any:
        if body == {"bad": 1}:
            raise InputError([Problem("body", "$.bad", "Expected good")])
        return (fields.size, body)

    toy = Toy(input=None, read=read)
    await toy.all(cfg={"size": 1}, body={"own": 1})
    assert toy.calls[0].body == (1, {"own": 1})
    with pytest.raises(InputError, match=r"\$\.bad"):
        await toy.all(body={"bad": 1})


async def test_a_function_without_input_takes_any_message() -> None:
    for body in (None, 7, {"any": ["thing"]}, Raw(b'{"any": ["thing"]}')):
        assert await Toy().all("tick", body=body)
    with pytest.raises(InputError, match="body: Expected JSON"):
        await Toy().all("tick", body=Raw(b"no JSON at all"))


async def test_the_snapshot_may_be_read_anew_and_remembered_by_others() -> None:
    toy = Toy()

    async def refresh() -> Any:
        toy.told.append("refresh")
        return {"n": "anew"}

    await toy.all(snapshot={"n": "old"}, refresh=refresh, cfg={"size": 1})
    assert toy.calls[0].snapshot == {"n": "anew"}
    assert toy.told[:2] == ["connect ada", "refresh"], "only once the lock is held"


async def test_an_account_is_not_needed_where_a_component_has_none() -> None:
    async def run(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        yield Data({"credentials": call.credentials})
        yield Rebound("later")
        yield Keys({"token": "HUSH"})

    bare = Component(functions={"f": Action(title="F", help="F.", run=run)})
    emissions = [e async for e in execute(bare, "f", cfg={})]
    assert emissions[0] == Data({"credentials": None})
    assert "HUSH" not in repr(emissions)


@pytest.mark.parametrize("emission", [Data({"a": "HUSH"}, passthrough={"b": "HUSH"}), Snapshot({"a": "HUSH"}),
                                      Call(env={"SELLERPORT_STORE": "postgresql://u:HUSH@h/d"}),
                                      Message({"a": "HUSH"}, passthrough={"b": "HUSH"}, extra={"c": "HUSH"})])  # fmt: skip
def test_what_is_carried_is_not_shown(emission: Any) -> None:
    assert "HUSH" not in repr(emission)


def test_emissions_are_values() -> None:
    with pytest.raises(AttributeError):
        Data({}).body = 1  # type: ignore[misc]
    assert Data({"a": 1}) == Data({"a": 1})
    assert msgspec.json.encode(Data({"a": 1}).body) == b'{"a":1}'

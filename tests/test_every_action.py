"""The definition of done, over all triggers and actions: described, exemplified, executed in both protocols, printed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sellerport.component import component
from sellerport.contract import Data, Message, Snapshot, call_of
from sellerport.errors import InputError
from support import APIS, Bench, bench, bodies, orders

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[1]
WHOLE = component()
NAMES = list(WHOLE.functions)
ORDER, FEED = "114-3808039-1650643", "51799018438"


def cfg(b: Bench, api: str, name: str) -> dict[str, Any]:
    return b.cfg(api, **WHOLE.function(name).example_fields)


async def prepared(b: Bench, api: str) -> None:
    """What the examples speak of: an order and a feed of those ids."""
    first = b.world.orders.all()[0]
    b.world.orders.put(first._replace(id=ORDER, status="Unshipped"))
    stock = {"messages": [{"SKU": next(iter(b.world.listings)), "Quantity": 3}]}
    (body,) = bodies(await b.run("updateItem", b.cfg(api), stock))
    feed = b.world.feeds[body["feedSubmissionId"]]
    b.world.feeds[FEED] = replace(feed, id=FEED)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_described(name: str) -> None:
    function = WHOLE.function(name)
    assert function.title[0].isupper()
    assert function.help.endswith(".")
    assert "  " not in function.help
    assert not {"simply", "just", "!"} & set(function.help.lower().replace("!", " !").split())
    assert function.operations.keys() == set(APIS)
    assert all(function.operations.values()), "no operation of Amazon's is named"
    assert function.order > 0, "it has no place on the platform's page"


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("name", NAMES)
async def test_its_example_is_valid(name: str, api: str) -> None:
    function = WHOLE.function(name)
    assert bool(function.example) == (function.kind == "action")
    async with bench(orders=1) as b:
        call_of(WHOLE, function, cfg=cfg(b, api, name), message=Message(function.example), function=name)
        raw = msgspec.Raw(msgspec.json.encode(function.example))
        call_of(WHOLE, function, cfg=cfg(b, api, name), message=Message(raw), function=name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"\xff", b'{"messages": [{"sku": "\xff"}]}', b'{"SKU": "\xff"}', b'{"messages": [{"SKU": "A"}, NaN]}',
     b'{"messages": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", b"[" * 100_000],
    ids=lambda text: repr(text[:30]),
)  # fmt: skip
async def test_bytes_that_are_no_json_are_an_input_error_beside_what_is_wrong_with_the_form(
    name: str, text: bytes
) -> None:
    async with bench(orders=1) as b:
        wrong = {**cfg(b, "SP-API", name), "marketplaceId": "NOWHERE"}
        with pytest.raises(InputError) as refused:
            await b.run(name, wrong, msgspec.Raw(text))
        assert {problem.where for problem in refused.value.problems} == {"cfg", "body"}
        assert b.wire.seen == []


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("name", NAMES)
async def test_its_example_is_carried_out(name: str, api: str) -> None:
    function = WHOLE.function(name)
    async with bench() as b:
        await prepared(b, api)
        b.world.counts.clear()
        emissions = await b.run(name, cfg(b, api, name), function.example, env={"RESPONSE_CHECK_DELAY": "1000"})
        assert [type(e) for e in emissions] == [Data] + [Snapshot] * (function.kind == "trigger")
        (body,) = bodies(emissions)
        assert json.loads(msgspec.json.encode(body)) == body, "a message is JSON"
        msgspec.convert(body, function.output)
        assert set(b.world.counts) & set(function.operations[api]), "none of its operations was asked"


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("name", NAMES)
async def test_every_member_it_emits_is_declared(name: str, api: str) -> None:
    """What Amazon's answers hold beyond the declaration comes along; what the component itself says is declared."""
    function = WHOLE.function(name)
    if function.kind == "trigger" or name in ("getOrder", "listOrderItems"):
        return
    async with bench() as b:
        await prepared(b, api)
        (body,) = bodies(await b.run(name, cfg(b, api, name), function.example, env={"RESPONSE_CHECK_DELAY": "1000"}))
        declared = set(function.output.__struct_encode_fields__)
        assert set(body) <= declared


@pytest.mark.parametrize("name", NAMES)
def test_its_example_is_printed_in_the_docs(name: str) -> None:
    function = WHOLE.function(name)
    page = (ROOT / "docs" / "actions" / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# {function.title}\n")
    assert function.help in page
    for example in (function.example, function.example_fields):
        assert not example or json.dumps(example, indent=2, ensure_ascii=False) in page
    assert f"sellerport run {name} --cfg cfg.json" in page


@pytest.mark.parametrize("api", APIS)
async def test_the_orders_of_the_examples_are_found(api: str) -> None:
    async with bench() as b:
        await prepared(b, api)
        assert [order["amazonOrderId"] for order in orders(
            await b.run("getOrder", b.cfg(api), WHOLE.function("getOrder").example))] == [ORDER]  # fmt: skip

"""Get Order: in the order asked, with as few requests as Amazon allows, and one bad id loses no other."""

from typing import Any

import pytest

from sellerport.errors import Denied, InputError, InvalidParameters, Rejected, Stopped, Throttled, Unavailable
from support import APIS, Asked, Bench, Forward, bench, bodies, reply

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("api", APIS)]
OPERATION = {"SP-API": "getOrder", "MWS": "GetOrder"}
UNKNOWN = "000-0000000-0000000"


async def got(b: Bench, api: str, ids: list[str], **fields: Any) -> dict[str, Any]:
    (body,) = bodies(await b.run("getOrder", b.cfg(api, **fields), {"amazonOrderIds": ids}))
    return dict(body)


def found(body: dict[str, Any]) -> list[str]:
    return [order["amazonOrderId"] for order in body["orders"]]


async def test_orders_come_in_the_order_asked_and_only_once(api: str) -> None:
    async with bench() as b:
        ids = b.ids("Shipped")[::-1]
        body = await got(b, api, [*ids, *ids[:5], ids[0]])
        assert found(body) == ids
        assert body["notFound"] == []
        assert "errors" not in body


async def test_an_id_that_amazon_does_not_know_is_not_found_and_loses_no_other(api: str) -> None:
    async with bench() as b:
        ids = b.ids("Shipped")[:5]
        body = await got(b, api, [ids[0], UNKNOWN, *ids[1:], "S01-1234567-1234567"])
        assert found(body) == ids
        assert body["notFound"] == [UNKNOWN, "S01-1234567-1234567"]
        assert "errors" not in body


async def test_nothing_but_unknown_ids_is_an_answer(api: str) -> None:
    async with bench(orders=1) as b:
        assert await got(b, api, [UNKNOWN]) == {"orders": [], "notFound": [UNKNOWN]}


async def test_a_thousand_ids_take_the_least_number_of_requests(api: str) -> None:
    async with bench(orders=1000) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"]
        ids += [f"999-0000000-{number:07}" for number in range(1000 - len(ids))]
        body = await got(b, api, ids)
        assert len(body["orders"]) + len(body["notFound"]) == 1000
        assert found(body) == [i for i in ids if not i.startswith("999")]
        assert b.wire.counts[OPERATION[api]] == (1000 if api == "SP-API" else 20)


async def test_all_statuses_are_got(api: str) -> None:
    async with bench() as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"]
        assert {order["orderStatus"] for order in (await got(b, api, ids))["orders"]} == {
            order.status for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"
        }


@pytest.mark.parametrize(
    ("ids", "paths"),
    [(["not-an-id", 7], ("[0]", "[1]")), (["114-3808039-165064"], ("[0]",)), ([], ("amazonOrderIds",)),
     ("114-3808039-1650643", ("amazonOrderIds",)), (None, ("amazonOrderIds",)), (["114-3808039-1650643\n"], ("[0]",)),
     (["s01-1234567-1234567"], ("[0]",)), (["٣14-3808039-1650643"], ("[0]",))],
    ids=str,
)  # fmt: skip
async def test_what_is_no_id_is_refused_with_its_path_before_anything_is_sent(api: str, ids: Any, paths: Any) -> None:
    async with bench(orders=1) as b:
        with pytest.raises(InputError) as raised:
            await b.run("getOrder", b.cfg(api), {"amazonOrderIds": ids})
        for path in paths:
            assert path in str(raised.value)
        assert b.wire.seen == []


@pytest.mark.parametrize(
    "id_", ["114-3808039-1650643", "S01-1234567-1234567", "S02-1234567-1234567", "D01-1234567-1234567"]
)
async def test_ids_of_foreign_and_digital_orders_are_as_good_as_any(api: str, id_: str) -> None:
    async with bench(orders=1) as b:
        b.world.orders.put(b.world.orders.all()[0]._replace(id=id_))
        assert found(await got(b, api, [id_])) == [id_]


async def test_no_message_is_an_input_error(api: str) -> None:
    async with bench(orders=1) as b:
        with pytest.raises(InputError, match="amazonOrderIds"):
            await b.run("getOrder", b.cfg(api))


def refusing(bad: set[str], status: int, *, api: str) -> Any:
    """Amazon that refuses every request in which one of those ids stands."""

    async def spoil(asked: Asked, forward: Forward) -> Any:
        named = {value for name, value in asked.params.items() if name.startswith("AmazonOrderId")}
        if asked.name not in OPERATION.values() or not (named or {asked.path.rpartition("/")[2]}) & bad:
            return None
        if api == "SP-API":
            body = b'{"errors": [{"code": "InvalidInput", "message": "no such id"}]}'
        else:
            code = b"InvalidParameterValue" if status == 400 else b"InternalError"
            body = b"<ErrorResponse><Error><Code>%s</Code><Message>no such id</Message></Error></ErrorResponse>" % code
        return reply(status, body, {"x-amzn-RequestId": "req-7", "x-mws-request-id": "req-7"})

    return spoil


@pytest.mark.parametrize("place", [0, 1, 49, 59])
async def test_one_id_that_fails_stands_alone_in_errors(api: str, place: int) -> None:
    async with bench(orders=70) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"][:60]
        b.wire.spoil = refusing({ids[place]}, 400, api=api)
        body = await got(b, api, ids)
        assert found(body) == [i for i in ids if i != ids[place]]
        assert body["notFound"] == []
        assert body["errors"] == [
            {
                "amazonOrderId": ids[place],
                "code": "InvalidInput" if api == "SP-API" else "InvalidParameterValue",
                "message": "no such id",
                "requestId": "req-7",
            }
        ]
        if api == "MWS":
            assert b.wire.counts["GetOrder"] <= 2 + 2 * 6, "halved until it stands alone"


async def test_two_ids_that_fail_lose_no_other(api: str) -> None:
    async with bench(orders=70) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"][:50]
        bad = {ids[3], ids[40]}
        b.wire.spoil = refusing(bad, 400, api=api)
        body = await got(b, api, [*ids, UNKNOWN])
        assert found(body) == [i for i in ids if i not in bad]
        assert [error["amazonOrderId"] for error in body["errors"]] == [ids[3], ids[40]]
        assert body["notFound"] == [UNKNOWN]


async def test_amazon_that_is_down_for_some_loses_no_other(api: str) -> None:
    async with bench(orders=70) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"][:60]
        b.wire.spoil = refusing({ids[55]}, 500, api=api)
        body = await got(b, api, ids)
        failed = {error["amazonOrderId"] for error in body["errors"]}
        assert ids[55] in failed
        assert found(body) == [i for i in ids if i not in failed]
        assert len(failed) == (1 if api == "SP-API" else 10), "as many as stood in that request"


@pytest.mark.parametrize(("status", "kind"), [(400, InvalidParameters), (500, Unavailable)])
async def test_where_every_id_fails_the_error_is_raised(api: str, status: int, kind: type[Exception]) -> None:
    async with bench() as b:
        ids = b.ids("Shipped")[:3]
        b.wire.spoil = refusing(set(ids), status, api=api)
        _, error = await b.ended("getOrder", b.cfg(api), {"amazonOrderIds": ids})
        assert isinstance(error, kind)


async def test_one_order_that_the_account_may_not_see_loses_no_other(api: str) -> None:
    async with bench(orders=130) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"][:120]
        b.wire.spoil = refusing({ids[110]}, 403, api=api)
        body = await got(b, api, ids)
        failed = {error["amazonOrderId"] for error in body["errors"]}
        assert found(body) == [i for i in ids if i not in failed]
        assert len(failed) == (1 if api == "SP-API" else 20), "as many as stood in that request"


async def test_an_answer_with_another_order_than_the_one_asked_is_an_error_of_that_id(api: str) -> None:
    async with bench() as b:
        first, second = b.ids("Shipped")[:2]

        async def spoil(asked: Asked, forward: Forward) -> Any:
            if asked.name != OPERATION[api] or second not in (asked.path + str(asked.params)):
                return None
            answer = await forward()
            body = await answer.aread()
            return reply(200, body.replace(second.encode(), b"999-9999999-9999999"))

        b.wire.spoil = spoil
        body = await got(b, api, [first, second])
        told = body["notFound"] + [error["amazonOrderId"] for error in body.get("errors", ())]
        assert found(body) == [first]
        assert told == [second]


async def test_orders_whose_ids_were_filtered_are_not_lost(api: str) -> None:
    async with bench() as b:
        asked_for = b.ids("Shipped")[:3]

        async def spoil(asked: Asked, forward: Forward) -> Any:
            if asked.name != "GetOrder":
                return None
            body = await (await forward()).aread()
            for number in asked_for[1:]:
                body = body.replace(number.encode(), b"FILTERED")
            return reply(200, body)

        b.wire.spoil = spoil
        body = await got(b, api, asked_for)
        last = ["FILTERED", "FILTERED"] if api == "MWS" else asked_for[1:]
        assert found(body) == [asked_for[0], *last]
        assert body["notFound"] == []


async def test_orders_that_nobody_asked_for_are_no_answer(api: str) -> None:
    async with bench(orders=200) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"][:100]
        last: list[bytes] = []

        async def spoil(asked: Asked, forward: Forward) -> Any:
            if asked.name != OPERATION[api]:
                return None
            last.append(await (await forward()).aread())
            return reply(200, last[0])

        b.wire.spoil = spoil
        body = await got(b, api, ids)
        assert found(body) == ids[: 50 if api == "MWS" else 1]
        assert body["notFound"] == []
        assert [error["amazonOrderId"] for error in body["errors"]] == ids[50 if api == "MWS" else 1 :]


async def test_an_account_that_may_not_fails_the_whole_at_once(api: str) -> None:
    async with bench(orders=300) as b:
        b.world.faults.order(OPERATION[api], "denied", count=1000)
        ids = [order.id for order in b.world.orders.all()][:200]
        _, error = await b.ended("getOrder", b.cfg(api), {"amazonOrderIds": ids})
        b.world.faults.clear()
        assert isinstance(error, Denied)
        assert b.wire.counts[OPERATION[api]] <= 2 * (1 + 8), "one, then eight at a time, each again with a new token"


async def test_throttles_are_waited_out(api: str) -> None:
    async with bench() as b:
        b.world.faults.order(OPERATION[api], "throttle", count=3)
        assert found(await got(b, api, b.ids("Shipped"))) == b.ids("Shipped")


async def test_with_quotas_a_hundred_ids_are_refused_not_once(api: str) -> None:
    async with bench(orders=400, quota=True) as b:
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"]
        ids = ids[:100] if api == "SP-API" else ids
        assert found(await got(b, api, ids)) == ids
        assert not b.world.counted(OPERATION[api]).refused
        least = {"SP-API": (100 - 30) * 2, "MWS": max(0, -(-len(ids) // 50) - 6) * 60}[api]
        assert b.time.now() - 1795168800 <= least * 1.05 + 5, "no longer than the quota makes it"


async def test_where_another_program_used_the_quota_up_one_refusal_tells(api: str) -> None:
    async with bench(orders=100, quota=True) as b:
        b.world.drain(OPERATION[api])
        ids = [order.id for order in b.world.orders.all() if order.status != "InvoiceUnconfirmed"][:60]
        assert found(await got(b, api, ids)) == ids
        assert sum(b.world.counted(OPERATION[api]).refused.values()) == 1


async def test_a_sample_of_an_action_waits_no_longer_than_a_platform_lets_it(api: str) -> None:
    async with bench(quota=True) as b:
        b.world.drain(OPERATION[api])
        _, error = await b.ended("getOrder", b.cfg(api), {"amazonOrderIds": b.ids("Shipped")[:1]}, sample="platform")
        if api == "MWS":
            assert isinstance(error, Throttled), "a minute is more than a sample has"
        else:
            assert error is None
        assert sum(b.time.slept) <= 45


async def test_a_stopped_run_ends_at_once(api: str) -> None:
    import asyncio

    async with bench() as b:
        stop = asyncio.Event()
        stop.set()
        _, error = await b.ended("getOrder", b.cfg(api), {"amazonOrderIds": b.ids("Shipped")}, stop=stop)
        assert isinstance(error, Stopped)


async def test_the_data_sets_of_the_form_are_asked_with_fulfillment(api: str) -> None:
    async with bench() as b:
        await got(b, api, b.ids("Shipped")[:1], includedData=["BUYER"])
        said = b.wire.seen[-1].params.get("includedData")
        assert said == {"SP-API": "BUYER,FULFILLMENT", "MWS": None}[api]


async def test_member_names_are_taken_in_any_case(api: str) -> None:
    async with bench() as b:
        wanted = b.ids("Shipped")[:2]
        (body,) = bodies(await b.run("getOrder", b.cfg(api), {"AmazonOrderIDs": wanted}))
        assert found(body) == wanted


async def test_the_same_order_comes_over_both_protocols(api: str) -> None:
    async with bench() as b:
        wanted = b.ids("Shipped")[:5]
        here, there = [(await got(b, one, wanted))["orders"] for one in APIS]
        for one, other in zip(here, there, strict=True):
            for name in ("amazonOrderId", "purchaseDate", "orderStatus", "orderTotal", "marketplaceId"):
                assert one[name] == other[name]


async def test_an_answer_without_the_order_is_rejected(api: str) -> None:
    async with bench() as b:
        b.wire.answering(*OPERATION.values(), status=200, body=b"<R><GetOrderResult/></R>" if api == "MWS" else b"{}")
        _, error = await b.ended("getOrder", b.cfg(api), {"amazonOrderIds": b.ids("Shipped")[:2]})
        assert isinstance(error, Rejected)

"""Get New And Updated Orders: the snapshot. What it holds, when it moves, and when the window is asked from its start."""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from sellerport.errors import InvalidParameters, Rejected, Stopped, Throttled, Unavailable
from support import APIS, START, TRIGGER, Asked, Bench, Forward, bench, bodies, ids, orders, reply, snapshots

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("api", APIS)]
FIRST = {"SP-API": "searchOrders", "MWS": "ListOrders"}
AFTER = {"SP-API": "lastUpdatedAfter", "MWS": "LastUpdatedAfter"}
BEFORE = {"SP-API": "lastUpdatedBefore", "MWS": "LastUpdatedBefore"}
TOKEN = {"SP-API": "paginationToken", "MWS": "NextToken"}
#: Two minutes before the world's time, which is where Amazon's window ends.
END = "2026-11-20T09:58:00.000Z"


def paged(b: Bench, api: str, behavior: str = "emitPage", **fields: Any) -> dict[str, Any]:
    return b.cfg(api, **{"orderStatus": "Shipped", "maxOrdersPerPage": 10, "emitBehavior": behavior, **fields})


async def until_page(b: Bench, cfg: dict[str, Any], pages: int, **surroundings: Any) -> list[Any]:
    """The emissions of a run that dies after so many snapshots."""
    emitted: list[Any] = []
    stream = b.stream(TRIGGER, cfg, **surroundings)
    async for emission in stream:
        emitted.append(emission)
        if len(snapshots(emitted)) == pages:
            break
    await stream.aclose()
    return emitted


async def test_the_next_run_starts_where_amazon_said_the_last_one_ended_to_the_millisecond(api: str) -> None:
    async with bench() as b:
        b.time.at = START + 0.123
        cfg = paged(b, api, "emitAll")
        (place,) = snapshots(await b.run(TRIGGER, cfg))
        assert place["lastUpdatedAfter"] == "2026-11-20T09:58:00.123Z"
        b.wire.seen.clear()
        b.time.at += 3600
        await b.run(TRIGGER, cfg, snapshot=place)
        assert b.wire.pages()[0].params[AFTER[api]] == "2026-11-20T09:58:00.123Z"


async def test_a_snapshot_names_api_marketplace_filters_window_and_token(api: str) -> None:
    async with bench() as b:
        first, *_ = snapshots(await b.run(TRIGGER, paged(b, api)))
        token = first.pop("nextToken")
        assert isinstance(token, str)
        assert first == {
            "api": api,
            "filters": ["ATVPDKIKX0DER", "Shipped", ""],
            "lastUpdatedAfter": "1970-01-01T00:00:00Z",
            "lastUpdatedBefore": END,
        }


async def test_the_last_snapshot_of_a_run_has_no_token(api: str) -> None:
    async with bench() as b:
        last = snapshots(await b.run(TRIGGER, paged(b, api)))[-1]
        assert last == {"api": api, "filters": ["ATVPDKIKX0DER", "Shipped", ""], "lastUpdatedAfter": END}


async def test_no_snapshot_holds_a_buyer_or_a_secret(api: str) -> None:
    async with bench() as b:
        b.world.change_order(b.ids("Unshipped")[0], status="Shipped")
        b.time.at += 120
        emissions = await b.run(TRIGGER, paged(b, api))
        told = json.dumps(snapshots(emissions))
        for order in orders(emissions):
            for name in ("buyerName", "buyerEmail"):
                assert order.get(name, "no such") not in told
        for secret in ("client_secret", "refresh_token", "secret_key", "auth_token"):
            assert getattr(b.world.seller, secret) not in told


async def test_a_snapshot_wins_over_the_start_time(api: str) -> None:
    async with bench() as b:
        (place,) = snapshots(await b.run(TRIGGER, paged(b, api, "emitAll")))
        b.time.at += 600
        assert ids(await b.run(TRIGGER, paged(b, api, "emitAll", startTime="2020-01-01"), snapshot=place)) == []


@pytest.mark.parametrize("snapshot", [None, {}, "an old text", 7, [], {"lastUpdatedAfter": None},
                                      {"lastUpdatedAfter": "FILTERED"}, {"startTime": "2020-01-01"}])  # fmt: skip
async def test_a_snapshot_of_another_shape_counts_as_none(api: str, snapshot: Any) -> None:
    async with bench() as b:
        assert ids(await b.run(TRIGGER, paged(b, api, "emitAll"), snapshot=snapshot)) == b.ids("Shipped")


@pytest.mark.parametrize(
    "spoiled",
    [{"border": 7}, {"border": [["x"]]}, {"border": [7, None]}, {"nextToken": 7}, {"reached": "x", "nextToken": "x"},
     {"nextToken": "x", "lastUpdatedBefore": 7}, {"kept": "nobody kept it"}, {"kept": 7}, {"filters": 7}, {"api": 7}],
    ids=str,
)  # fmt: skip
async def test_a_spoiled_member_of_a_snapshot_is_no_bug_and_loses_no_order(api: str, spoiled: Any) -> None:
    async with bench() as b:
        first, *_ = snapshots(await b.run(TRIGGER, paged(b, api)))
        found = await b.run(TRIGGER, paged(b, api), snapshot={**first, **spoiled})
        assert set(b.ids("Shipped")[10:]) <= set(ids(found))


async def test_orders_changed_since_come_with_the_next_run_and_only_they(api: str) -> None:
    async with bench() as b:
        (place,) = snapshots(await b.run(TRIGGER, paged(b, api, "emitAll")))
        changed = b.ids("Unshipped")[:3]
        for order_id in changed:
            b.time.at += 1
            b.world.change_order(order_id, status="Shipped")
        b.time.at += 600
        assert ids(await b.run(TRIGGER, paged(b, api, "emitAll"), snapshot=place)) == changed


async def test_an_order_at_the_border_is_emitted_once(api: str) -> None:
    """Both ends of a window are inclusive, so Amazon sends it twice."""
    async with bench() as b:
        border = b.ids("Unshipped")[0]
        b.world.change_order(border, status="Shipped")
        b.time.at = START + 120
        cfg = paged(b, api, "emitAll")
        emissions = await b.run(TRIGGER, cfg)
        assert ids(emissions)[-1] == border
        (place,) = snapshots(emissions)
        assert place["border"] == [[border, "2026-11-20T10:00:00.000Z"]]
        for _ in range(3):
            assert ids(await b.run(TRIGGER, cfg, snapshot=place)) == []
        b.time.at += 600
        again = await b.run(TRIGGER, cfg, snapshot=place)
        assert ids(again) == []
        assert "border" not in snapshots(again)[-1], "it is forgotten once it is behind"


async def test_an_order_at_the_border_that_changed_again_is_emitted_again(api: str) -> None:
    async with bench() as b:
        border = b.ids("Unshipped")[0]
        b.world.change_order(border, status="Shipped")
        b.time.at = START + 120
        (place,) = snapshots(await b.run(TRIGGER, paged(b, api, "emitAll")))
        b.world.change_order(border, status="Shipped")
        b.time.at += 600
        assert ids(await b.run(TRIGGER, paged(b, api, "emitAll"), snapshot=place)) == [border]


async def test_the_border_survives_runs_that_bring_nothing(api: str) -> None:
    async with bench() as b:
        border = b.ids("Unshipped")[0]
        b.world.change_order(border, status="Shipped")
        b.time.at = START + 120
        cfg = paged(b, api, "emitAll")
        (place,) = snapshots(await b.run(TRIGGER, cfg))
        emitted: list[str] = []
        for _ in range(5):
            emissions = await b.run(TRIGGER, cfg, snapshot=place)
            emitted += ids(emissions)
            (place,) = snapshots(emissions)
        assert emitted == []


@pytest.mark.parametrize("behavior", ["emitPage", "emitIndividually"])
async def test_a_run_that_died_goes_on_at_the_page_it_had_reached(api: str, behavior: str) -> None:
    async with bench() as b:
        cfg = paged(b, api, behavior)
        died = await until_page(b, cfg, 2)
        b.wire.seen.clear()
        rest = await b.run(TRIGGER, cfg, snapshot=snapshots(died)[-1])
        assert ids(died) + ids(rest) == b.ids("Shipped")
        assert b.wire.pages()[0].params[TOKEN[api]] == snapshots(died)[-1]["nextToken"]
        assert snapshots(rest)[-1]["lastUpdatedAfter"] == END


async def test_the_window_of_a_run_that_goes_on_is_the_old_one(api: str) -> None:
    """What changed in between is behind the old window's end, and comes with the next."""
    async with bench() as b:
        cfg = paged(b, api)
        died = await until_page(b, cfg, 1)
        moved = b.ids("Shipped")[-1]
        b.time.at += 3600
        b.world.change_order(moved, status="Shipped")
        rest = await b.run(TRIGGER, cfg, snapshot=snapshots(died)[-1])
        assert snapshots(rest)[-1]["lastUpdatedAfter"] == END
        b.time.at += 600
        later = await b.run(TRIGGER, cfg, snapshot=snapshots(rest)[-1])
        assert ids(later) == [moved]
        assert sorted(ids(died) + ids(rest) + ids(later)) == sorted(b.ids("Shipped"))


@pytest.mark.parametrize("age", [110, 3600])
async def test_a_run_that_goes_on_sends_the_end_time_as_the_first_page_did(api: str, age: float) -> None:
    async with bench() as b:
        end = datetime.fromtimestamp(b.time.at - age, UTC).isoformat()
        cfg = paged(b, api, endTime=end)
        first = await until_page(b, cfg, 1)
        b.time.at += 30
        rest = await b.run(TRIGGER, cfg, snapshot=snapshots(first)[-1])
        assert sorted(ids(first) + ids(rest)) == sorted(b.ids("Shipped"))


async def test_a_token_that_amazon_refuses_is_dropped_and_the_window_asked_from_its_start(api: str) -> None:
    async with bench() as b:
        cfg = paged(b, api)
        died = await until_page(b, cfg, 2)
        b.time.at += 25 * 3600
        b.wire.seen.clear()
        rest = await b.run(TRIGGER, cfg, snapshot=snapshots(died)[-1])
        assert ids(rest) == b.ids("Shipped")
        first, second = b.wire.pages()[:2]
        assert first.params[TOKEN[api]]
        assert TOKEN[api] not in second.params
        assert second.params[AFTER[api]] == "1970-01-01T00:00:00Z"
        assert snapshots(rest)[-1]["lastUpdatedAfter"] == "2026-11-21T10:58:00.000Z"


async def test_a_corrupted_token_restarts_the_window_too(api: str) -> None:
    async with bench() as b:
        cfg = paged(b, api)
        (place, *_) = snapshots(await until_page(b, cfg, 1))
        assert ids(await b.run(TRIGGER, cfg, snapshot={**place, "nextToken": "AAAA"})) == b.ids("Shipped")


async def test_a_window_is_restarted_once_and_not_for_ever(api: str) -> None:
    async def spoil(asked: Asked, forward: Forward) -> Any:
        code = b"<ErrorResponse><Error><Code>NextTokenCorrupted</Code></Error></ErrorResponse>"
        body = b'{"errors": [{"code": "InvalidInput", "message": "no"}]}' if api == "SP-API" else code
        return reply(400, body) if TOKEN[api] in asked.params else None

    async with bench() as b:
        b.wire.spoil = spoil
        emitted, error = await b.ended(TRIGGER, paged(b, api))
        assert isinstance(error, Rejected)
        assert len(b.wire.pages()) == 4
        assert ids(emitted)[:10] == ids(emitted)[10:] == b.ids("Shipped")[:10]


async def test_a_refused_window_is_the_inputs_fault_and_a_refused_token_is_not(api: str) -> None:
    async with bench() as b:
        body = b'{"errors": [{"code": "InvalidInput", "message": "no"}]}'
        if api == "MWS":
            body = (
                b"<ErrorResponse><Error><Code>InvalidParameterValue</Code><Message>no</Message></Error></ErrorResponse>"
            )
        b.wire.answering(*FIRST.values(), status=400, body=body)
        _, error = await b.ended(TRIGGER, paged(b, api))
        assert isinstance(error, InvalidParameters)


@pytest.mark.parametrize(
    "changed", [{"orderStatus": "Canceled"}, {"endTime": "2026-11-20T09:00:00Z"}, {"marketplaceId": "A2EUQ1WTGCTBG2"}],
    ids=str,
)  # fmt: skip
async def test_a_filter_that_changed_drops_the_token_and_keeps_the_window(api: str, changed: dict[str, str]) -> None:
    async with bench() as b:
        (place, *_) = snapshots(await until_page(b, paged(b, api, startTime="2025-01-01"), 1))
        b.wire.seen.clear()
        await b.run(TRIGGER, paged(b, api, **changed), snapshot=place)
        first = b.wire.pages()[0].params
        assert TOKEN[api] not in first
        assert first[AFTER[api]] == "2025-01-01T00:00:00Z"


async def test_page_size_and_data_may_change_without_a_new_start(api: str) -> None:
    async with bench() as b:
        died = await until_page(b, paged(b, api), 1)
        changed = paged(b, api, maxOrdersPerPage=20, includedData=["BUYER"], emitBehavior="emitIndividually")
        rest = await b.run(TRIGGER, changed, snapshot=snapshots(died)[-1])
        assert ids(died) + ids(rest) == b.ids("Shipped")


async def test_another_api_drops_the_token_and_keeps_the_window(api: str) -> None:
    other = next(one for one in APIS if one != api)
    async with bench() as b:
        (place, *_) = snapshots(await until_page(b, paged(b, api), 1))
        b.wire.seen.clear()
        assert ids(await b.run(TRIGGER, paged(b, other), snapshot=place)) == b.ids("Shipped")
        assert TOKEN[other] not in b.wire.pages()[0].params
        last = snapshots(await b.run(TRIGGER, paged(b, api)))[-1]
        assert ids(await b.run(TRIGGER, paged(b, other), snapshot=last)) == []


@pytest.mark.parametrize("date", ["Fri, 20 Nov 2026 10:00:00 GMT", "Fri, 20 Nov 2026 12:00:00 +0200"])
async def test_where_the_answer_does_not_say_its_end_the_servers_date_less_two_minutes_is(api: str, date: str) -> None:
    async with bench() as b:
        b.wire.spoil = without_end(api, {"date": date})
        emissions = await b.run(TRIGGER, paged(b, api, "emitAll"))
        assert ids(emissions) == b.ids("Shipped")
        assert snapshots(emissions)[-1]["lastUpdatedAfter"] == "2026-11-20T09:58:00Z"


async def test_an_end_time_before_the_servers_date_is_the_windows_end(api: str) -> None:
    async with bench() as b:
        b.wire.spoil = without_end(api, {"date": "Fri, 20 Nov 2026 10:00:00 GMT"})
        emissions = await b.run(TRIGGER, paged(b, api, "emitAll", endTime="2026-11-20T09:00:00Z"))
        assert snapshots(emissions)[-1]["lastUpdatedAfter"] == "2026-11-20T09:00:00Z"


async def test_the_servers_date_is_fixed_at_the_first_page(api: str) -> None:
    dates = iter(f"Fri, 20 Nov 2026 1{hour}:00:00 GMT" for hour in range(10))
    async with bench() as b:
        b.wire.spoil = without_end(api, dates)
        found = snapshots(await b.run(TRIGGER, paged(b, api)))
        assert {place.get("lastUpdatedBefore", "2026-11-20T09:58:00Z") for place in found} == {"2026-11-20T09:58:00Z"}
        assert found[-1]["lastUpdatedAfter"] == "2026-11-20T09:58:00Z"


async def test_without_an_end_and_a_date_the_window_stays_and_no_order_comes_twice(api: str) -> None:
    async with bench() as b:
        b.wire.spoil = without_end(api, {})
        cfg = paged(b, api, "emitAll", startTime="2020-01-01")
        emissions = await b.run(TRIGGER, cfg)
        place = snapshots(emissions)[-1]
        assert place["lastUpdatedAfter"] == "2020-01-01T00:00:00Z"
        assert ids(await b.run(TRIGGER, cfg, snapshot=place)) == []


async def test_an_end_that_is_no_time_counts_as_lacking(api: str) -> None:
    async with bench() as b:
        b.wire.spoil = without_end(api, {"date": "Fri, 20 Nov 2026 10:00:00 GMT"}, said=b"1.569521782042E9")
        emissions = await b.run(TRIGGER, paged(b, api, "emitAll"))
        assert snapshots(emissions)[-1]["lastUpdatedAfter"] == "2026-11-20T09:58:00Z"


def without_end(api: str, headers: Any, said: bytes = b"") -> Any:
    """Amazon that does not say where the window ends, or something else in its place."""
    import re

    pattern = {"SP-API": rb'"lastUpdatedBefore":"([^"]*)"', "MWS": rb"<LastUpdatedBefore>([^<]*)</LastUpdatedBefore>"}[
        api
    ]
    instead = {"SP-API": b'"lastUpdatedBefore":"%s"' % said if said else b'"x":"x"',
               "MWS": b"<LastUpdatedBefore>%s</LastUpdatedBefore>" % said}[api]  # fmt: skip

    async def spoil(asked: Asked, forward: Forward) -> Any:
        if asked.name == "token":
            return None
        body = re.sub(pattern, instead, await (await forward()).aread())
        return reply(200, body, headers if isinstance(headers, dict) else {"date": next(headers)})

    return spoil


@pytest.mark.parametrize("told", ["2026-11-20T18:58:00+09:00", "2026-11-20 09:58:00", "2026-11-20T09:58:00.000+00:00"])
async def test_a_windows_end_in_another_spelling_is_sent_as_amazon_takes_it(api: str, told: str) -> None:
    async with bench() as b:
        name = {"SP-API": '"lastUpdatedBefore":"', "MWS": "<LastUpdatedBefore>"}[api]

        async def spoil(asked: Asked, forward: Forward) -> Any:
            if asked not in b.wire.pages():
                return None
            body = (await (await forward()).aread()).decode()
            return reply(200, re.sub(f'({name})[^"<]*', rf"\g<1>{told}", body).encode())

        b.wire.spoil = spoil
        (place,) = snapshots(await b.run(TRIGGER, paged(b, api, "emitAll", maxOrdersPerPage=100)))
        assert place["lastUpdatedAfter"] == "2026-11-20T09:58:00Z"


async def test_emit_all_that_dies_loses_nothing(api: str) -> None:
    async with bench() as b:
        operation = {"SP-API": "searchOrders", "MWS": "ListOrdersByNextToken"}[api]
        b.world.faults.order(operation, "500", count=5, skip=1 + int(api == "SP-API"))
        emitted, error = await b.ended(TRIGGER, paged(b, api, "emitAll"))
        assert isinstance(error, Unavailable)
        assert emitted == []
        assert ids(await b.run(TRIGGER, paged(b, api, "emitAll"))) == b.ids("Shipped")


async def test_a_run_ends_at_its_deadline_with_its_place(api: str) -> None:
    async with bench(orders=200, quota=True) as b:
        cfg, place, found = paged(b, api, maxOrdersPerPage=5), None, []
        for _ in range(9):
            emissions = await b.run(TRIGGER, cfg, snapshot=place, deadline=b.time.now() + 1500)
            found += ids(emissions)
            place = snapshots(emissions)[-1]
            if "nextToken" not in place:
                break
        assert found == b.ids("Shipped")


async def test_emit_all_sends_at_the_deadline_what_is_gathered_and_then_the_next_page(api: str) -> None:
    async with bench(orders=200, quota=True) as b:
        cfg = paged(b, api, "emitAll", maxOrdersPerPage=2)
        first = await b.run(TRIGGER, cfg, deadline=b.time.now() + 1500)
        assert len(bodies(first)) == 1
        assert 12 <= len(ids(first)) < len(b.ids("Shipped"))
        (place,) = snapshots(first)
        assert place["nextToken"]
        rest = await b.run(TRIGGER, cfg, snapshot=place)
        assert ids(first) + ids(rest) == b.ids("Shipped")


async def test_a_page_that_comes_after_the_deadline_is_not_waited_for(api: str) -> None:
    async with bench() as b:
        operation = {"SP-API": "searchOrders", "MWS": "ListOrdersByNextToken"}[api]
        b.world.faults.order(operation, "throttle", count=200, skip=int(api == "SP-API"))
        deadline = b.time.now() + 1500
        for behavior in ("emitPage", "emitAll"):
            emissions = await b.run(TRIGGER, paged(b, api, behavior), deadline=deadline)
            assert ids(emissions) == b.ids("Shipped")[:10]
            assert snapshots(emissions)[-1]["nextToken"]
            assert b.time.now() <= deadline + 1
            deadline = b.time.now() + 1500
            b.world.faults.clear()
            b.world.faults.order(operation, "throttle", count=200, skip=int(api == "SP-API"))
        b.world.faults.clear()


@pytest.mark.parametrize("behavior", ["emitAll", "emitPage", "emitIndividually"])
async def test_a_run_that_is_told_to_stop_ends_at_once_and_goes_on_later(api: str, behavior: str) -> None:
    async with bench() as b:
        stop = asyncio.Event()
        operation = {"SP-API": "searchOrders", "MWS": "ListOrdersByNextToken"}[api]
        b.world.faults.order(operation, "throttle", skip=1 + int(api == "SP-API"))
        original, cfg = b.time.sleep, paged(b, api, behavior)

        async def sleep(seconds: float) -> None:
            stop.set()
            await original(seconds)

        b.time.sleep = sleep  # type: ignore[method-assign]
        emitted, error = await b.ended(TRIGGER, cfg, stop=stop)
        assert isinstance(error, Stopped)
        assert b.time.now() == START
        place = snapshots(emitted)[-1] if snapshots(emitted) else None
        assert ids(emitted) + ids(await b.run(TRIGGER, cfg, snapshot=place)) == b.ids("Shipped")


async def test_a_snapshot_stays_under_the_limit_however_long_the_border(api: str) -> None:
    async with bench(orders=300) as b:
        changed = b.ids("Unshipped") + b.ids("Pending") + b.ids("Canceled")
        for order_id in changed:
            b.world.change_order(order_id, status="Shipped")
        b.time.at = START + 120
        cfg, lock = paged(b, api, maxOrdersPerPage=100), "orders:flow:step"
        emissions = await b.run(TRIGGER, cfg, snapshot_limit=2000, lock=lock)
        assert set(changed) <= set(ids(emissions))
        places = snapshots(emissions)
        assert max(len(json.dumps(place)) for place in places) <= 2100
        assert places[-1]["kept"]
        assert ids(await b.run(TRIGGER, cfg, snapshot=places[-1], snapshot_limit=2000, lock=lock)) == []


async def test_a_throttled_first_page_moves_nothing(api: str) -> None:
    async with bench() as b:
        b.world.faults.order(FIRST[api], "throttle")
        emitted, error = await b.ended(TRIGGER, paged(b, api), wait_limit=5.0)
        assert isinstance(error, Throttled)
        assert emitted == []

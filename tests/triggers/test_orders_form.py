"""Get New And Updated Orders: the form, as users and the platform fill it, and what of it reaches Amazon."""

from typing import Any

import pytest

from sellerport.errors import InputError
from sellerport.times import moment
from support import APIS, START, TRIGGER, bench, ids, orders, snapshots

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("api", APIS)]
AFTER = {"SP-API": "lastUpdatedAfter", "MWS": "LastUpdatedAfter"}
BEFORE = {"SP-API": "lastUpdatedBefore", "MWS": "LastUpdatedBefore"}


async def asked(api: str, **fields: Any) -> dict[str, str]:
    """The parameters of the first request for orders under those fields."""
    async with bench(orders=3) as b:
        await b.run(TRIGGER, b.cfg(api, **{"orderStatus": "Shipped", **fields}))
        return b.wire.pages()[0].params


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("1970-01-01T00:00:00.000 +0000", "1970-01-01T00:00:00Z"),
        ("2026-11-19T10:00:00.000 +0000", "2026-11-19T10:00:00Z"),
        ("2026-11-19T10:00:00.123 +0000", "2026-11-19T10:00:00.123Z"),
        ("2026-11-19T10:00:00.000 +0530", "2026-11-19T04:30:00Z"),
        ("2026-11-19T10:00:00+09:00", "2026-11-19T01:00:00Z"),
        ("2026-11-19T10:00:00Z", "2026-11-19T10:00:00Z"),
        ("2026-11-19T10:00:00z", "2026-11-19T10:00:00Z"),
        ("2026-11-19T10:00:00.5Z", "2026-11-19T10:00:00.500Z"),
        ("2026-11-19T10:00:00", "2026-11-19T10:00:00Z"),
        ("2026-11-19 10:00", "2026-11-19T10:00:00Z"),
        ("2026-11-19", "2026-11-19T00:00:00Z"),
        ("20261119", "2026-11-19T00:00:00Z"),
        (" 2026-11-19 ", "2026-11-19T00:00:00Z"),
        ("1763546400000", "2025-11-19T10:00:00Z"),
        (1763546400000, "2025-11-19T10:00:00Z"),
        ("1763546400123", "2025-11-19T10:00:00.123Z"),
        ("0", "1970-01-01T00:00:00Z"),
    ],
)
async def test_any_sensible_time_is_understood_and_sent_as_utc(api: str, typed: Any, sent: str) -> None:
    assert (await asked(api, startTime=typed))[AFTER[api]] == sent


@pytest.mark.parametrize("name", ["startTime", "endTime"])
@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "10:00", "2026-11-19T25:00:00Z", "99999999999999999999",
                                   "-1", "nan", "1e400", "0001-01-01", "FILTERED", "2026-11-19T10:00:00+99:00"])  # fmt: skip
async def test_a_time_that_cannot_be_read_is_refused_by_the_fields_name(api: str, name: str, typed: str) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError) as raised:
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", **{name: typed}))
        assert f"$.{name}" in str(raised.value)
        assert typed in str(raised.value)
        assert b.wire.seen == []


@pytest.mark.parametrize("absent", [None, "", "absent"])
async def test_an_empty_start_is_the_beginning_of_time_and_an_empty_end_is_none(api: str, absent: Any) -> None:
    fields = {} if absent == "absent" else {"startTime": absent, "endTime": absent, "maxOrdersPerPage": absent}
    said = await asked(api, **fields)
    assert said[AFTER[api]] == "1970-01-01T00:00:00Z"
    assert BEFORE[api] not in said


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("3000-01-01T00:00:00.000 +0000", None), ("2026-11-20T09:58:00.001Z", None), ("2026-11-20T10:30:00Z", None),
     ("2026-11-20T09:58:00Z", "2026-11-20T09:58:00Z"), ("2026-11-19", "2026-11-19T00:00:00Z")],
)  # fmt: skip
async def test_an_end_later_than_two_minutes_ago_is_left_out(api: str, typed: str, sent: str | None) -> None:
    assert (await asked(api, endTime=typed)).get(BEFORE[api]) == sent


async def test_an_end_time_bounds_what_is_emitted(api: str) -> None:
    async with bench() as b:
        shipped = [order for order in b.world.orders.all() if order.status == "Shipped"]
        end = shipped[len(shipped) // 2]
        found = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", endTime=str(end.updated)))
        assert ids(found) == [order.id for order in shipped if order.updated <= end.updated]


@pytest.mark.parametrize("behavior", ["emitAll", "emitPage"])
async def test_no_order_younger_than_the_end_time_where_the_clock_here_is_behind(api: str, behavior: str) -> None:
    async with bench() as b:
        shipped = [order for order in b.world.orders.all() if order.status == "Shipped"]
        end = shipped[len(shipped) // 2].updated
        b.world.clock.freeze()
        b.time.at = end / 1000 + 60
        cfg = b.cfg(api, orderStatus="Shipped", endTime=str(end), emitBehavior=behavior, maxOrdersPerPage=7)
        found = await b.run(TRIGGER, cfg)
        assert BEFORE[api] not in b.wire.pages()[0].params
        assert ids(found) == [order.id for order in shipped if order.updated <= end]
        place = snapshots(found)[-1]
        assert moment(place["lastUpdatedAfter"]) == end / 1000
        assert await b.run(TRIGGER, cfg, snapshot=place) == []
        sample = orders(await b.run(TRIGGER, {**cfg, "maxOrdersPerPage": "100"}, sample="yes"))
        assert [order["amazonOrderId"] for order in sample] == ids(found)


@pytest.mark.parametrize("ahead", [61, 600, 86400])
async def test_an_end_time_that_has_not_come_at_amazon_is_left_out_after_all(api: str, ahead: int) -> None:
    async with bench() as b:
        b.world.clock.freeze()
        b.time.at += ahead
        cfg = b.cfg(api, orderStatus="Shipped", endTime=str(int(START - 60) * 1000), maxOrdersPerPage=7)
        found = await b.run(TRIGGER, cfg)
        assert ids(found) == b.ids("Shipped")
        assert [BEFORE[api] in page.params for page in b.wire.pages()[:2]] == [True, False]
        assert moment(snapshots(found)[-1]["lastUpdatedAfter"]) == START - 120


async def test_an_end_time_that_has_not_come_at_amazon_is_an_error_of_a_sample(api: str) -> None:
    async with bench() as b:
        b.world.clock.freeze()
        b.time.at += 300
        with pytest.raises(InputError, match="at least two minutes"):
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", endTime="2026-11-20T10:00:00Z"), sample="platform")
        assert len(b.wire.pages()) == 1


async def test_a_window_that_has_ended_is_no_error_and_asks_nothing(api: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", endTime="2026-11-20T09:00:00Z")
        (place,) = snapshots(await b.run(TRIGGER, cfg))
        assert place["lastUpdatedAfter"] == "2026-11-20T09:00:00.000Z"
        b.wire.seen.clear()
        assert await b.run(TRIGGER, cfg, snapshot=place) == []
        assert b.wire.pages() == []
        swapped = b.cfg(api, orderStatus="Shipped", startTime="2026-11-19", endTime="2026-11-18")
        assert await b.run(TRIGGER, swapped) == []
        assert b.wire.pages() == []


@pytest.mark.parametrize("start", ["2026-11-20T09:59:00Z", "2026-11-20T10:00:00Z", "2027-01-01"])
async def test_a_window_that_has_not_begun_brings_nothing_and_stays(api: str, start: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", startTime=start)
        (emission,) = await b.run(TRIGGER, cfg)
        (place,) = snapshots([emission])
        assert place["lastUpdatedAfter"].startswith(start)


async def test_a_refusal_of_something_else_is_told_though_the_window_has_not_begun(api: str) -> None:
    async with bench() as b:
        spoken = {
            "SP-API": b'{"errors": [{"code": "InvalidInput", "message": "marketplaceIds is wrong"}]}',
            "MWS": b"<ErrorResponse><Error><Code>InvalidParameterValue</Code><Message>MarketplaceId is wrong</Message>"
            b"</Error></ErrorResponse>",
        }
        b.wire.answering("searchOrders", "ListOrders", status=400, body=spoken[api])
        with pytest.raises(InputError, match=r"(?i)marketplaceids? is wrong"):
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", startTime="2026-11-20T09:59:30Z"))


@pytest.mark.parametrize("typed", ["0", "101", "-1", "many", "1.5", "1e400", "nan", 0, 101, True, [1]])
async def test_a_page_size_that_is_none_is_refused_before_anything_is_sent(api: str, typed: Any) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError) as raised:
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", maxOrdersPerPage=typed))
        assert "$.maxOrdersPerPage" in str(raised.value)
        assert b.wire.seen == []


@pytest.mark.parametrize(("typed", "sent"), [("100", "100"), (1, "1"), (" 7 ", "7"), (50.0, "50"), ("50.0", "50")])
async def test_a_page_size_may_be_text(api: str, typed: Any, sent: str) -> None:
    name = {"SP-API": "maxResultsPerPage", "MWS": "MaxResultsPerPage"}[api]
    assert (await asked(api, maxOrdersPerPage=typed))[name] == sent


@pytest.mark.parametrize("status", [None, "", "Paid", "shipped", 7, ["Shipped"]])
async def test_a_status_that_is_none_is_refused_with_those_there_are(api: str, status: Any) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError) as raised:
            await b.run(TRIGGER, b.cfg(api, orderStatus=status))
        assert "$.orderStatus" in str(raised.value)
        assert "PartiallyShipped" in str(raised.value) or not status


async def test_invoice_unconfirmed_is_refused_on_sp_api_with_the_reason(api: str) -> None:
    async with bench(marketplace="AAHKV2X7AFYLW" if api == "MWS" else "ATVPDKIKX0DER") as b:
        cfg = b.cfg(api, orderStatus="InvoiceUnconfirmed")
        if api == "MWS":
            assert ids(await b.run(TRIGGER, cfg)) == b.ids("InvoiceUnconfirmed")
            return
        with pytest.raises(InputError, match=r"China only") as raised:
            await b.run(TRIGGER, cfg)
        assert "$.orderStatus" in str(raised.value)
        assert b.wire.seen == []


async def test_every_mistake_of_a_form_is_told_at_once(api: str) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError) as raised:
            await b.run(TRIGGER, b.cfg(api, orderStatus="Paid", maxOrdersPerPage="0", emitBehavior="emitNothing",
                                       marketplaceId="NOWHERE"))  # fmt: skip
        for name in ("orderStatus", "maxOrdersPerPage", "emitBehavior", "marketplaceId"):
            assert f"$.{name}" in str(raised.value)


async def test_fields_that_nobody_knows_are_left_alone(api: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", theirOwn={"deep": [1]}, _account="abc", nodeSettings=None)
        assert ids(await b.run(TRIGGER, cfg)) == b.ids("Shipped")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [(None, None), ([], None), ("", None), (["BUYER"], "BUYER,FULFILLMENT"), ("BUYER,TAX", "BUYER,TAX,FULFILLMENT"),
     ("BUYER, TAX", "BUYER,TAX,FULFILLMENT"), (["FULFILLMENT"], "FULFILLMENT"),
     (["TAX", "FULFILLMENT"], "TAX,FULFILLMENT")],
    ids=str,
)  # fmt: skip
async def test_fulfillment_is_always_asked_and_every_set_by_default(api: str, typed: Any, sent: str | None) -> None:
    everything = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"
    said = await asked(api, includedData=typed)
    assert said.get("includedData") == (None if api == "MWS" else sent or everything)


@pytest.mark.parametrize("typed", [["NOTHING"], "NOTHING", ["BUYER", "NOTHING"], 7])
async def test_a_set_that_there_is_not_is_refused(api: str, typed: Any) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError, match="includedData"):
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", includedData=typed))


@pytest.mark.parametrize(("typed", "items"), [("yes", True), (True, True), ("on", True), ("true", True), ("YES", True),
                                              ("no", False), (False, False), ("off", False), ("", False),
                                              (None, False)])  # fmt: skip
async def test_a_selection_of_yes_and_no_is_taken_as_a_box_too(api: str, typed: Any, items: bool) -> None:
    async with bench(orders=9) as b:
        await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped", includeItems=typed))
        assert (b.wire.counts["ListOrderItems"] > 0) == (items and api == "MWS")


async def test_the_window_of_a_snapshot_and_an_end_time_ends_there(api: str) -> None:
    async with bench() as b:
        cfg = b.cfg(api, orderStatus="Shipped", endTime="2026-11-20T10:30:00Z")
        (place,) = snapshots(await b.run(TRIGGER, cfg))
        changed, late = b.ids("Unshipped")[:2]
        b.time.at = START + 600
        b.world.change_order(changed, status="Shipped")
        b.time.at = START + 3600
        b.world.change_order(late, status="Shipped")
        b.time.at = START + 7200
        again = await b.run(TRIGGER, cfg, snapshot=place)
        assert ids(again) == [changed]
        assert snapshots(again)[-1]["lastUpdatedAfter"] == "2026-11-20T10:30:00.000Z"
        assert await b.run(TRIGGER, cfg, snapshot=snapshots(again)[-1]) == []


@pytest.mark.parametrize(("name", "value"), [("RESPONSE_CHECK_DELAY", "soon"), ("RESPONSE_CHECK_DELAY", "-1"),
                                             ("RESPONSE_TIME_LIMIT", "inf"), ("RESPONSE_CHECK_DELAY", "nan")])  # fmt: skip
async def test_a_variable_that_is_no_number_is_refused_by_its_name(api: str, name: str, value: str) -> None:
    async with bench(orders=3) as b:
        with pytest.raises(InputError, match=name):
            await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"), env={name: value})
        assert b.wire.seen == []

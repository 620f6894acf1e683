"""MWS's front door: what it refuses, in which order, and in whose words."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sim_caller import HOST, LISTED, ORDERS, SELLERS, Sim, code, texts

from sellersim.mws import sign

pytestmark = pytest.mark.anyio

PLACES = "ListMarketplaceParticipations"


@pytest.fixture
async def sim() -> AsyncIterator[Sim]:
    sim = Sim()
    yield sim
    await sim.close()


def at(sim: Sim, seconds: float) -> str:
    return datetime.fromtimestamp(sim.real + seconds, UTC).isoformat().replace("+00:00", "Z")


async def test_a_signed_request_is_answered(sim: Sim) -> None:
    got = await sim.mws(SELLERS, PLACES)
    assert got.status_code == 200
    assert texts(got, "RequestId") == [got.headers["x-mws-request-id"]]
    assert got.headers["content-type"] == "text/xml"


async def test_the_participations_are_listed_with_their_marketplaces(sim: Sim) -> None:
    got = await sim.mws(SELLERS, PLACES)
    assert texts(got, "MarketplaceId") == 2 * ["ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8"]
    assert texts(got, "DefaultCurrencyCode") == ["USD", "CAD", "MXN"]
    assert set(texts(got, "SellerId")) == {sim.world.seller.id}


async def test_a_get_is_as_good_as_a_post(sim: Sim) -> None:
    form = sim.form(SELLERS, PLACES, Signature="")
    form["Signature"] = sign.expected(sim.world.seller.secret_key, "GET", HOST, SELLERS, form.items())
    assert (await sim.http.get(SELLERS, params=form)).status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"AWSAccessKeyId": "AKIAWRONG"}, 403, "InvalidAccessKeyId"),
        ({"AWSAccessKeyId": ""}, 400, "MissingClientTokenId"),
        ({"Signature": "d3Jvbmc="}, 403, "SignatureDoesNotMatch"),
        ({"Signature": "ä"}, 403, "SignatureDoesNotMatch"),
        ({"SignatureVersion": "1"}, 400, "InvalidParameterValue"),
        ({"SignatureMethod": ""}, 400, "MissingParameter"),
        ({"Timestamp": ""}, 400, "MissingParameter"),
        ({"Timestamp": "noon"}, 400, "InvalidParameterValue"),
        ({"SellerId": "A0000000000000"}, 401, "AccessDenied"),
        ({"SellerId": ""}, 400, "MissingParameter"),
        ({"MWSAuthToken": "amzn.mws.wrong"}, 401, "AccessDenied"),
        ({"MWSAuthToken": ""}, 401, "AccessDenied"),
        ({"Action": "DoMagic"}, 400, "InvalidAction"),
        ({"Action": ""}, 400, "InvalidParameterValue"),
        ({"Version": "2099-01-01"}, 404, "InvalidAddress"),
    ],
)
async def test_a_refusal_has_its_status_and_code(sim: Sim, change: dict[str, str], status: int, said: str) -> None:
    got = await sim.mws(SELLERS, change.get("Action", PLACES), **{k: v for k, v in change.items() if k != "Action"})
    assert (got.status_code, code(got)) == (status, said)
    assert texts(got, "Type") == ["Sender"]
    assert texts(got, "RequestID") == [got.headers["x-mws-request-id"]]


async def test_a_wrong_secret_is_a_wrong_signature(sim: Sim) -> None:
    form = sim.form(SELLERS, PLACES, Signature="")
    form["Signature"] = sign.expected("x" * 40, "POST", HOST, SELLERS, form.items())
    assert code(await sim.http.post(SELLERS, data=form)) == "SignatureDoesNotMatch"


async def test_a_signature_over_naturally_sorted_names_is_refused(sim: Sim) -> None:
    ids = {f"AmazonOrderId.Id.{n}": "111-1111111-1111111" for n in range(1, 12)}
    form = sim.form(ORDERS, "GetOrder", Signature="", **ids)
    natural = sorted(form, key=lambda name: [(p.isdigit(), f"{p:0>9}" if p.isdigit() else p) for p in name.split(".")])
    assert natural != sorted(form)
    query = "&".join(f"{name}={quote(form[name], safe='-_.~')}" for name in natural if name != "Signature")
    text = f"POST\n{HOST}\n{ORDERS}\n{query}"
    mark = hmac.new(sim.world.seller.secret_key.encode(), text.encode(), hashlib.sha256).digest()
    got = await sim.http.post(ORDERS, data={**form, "Signature": b64encode(mark).decode()})
    assert (got.status_code, code(got)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize(("late", "said"), [(-899, ""), (899, ""), (-901, "RequestExpired"), (901, "RequestExpired")])
async def test_a_timestamp_is_good_for_fifteen_minutes_either_way(sim: Sim, late: int, said: str) -> None:
    got = await sim.mws(SELLERS, PLACES, Timestamp=at(sim, -late))
    assert (got.status_code, said) in ((200, ""), (400, code(got) if got.status_code == 400 else "-"))


async def test_timestamps_are_judged_by_real_time_and_not_by_the_worlds(sim: Sim) -> None:
    sim.world.clock.advance(86_400)
    got = await sim.mws(SELLERS, PLACES)
    assert got.status_code == 200
    assert got.headers["x-mws-timestamp"] == "2026-11-21T10:00:00.000Z"


@pytest.mark.parametrize("path", ["/Sellers/", "/Sellers", "/Nothing/2011-07-01", "/Sellers/2010-01-01"])
async def test_an_unknown_address_is_a_404(sim: Sim, path: str) -> None:
    got = await sim.mws(path, PLACES)
    assert (got.status_code, code(got)) == (404, "InvalidAddress")


async def test_a_missing_version_is_told_in_amazons_words(sim: Sim) -> None:
    got = await sim.mws("/Sellers/", PLACES)
    assert texts(got, "Message") == ["Resource /Sellers/ is not found on this server. API Version is missing"]


async def test_a_raw_equals_sign_in_a_value_is_refused(sim: Sim) -> None:
    got = await sim.http.get(f"{SELLERS}?Action=x&Signature=abc==")
    assert (got.status_code, code(got)) == (400, "InvalidParameterValue")
    assert "may not contain a '=' delimiter" in texts(got, "Message")[0]


async def test_the_signature_is_checked_before_seller_and_parameters(sim: Sim) -> None:
    got = await sim.mws(ORDERS, "ListOrders", Signature="d3Jvbmc=", SellerId="A0", MaxResultsPerPage="0")
    assert code(got) == "SignatureDoesNotMatch"


async def test_the_throttle_is_checked_before_parameters() -> None:
    sim = Sim(quota=True)
    sim.world.drain("ListOrders")
    got = await sim.mws(ORDERS, "ListOrders")
    await sim.close()
    assert (got.status_code, code(got), texts(got, "Message")) == (503, "RequestThrottled", ["Request is throttled"])
    assert texts(got, "Type") == [""]


async def test_both_list_operations_draw_on_one_bucket() -> None:
    sim = Sim(quota=True)
    said = [(await sim.mws(ORDERS, "ListOrders", **LISTED)).status_code for _ in range(6)]
    said.append((await sim.mws(ORDERS, "ListOrdersByNextToken", NextToken="x")).status_code)
    sim.world.clock.advance(60)
    said.append((await sim.mws(ORDERS, "ListOrders", **LISTED)).status_code)
    await sim.close()
    assert said == [200] * 6 + [503, 200]


async def test_service_status_has_a_bucket_an_api() -> None:
    sim = Sim(quota=True)
    said = [(await sim.mws(path, "GetServiceStatus")).status_code for path in (ORDERS, ORDERS, ORDERS, SELLERS)]
    await sim.close()
    assert said == [200, 200, 503, 200]


async def test_an_own_developer_may_send_any_auth_token() -> None:
    sim = Sim(own_developer=True)
    said = [(await sim.mws(SELLERS, PLACES, MWSAuthToken=token)).status_code for token in ("test", "")]
    await sim.close()
    assert said == [200, 200]


async def test_the_ping_tells_the_worlds_time_to_anybody(sim: Sim) -> None:
    sim.world.clock.advance(1.5)
    got = await sim.http.get("/")
    assert got.text == (
        '<?xml version="1.0"?>\n<PingResponse>\n  <Timestamp timestamp="2026-11-20T10:00:01.500Z"/>\n</PingResponse>\n'
    )


async def test_a_user_agent_of_more_than_500_characters_is_refused(sim: Sim) -> None:
    got = await sim.http.post(SELLERS, data=sim.form(SELLERS, PLACES), headers={"user-agent": "x" * 501})
    assert code(got) == "UserAgentHeaderMaximumLengthExceeded"


async def test_there_is_no_second_page_of_participations(sim: Sim) -> None:
    got = await sim.mws(SELLERS, "ListMarketplaceParticipationsByNextToken", NextToken="x")
    assert (got.status_code, code(got)) == (400, "NextTokenCorrupted")


async def test_service_status_is_green(sim: Sim) -> None:
    assert texts(await sim.mws(SELLERS, "GetServiceStatus"), "Status") == ["GREEN"]

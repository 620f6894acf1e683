"""Every documented error of both protocols: which class, Amazon's code, words and request id, and how often it is asked."""

import json
from typing import Any

import pytest

from sellerport.errors import (
    AmazonError,
    Denied,
    InputError,
    InvalidParameters,
    Rejected,
    SellerportError,
    Throttled,
    Unavailable,
)
from support import PAGES, TRIGGER, Asked, Bench, Forward, bench, reply

pytestmark = pytest.mark.anyio

EXITS = {InvalidParameters: 64, Rejected: 69, Denied: 77, Throttled: 75, Unavailable: 75}
#: Code, HTTP status, what it means. Facts: MWS developer guide, Errors, and the pages of each API.
MWS = (
    ("InputStreamDisconnected", 400, InvalidParameters),
    ("InvalidParameterValue", 400, InvalidParameters),
    ("MissingParameter", 400, InvalidParameters),
    ("InvalidQueryParameter", 400, InvalidParameters),
    ("ValidationError", 400, InvalidParameters),
    ("InputDataError", 400, InvalidParameters),
    ("InvalidFeedType", 400, InvalidParameters),
    ("InvalidRequest", 400, InvalidParameters),
    ("ContentMD5Missing", 400, InvalidParameters),
    ("ContentMD5DoesNotMatch", 400, InvalidParameters),
    ("MissingClientTokenId", 400, Denied),
    ("InvalidClientTokenId", 400, Denied),
    ("RequestExpired", 400, Denied),
    ("AccessDenied", 401, Denied),
    ("AccessToFeedProcessingResultDenied", 401, Denied),
    ("InvalidAccessKeyId", 403, Denied),
    ("SignatureDoesNotMatch", 403, Denied),
    ("InvalidAddress", 404, Rejected),
    ("FeedProcessingResultNotReady", 404, Rejected),
    ("InvalidFeedSubmissionId", 404, Rejected),
    ("FeedCanceled", 404, Rejected),
    ("FeedProcessingResultNoLongerAvailable", 404, Rejected),
    ("NextTokenCorrupted", 400, Rejected),
    ("UserAgentHeaderMalformed", 400, Rejected),
    ("InternalError", 500, Unavailable),
    ("RetriableInternalError", 500, Unavailable),
    ("NonRetriableInternalError", 500, Rejected),
    ("ServiceUnavailable", 503, Unavailable),
    ("RequestThrottled", 503, Throttled),
    ("QuotaExceeded", 503, Throttled),
)
#: Facts: the models' answers and the SP-API documentation of each status.
SPAPI = (
    ("InvalidInput", 400, InvalidParameters),
    ("BAD_REQUEST", 400, InvalidParameters),
    ("Unauthorized", 401, Denied),
    ("Unauthorized", 403, Denied),
    ("NotFound", 404, Rejected),
    ("RequestTooLarge", 413, Rejected),
    ("UnsupportedMediaType", 415, Rejected),
    ("QuotaExceeded", 429, Throttled),
    ("InternalFailure", 500, Unavailable),
    ("ServiceUnavailable", 503, Unavailable),
)
#: Facts: Login with Amazon's documentation; every 4xx is the account's fault.
TOKEN = (
    ("invalid_grant", 400, Denied),
    ("invalid_client", 401, Denied),
    ("invalid_scope", 400, Denied),
    ("unauthorized_client", 400, Denied),
    ("unsupported_grant_type", 400, Denied),
    ("invalid_request", 400, Denied),
    ("slow_down", 429, Throttled),
    ("server_error", 500, Unavailable),
    ("temporarily_unavailable", 503, Unavailable),
)


def mws_error(code: str, *, words: str = "Amazon's words", id_name: str = "RequestID") -> bytes:
    return (
        '<?xml version="1.0"?>\n<ErrorResponse xmlns="https://mws.amazonservices.com/Orders/2013-09-01"><Error>'
        f"<Type>Sender</Type><Code>{code}</Code><Message>{words}</Message><Detail/></Error>"
        f"<{id_name}>req-7</{id_name}></ErrorResponse>"
    ).encode()


def spapi_error(code: str, *, details: str = "") -> bytes:
    return json.dumps({"errors": [{"code": code, "message": "Amazon's words", "details": details}]}).encode()


def token_error(code: str) -> bytes:
    return json.dumps({"error": code, "error_description": "Amazon's words", "request_id": "req-7"}).encode()


async def raised(b: Bench, api: str, **surroundings: Any) -> SellerportError:
    """The error that a run of the trigger ends with."""
    with pytest.raises(SellerportError) as caught:
        await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"), **surroundings)
    return caught.value


def check(error: Any, kind: type[Any], code: str, status: int) -> None:
    """Class, exit code, and all of Amazon's words, apart and in the text."""
    assert type(error) is kind
    assert error.exit_code == EXITS[kind]
    assert isinstance(error, InputError if kind is InvalidParameters else AmazonError)
    assert (error.code, error.request_id, error.status) == (code, "req-7", status)
    for part in (code, "Amazon's words", "req-7", str(status)):
        assert part in str(error)


@pytest.mark.parametrize("id_name", ["RequestID", "RequestId"])
@pytest.mark.parametrize(("code", "status", "kind"), MWS, ids=[row[0] for row in MWS])
async def test_an_mws_error_is_told_apart(code: str, status: int, kind: type[Any], id_name: str) -> None:
    async with bench() as b:
        b.wire.answering(status=status, body=mws_error(code, id_name=id_name))
        check(await raised(b, "MWS", sample="cli"), kind, code, status)


@pytest.mark.parametrize(("code", "status", "kind"), SPAPI, ids=[f"{row[1]} {row[0]}" for row in SPAPI])
async def test_an_spapi_error_is_told_apart(code: str, status: int, kind: type[Any]) -> None:
    async with bench() as b:
        b.wire.answering(status=status, body=spapi_error(code), headers={"x-amzn-RequestId": "req-7"})
        check(await raised(b, "SP-API", sample="cli"), kind, code, status)


@pytest.mark.parametrize(("code", "status", "kind"), TOKEN, ids=[row[0] for row in TOKEN])
async def test_a_refused_token_is_told_apart(code: str, status: int, kind: type[Any]) -> None:
    async with bench() as b:
        b.wire.answering("token", status=status, body=token_error(code))
        check(await raised(b, "SP-API", sample="cli"), kind, code, status)
        assert b.wire.counts == {"token": 1}


async def test_every_error_of_an_answer_is_told() -> None:
    errors = [{"code": "InvalidInput", "message": "The first."}, {"code": "InvalidInput", "message": "The second."}]
    async with bench(orders=3) as b:
        b.wire.answering("searchOrders", status=400, body=json.dumps({"errors": errors}).encode())
        _, error = await b.ended(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
    assert isinstance(error, InvalidParameters)
    assert (error.code, error.message) == ("InvalidInput", "The first.; The second.")


@pytest.mark.parametrize(("status", "kind"), [(400, Rejected), (403, Denied), (404, Rejected)])
async def test_an_answer_from_before_the_api_has_its_kind_in_a_header(status: int, kind: type[Any]) -> None:
    headers = {"x-amzn-errortype": "AccessDeniedException:http://internal.amazon.com/", "x-amzn-requestid": "req-9"}
    async with bench(orders=3) as b:
        b.wire.answering("searchOrders", status=status, body=b'{"message": "Not allowed."}', headers=headers)
        _, error = await b.ended(TRIGGER, b.cfg("SP-API", orderStatus="Shipped"))
    assert isinstance(error, kind)
    assert (error.code, error.message, error.request_id) == ("", "AccessDeniedException: Not allowed.", "req-9")


async def test_amazons_details_are_kept() -> None:
    async with bench() as b:
        told = "The marketplaces you provided are not valid for region."
        b.wire.answering(status=403, body=spapi_error("Unauthorized", details=told))
        assert told in str(await raised(b, "SP-API"))


@pytest.mark.parametrize(
    ("api", "body"), [("SP-API", b"<html>busy</html>"), ("MWS", b"<html>busy</html>"), ("MWS", b"")]
)
@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (502, Unavailable), (503, Unavailable),
                                              (302, Rejected), (404, Rejected), (403, Denied)])  # fmt: skip
async def test_a_page_that_is_no_error_of_amazons_goes_by_its_status(
    api: str, body: bytes, status: int, kind: type[Any]
) -> None:
    async with bench() as b:
        b.wire.answering(*PAGES, status=status, body=body, headers={"x-amzn-RequestId": "req-7"})
        error = await raised(b, api, sample="cli")
    assert type(error) is kind
    assert "busy" in str(error) or not body
    assert "req-7" in str(error)


RETRIED = (("SP-API", spapi_error("InternalFailure")), ("MWS", mws_error("InternalError")))


@pytest.mark.parametrize(("api", "body"), RETRIED, ids=["SP-API", "MWS"])
async def test_a_server_error_is_given_up_after_five_tries(api: str, body: bytes) -> None:
    async with bench() as b:
        b.wire.answering(*PAGES, status=500, body=body)
        assert isinstance(await raised(b, api), Unavailable)
        assert len(b.wire.pages()) == 5


@pytest.mark.parametrize("api", ["SP-API", "MWS"])
async def test_a_lost_line_is_given_up_after_five_tries(api: str) -> None:
    async with bench() as b:
        for name in PAGES[:2]:
            b.world.faults.order(name, "reset", count=5)
        error = await raised(b, api)
        b.world.faults.clear()
        assert isinstance(error, Unavailable)
        assert "127.0.0.1" in str(error)
        assert len(b.wire.pages()) == 5


@pytest.mark.parametrize("kind", ["500", "503", "html", "reset", "lost-reply"])
@pytest.mark.parametrize("api", ["SP-API", "MWS"])
async def test_four_faults_are_ridden_out(api: str, kind: str) -> None:
    async with bench() as b:
        b.world.faults.order({"SP-API": "searchOrders", "MWS": "ListOrders"}[api], kind, count=4)
        found = await b.run(TRIGGER, b.cfg(api, orderStatus="Shipped"))
        assert len(found) == 2
        assert len(b.wire.pages()) == 5


@pytest.mark.parametrize("api", ["SP-API", "MWS"])
@pytest.mark.parametrize(("status", "kind"), [(400, InvalidParameters), (403, Denied), (404, Rejected)])
async def test_what_will_not_change_is_not_repeated(api: str, status: int, kind: type[Any]) -> None:
    code = {400: "InvalidParameterValue", 403: "SignatureDoesNotMatch", 404: "InvalidAddress"}[status]
    async with bench() as b:
        b.wire.answering(*PAGES, status=status, body=mws_error(code) if api == "MWS" else spapi_error(code))
        assert type(await raised(b, api)) is kind
        assert len(b.wire.pages()) == (2 if (api, status) == ("SP-API", 403) else 1), "a refused token is renewed once"


@pytest.mark.parametrize(
    ("api", "body"), [("SP-API", spapi_error("InternalFailure")), ("MWS", mws_error("InternalError"))]
)
async def test_a_sample_asks_once_whatever_the_answer(api: str, body: bytes) -> None:
    async with bench() as b:
        b.wire.answering(*PAGES, status=500, body=body)
        assert isinstance(await raised(b, api, sample="cli"), Unavailable)
        assert len(b.wire.pages()) == 1


@pytest.mark.parametrize("api", ["SP-API", "MWS"])
async def test_no_error_and_no_repr_tells_a_secret_that_amazon_echoes(api: str) -> None:
    async with bench() as b:
        seller = b.world.seller
        told = (seller.client_secret, seller.refresh_token, seller.secret_key, seller.auth_token, seller.access_key)

        async def echo(asked: Asked, forward: Forward) -> Any:
            if asked.name == "token":
                return None
            words = " ".join((*told, asked.headers.get("x-amz-access-token", "none")))
            listed = {"errors": [{"code": "X", "message": words, "details": words}]}
            return reply(404, mws_error("X", words=words) if api == "MWS" else json.dumps(listed).encode())

        b.wire.spoil = echo
        error = await raised(b, api)
        token = b.wire.seen[-1].headers.get("x-amz-access-token")
        shown = f"{error} {error!r} {error.args} {vars(error)}"
        for secret in (*(told[:2] if api == "SP-API" else told[2:]), *([token] if token else [])):
            assert secret not in shown

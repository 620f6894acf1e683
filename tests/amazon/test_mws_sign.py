"""Signature V2 against published vectors, and the simulator as the judge of a wrong one."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellerport.amazon.mws import sign
from sellerport.errors import Denied
from sellersim.mws import sign as judge
from support import TRIGGER, VECTORS, bench

SIGNATURES = json.loads((VECTORS / "mws" / "signatures.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", SIGNATURES, ids=lambda vector: vector["signature"][:8])
def test_the_signature_is_that_of_the_published_vector(vector: Any) -> None:
    asked = {name: vector[name] for name in ("method", "host", "path", "parameters")}
    assert sign.signature(vector["secret"], **asked) == vector["signature"]


@pytest.mark.parametrize("vector", SIGNATURES, ids=lambda vector: vector["signature"][:8])
def test_the_simulator_expects_the_same_signature(vector: Any) -> None:
    pairs = vector["parameters"].items()
    assert (
        judge.expected(vector["secret"], vector["method"], vector["host"], vector["path"], pairs)
        == (vector["signature"])
    )


NAMES = st.from_regex(r"[A-Za-z]{1,8}(\.Id)?(\.[0-9]{1,2})?", fullmatch=True)


@given(st.dictionaries(NAMES, st.text(max_size=30), max_size=12))
def test_the_query_says_what_it_was_made_of(parameters: dict[str, str]) -> None:
    query = sign.query(parameters)
    assert dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))) == parameters
    assert query.isascii()
    assert "+" not in query


@given(st.dictionaries(NAMES, st.text(max_size=30), max_size=12), st.text(min_size=1, max_size=40))
def test_client_and_simulator_sign_alike(parameters: dict[str, str], secret: str) -> None:
    asked = {"method": "POST", "host": "mws.amazonservices.com", "path": "/Orders/2013-09-01"}
    proof = sign.signature(secret, **asked, parameters=parameters)
    assert proof == judge.expected(secret, *asked.values(), parameters.items())


def test_the_tenth_of_a_list_is_signed_before_the_second() -> None:
    named = sign.query({f"AmazonOrderId.Id.{n}": str(n) for n in (2, 10, 1)})
    assert [pair.split("=")[1] for pair in named.split("&")] == ["1", "10", "2"]


def test_a_blank_is_encoded_and_a_tilde_is_not() -> None:
    assert sign.query({"A": "a b~c+d*e"}) == "A=a%20b~c%2Bd%2Ae"


def test_the_signature_is_encoded_in_the_query() -> None:
    whole = sign.signed("secret", method="POST", host="h", path="/", parameters={"A": "1"})
    proof = whole.rpartition("&Signature=")[2]
    assert not set(proof) & set("+/=")
    assert unquote(proof) == sign.signature("secret", method="POST", host="h", path="/", parameters={"A": "1"})


@pytest.mark.anyio
async def test_the_simulator_refuses_a_query_in_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_number(parameters: Mapping[str, str]) -> str:
        def place(name: str) -> tuple[str, int]:
            head, _, number = name.rpartition(".")
            return (head, int(number)) if number.isdigit() else (name, 0)

        return "&".join(f"{sign._encoded(n)}={sign._encoded(parameters[n])}" for n in sorted(parameters, key=place))

    body = {"amazonOrderIds": [f"111-0000000-{number:07}" for number in range(12)]}
    async with bench() as b:
        assert await b.run("getOrder", b.cfg("MWS"), body)
        monkeypatch.setattr(sign, "query", by_number)
        with pytest.raises(Denied) as refused:
            await b.run("getOrder", b.cfg("MWS"), body)
    assert refused.value.code == "SignatureDoesNotMatch"


@pytest.mark.anyio
async def test_every_request_is_a_signed_form_with_the_sellers_name_and_nothing_in_its_address() -> None:
    async with bench() as b:
        await b.run(TRIGGER, b.cfg("MWS", orderStatus="Shipped"))
        for asked in b.wire.seen:
            assert asked.method == "POST"
            assert "?" not in asked.url
            assert asked.params["SignatureMethod"] == "HmacSHA256"
            assert asked.params["SellerId"] == b.world.seller.id
            assert asked.headers["user-agent"].startswith("Sellerport/0 (Language=Python/")

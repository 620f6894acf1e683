"""The account's form: what is wrong with it before anything is sent, and where requests go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_wire.marketplaces import MARKETPLACES
from sellerport.amazon.account import Account, Credentials, account, problems_of, scale_of
from sellerport.errors import InputError, Problem
from sellerport.reading import read_form
from support import Time

SPAPI = {
    "sellerId": "A1EXAMPLE", "marketplaceId": "ATVPDKIKX0DER", "clientId": "amzn1.application-oa2-client.x",
    "clientSecret": "HUSH-SECRET", "refreshToken": "Atzr|HUSH-TOKEN",
}  # fmt: skip
MWS = {"api": "MWS", "sellerId": "A1EXAMPLE", "marketplaceId": "ATVPDKIKX0DER", "mwsAccessKey": "AKIAHUSH",
       "mwsSecretKey": "HUSH-KEY", "mwsAuthToken": "HUSH-AUTH"}  # fmt: skip


def problems(cfg: dict[str, Any]) -> dict[str, str]:
    """All that is wrong with a cfg: path -> text."""
    found: list[Problem] = []
    read_form(Credentials, cfg, found)
    found += problems_of(cfg)
    return {problem.path: problem.text for problem in found}


def credentials(cfg: dict[str, Any]) -> Credentials:
    found: list[Problem] = []
    read = read_form(Credentials, cfg, found)
    assert found == []
    assert isinstance(read, Credentials)
    return read


def made(cfg: dict[str, Any], **env: str) -> Account:
    return account(credentials(cfg), Time(), env, "1.0")


@pytest.mark.parametrize("cfg", [SPAPI, MWS, {**SPAPI, "api": "SP-API"}, {**SPAPI, "api": ""}, {**SPAPI, "api": None}])
def test_a_whole_account_has_no_problem(cfg: dict[str, Any]) -> None:
    assert problems(cfg) == {}


@pytest.mark.parametrize(("cfg", "name"), [*((SPAPI, n) for n in SPAPI), *((MWS, n) for n in MWS if n != "api")])
@pytest.mark.parametrize("absent", [None, "", "absent"])
def test_only_the_members_of_the_chosen_api_are_required(cfg: dict[str, Any], name: str, absent: Any) -> None:
    lacking = {n: v for n, v in cfg.items() if n != name} | ({} if absent == "absent" else {name: absent})
    assert set(problems(lacking)) == ({f"$.{name}"} if name != "mwsAuthToken" else set())


def test_members_of_the_other_api_may_be_anything() -> None:
    assert problems({**MWS, "clientId": "wrong"}) == {}
    assert problems({**SPAPI, "mwsSecretKey": "x"}) == {}


@pytest.mark.parametrize("place", MARKETPLACES)
def test_every_marketplace_is_taken_where_its_api_serves_it(place: str) -> None:
    market = MARKETPLACES[place]
    assert bool(problems({**SPAPI, "marketplaceId": place})) == (market.region is None)
    assert bool(problems({**MWS, "marketplaceId": place})) == (market.mws_host is None)


@pytest.mark.parametrize("place", ["NOWHERE", "atvpdkikx0der", 7, ["ATVPDKIKX0DER"]])
def test_a_marketplace_that_is_none_is_told(place: Any) -> None:
    assert "$.marketplaceId" in problems({**SPAPI, "marketplaceId": place})


def test_a_client_id_is_known_by_its_form_and_never_shown_since_it_may_be_the_secret() -> None:
    swapped = {**SPAPI, "clientId": "amzn1.oa2-cs.v1.HUSH", "clientSecret": SPAPI["clientId"]}
    told = problems(swapped)
    assert set(told) == {"$.clientId"}
    assert "amzn1.application-oa2-client." in told["$.clientId"]
    assert "HUSH" not in told["$.clientId"]


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "https://proxy.example/amazon",
                                      "http://[::1]:8080", "http://localhost"])  # fmt: skip
def test_an_endpoint_is_a_base_url(endpoint: str) -> None:
    assert problems({**SPAPI, "endpoint": endpoint}) == {}


@pytest.mark.parametrize("endpoint", ["127.0.0.1:8080", "ftp://h", "http://", "http://h:99999", "http://h:port", "http://h?q=1",
                                      "http://u:p@h", "http://h#f", "http://a b", "http://[::1", "nonsense", 7])  # fmt: skip
def test_an_endpoint_that_is_none_is_told(endpoint: Any) -> None:
    assert "$.endpoint" in problems({**SPAPI, "endpoint": endpoint})


@pytest.mark.parametrize(("typed", "scale"), [("1", 1.0), (60, 60.0), ("0.5", 0.5), ("none", None), ("None", None),
                                              (" none ", None), (None, 1.0), ("", 1.0)])  # fmt: skip
def test_a_scale_is_a_number_or_none(typed: Any, scale: float | None) -> None:
    assert problems({**SPAPI, "quotaScale": typed}) == {}
    assert scale_of(credentials({**SPAPI, "quotaScale": typed})) == scale


@pytest.mark.parametrize("typed", ["0", 0, "-1", -1, "fast", "inf", "nan", "1e400", True, []])
def test_a_scale_that_is_none_is_told(typed: Any) -> None:
    assert "$.quotaScale" in problems({**SPAPI, "quotaScale": typed})


@pytest.mark.parametrize(
    ("cfg", "place", "endpoint", "token"),
    [(SPAPI, "ATVPDKIKX0DER", "https://sellingpartnerapi-na.amazon.com", "https://api.amazon.com/auth/o2/token"),
     (SPAPI, "A1PA6795UKMFR9", "https://sellingpartnerapi-eu.amazon.com", "https://api.amazon.com/auth/o2/token"),
     (SPAPI, "A1VC38T7YXB528", "https://sellingpartnerapi-fe.amazon.com", "https://api.amazon.com/auth/o2/token"),
     (MWS, "ATVPDKIKX0DER", "https://mws.amazonservices.com", None),
     (MWS, "A1F83G8C2ARO7P", "https://mws-eu.amazonservices.com", None),
     (MWS, "A1VC38T7YXB528", "https://mws.amazonservices.jp", None)],
)  # fmt: skip
def test_host_and_region_follow_from_the_marketplace(cfg: Any, place: str, endpoint: str, token: str | None) -> None:
    own = made({**cfg, "marketplaceId": place})
    assert own.endpoint == endpoint
    assert token in (None, own.token_url)
    assert own.host == endpoint.removeprefix("https://")


@pytest.mark.parametrize(("endpoint", "host"), [("http://127.0.0.1:8080/", "127.0.0.1:8080"), ("http://h:80", "h"),
                                                ("https://H:443", "h"), ("http://h:443", "h:443"),
                                                ("http://[::1]:8080", "[::1]:8080")])  # fmt: skip
def test_an_endpoint_sends_everything_elsewhere(endpoint: str, host: str) -> None:
    own = made({**SPAPI, "endpoint": endpoint})
    assert own.token_url == endpoint.rstrip("/") + "/auth/o2/token"
    assert own.host == host


def test_waits_are_seconds_by_the_variables() -> None:
    own = made(SPAPI)
    assert (own.check_delay, own.time_limit) == (30.0, 3600.0)
    own = made(SPAPI, RESPONSE_CHECK_DELAY="50", RESPONSE_TIME_LIMIT="1500000")
    assert (own.check_delay, own.time_limit) == (0.05, 1500.0)
    assert made(SPAPI, RESPONSE_CHECK_DELAY="").check_delay == 30.0


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "1e999"])
def test_a_variable_that_is_no_number_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError, match="RESPONSE_CHECK_DELAY"):
        made(SPAPI, RESPONSE_CHECK_DELAY=text)


def test_the_user_agent_says_who_asks() -> None:
    assert made(SPAPI).user_agent.startswith("Sellerport/1.0 (Language=Python/3.")
    assert len(made(SPAPI).user_agent) < 500


@pytest.mark.parametrize("cfg", [SPAPI, MWS])
def test_credentials_show_no_secret(cfg: dict[str, Any]) -> None:
    read = credentials(cfg)
    assert "HUSH" not in repr(read)
    assert "HUSH" not in str(read)
    assert set(read.secrets()) == {value for value in cfg.values() if "HUSH" in value}


ANYTHING = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.text(), max_size=2)


@given(st.dictionaries(st.sampled_from([*SPAPI, *MWS, "endpoint", "quotaScale"]), ANYTHING))
def test_whatever_an_account_holds_it_is_read_or_its_problems_are_told(cfg: dict[str, Any]) -> None:
    if not problems(cfg):
        made(cfg)

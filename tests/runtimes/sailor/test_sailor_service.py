"""One-off calls: what is asked, what is posted back, and the exit code."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from sailor_flow import Asked, Platform, toy

from sellerport.contract import Component
from sellerport.errors import Denied, InputError, Problem
from sellerport.runtimes.sailor.log import log_of
from sellerport.runtimes.sailor.outcome import Failure
from sellerport.runtimes.sailor.service import serve

pytestmark = pytest.mark.anyio


async def choices(cfg: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, str]:
    return {"key": f"label of {cfg['a']}"}


def described(cfg: Mapping[str, Any]) -> dict[str, Any]:
    return {"in": {"type": "object", "title": cfg["a"]}, "out": {}}


COMPONENT = toy(models={"choices": choices}, metadata=described)


@pytest.fixture
def platform() -> Iterator[Platform]:
    server = Platform()
    yield server
    server.close()


async def asked(
    platform: Platform, method: str, component: Component | None = None, *, without: str = "", **env: str
) -> int:
    """Asks one call; its exit code."""
    given = {
        "ELASTICIO_POST_RESULT_URL": platform.url + "/result",
        "ELASTICIO_CFG": '{"a": "1"}',
        "ELASTICIO_API_URI": platform.url,
        "ELASTICIO_API_USERNAME": "u",
        "ELASTICIO_API_KEY": "k",
        "ELASTICIO_ACTION_OR_TRIGGER": "toy",
        "ELASTICIO_GET_MODEL_METHOD": "choices",
        **env,
    }
    given.pop(without, None)
    log = log_of(given, lambda line: None)
    return await serve(method, lambda: component or COMPONENT, env=given, log=log)


def posted(platform: Platform) -> Any:
    (request,) = platform.requests("POST")
    return json.loads(request.body)


def verifying(result: Any) -> Component:
    async def verify(cfg: Mapping[str, Any], env: Mapping[str, str]) -> Any:
        if isinstance(result, Exception):
            raise result
        return result

    return replace(COMPONENT, verify=verify)


@pytest.mark.parametrize("result", [[], None, ["the clock is 300 s slow"]])
async def test_credentials_are_verified_unless_there_is_an_error(platform: Platform, result: Any) -> None:
    assert await asked(platform, "verifyCredentials", verifying(result)) == 0
    assert posted(platform) == {"status": "success", "data": {"verified": True}}


async def test_an_error_is_the_reason_why_credentials_are_not_verified(platform: Platform) -> None:
    assert await asked(platform, "verifyCredentials", verifying(Denied("wrong key", code="InvalidKey"))) == 0
    data = {"verified": False, "reason": "InvalidKey: wrong key"}
    assert posted(platform) == {"status": "success", "data": data}


async def test_a_component_that_cannot_verify_takes_any_credentials(platform: Platform) -> None:
    assert await asked(platform, "verifyCredentials") == 0
    assert posted(platform) == {"status": "success", "data": {"verified": True}}


async def test_metadata_follow_from_the_cfg(platform: Platform) -> None:
    assert await asked(platform, "getMetaModel") == 0
    assert posted(platform) == {"status": "success", "data": {"in": {"type": "object", "title": "1"}, "out": {}}}


async def test_choices_are_a_flat_map(platform: Platform) -> None:
    assert await asked(platform, "selectModel") == 0
    assert posted(platform) == {"status": "success", "data": {"key": "label of 1"}}


@pytest.mark.parametrize(
    ("method", "without", "text"),
    [
        ("other", "", 'Unknown service method "other"'),
        ("verifyCredentials", "ELASTICIO_CFG", "ELASTICIO_CFG is not provided"),
        ("verifyCredentials", "ELASTICIO_API_URI", "ELASTICIO_API_URI is not provided"),
        ("verifyCredentials", "ELASTICIO_API_USERNAME", "ELASTICIO_API_USERNAME is not provided"),
        ("verifyCredentials", "ELASTICIO_API_KEY", "ELASTICIO_API_KEY is not provided"),
        ("getMetaModel", "ELASTICIO_ACTION_OR_TRIGGER", "ELASTICIO_ACTION_OR_TRIGGER is not provided"),
        ("selectModel", "ELASTICIO_ACTION_OR_TRIGGER", "ELASTICIO_ACTION_OR_TRIGGER is not provided"),
        ("selectModel", "ELASTICIO_GET_MODEL_METHOD", "ELASTICIO_GET_MODEL_METHOD is not provided"),
    ],
)
async def test_what_is_missing_is_posted(platform: Platform, method: str, without: str, text: str) -> None:
    assert await asked(platform, method, without=without) == 0
    assert posted(platform) == {"status": "error", "data": {"message": text}}


@pytest.mark.parametrize(
    ("method", "env", "text"),
    [
        ("verifyCredentials", {"ELASTICIO_CFG": "{"}, "Unable to parse CFG"),
        (
            "getMetaModel",
            {"ELASTICIO_ACTION_OR_TRIGGER": "f"},
            'Trigger or action "f" is not found in component.json!',
        ),
        (
            "selectModel",
            {"ELASTICIO_GET_MODEL_METHOD": "m"},
            'Method "m" is not found in "toy" action or trigger',
        ),
    ],
)
async def test_what_is_wrong_is_posted(platform: Platform, method: str, env: dict[str, str], text: str) -> None:
    assert await asked(platform, method, **env) == 0
    assert posted(platform) == {"status": "error", "data": {"message": text}}


async def test_a_function_whose_metadata_do_not_change_has_no_method_for_them(platform: Platform) -> None:
    assert await asked(platform, "getMetaModel", toy()) == 0
    assert posted(platform)["data"]["message"] == 'Method "getMetaModel" is not found in "toy" action or trigger'


async def test_an_error_of_the_component_is_a_result(platform: Platform) -> None:
    def broken(cfg: Mapping[str, Any]) -> dict[str, Any]:
        raise ValueError("no such category")

    assert await asked(platform, "getMetaModel", toy(metadata=broken)) == 0
    assert posted(platform) == {"status": "error", "data": {"message": "no such category"}}


async def test_a_component_that_cannot_be_loaded_is_a_result(platform: Platform) -> None:
    def load() -> Component:
        raise Failure("Failed to load component.json from /somewhere")

    env = {"ELASTICIO_POST_RESULT_URL": platform.url, "ELASTICIO_CFG": "{}"}
    env |= {f"ELASTICIO_API_{name}": "x" for name in ("URI", "USERNAME", "KEY")}
    assert await serve("verifyCredentials", load, env=env, log=log_of(env, lambda line: None)) == 0
    assert posted(platform)["data"]["message"] == "Failed to load component.json from /somewhere"


async def test_a_wrong_input_is_posted_and_logged_without_its_value(platform: Platform) -> None:
    async def refuse(cfg: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, str]:
        raise InputError([Problem("cfg", "$.place", "Expected a place, got 'SECRET-PLACE'")])

    said: list[bytes] = []
    env = {"ELASTICIO_POST_RESULT_URL": platform.url, "ELASTICIO_CFG": "{}", "ELASTICIO_GET_MODEL_METHOD": "choices"}
    env |= {"ELASTICIO_ACTION_OR_TRIGGER": "toy"} | {
        f"ELASTICIO_API_{name}": "x" for name in ("URI", "USERNAME", "KEY")
    }
    log = log_of(env, said.append)
    assert await serve("selectModel", lambda: toy(models={"choices": refuse}), env=env, log=log) == 0
    assert "SECRET-PLACE" in posted(platform)["data"]["message"]
    assert said
    assert not any(b"SECRET-PLACE" in line for line in said)


async def test_without_an_address_nothing_can_be_posted(platform: Platform) -> None:
    assert await asked(platform, "verifyCredentials", without="ELASTICIO_POST_RESULT_URL") == 1
    assert platform.asked == []


async def test_credentials_in_the_address_are_sent_as_a_header(platform: Platform) -> None:
    url = platform.url.replace("http://", "http://user%40x:p%3Ass@") + "/result?q=1"
    assert await asked(platform, "selectModel", ELASTICIO_POST_RESULT_URL=url) == 0
    (request,) = platform.requests("POST")
    assert request.headers["Authorization"] == "Basic dXNlckB4OnA6c3M="
    assert request.headers["Connection"] == "Keep-Alive"
    assert request.headers["Content-Type"] == "application/json"
    assert (request.path, "user" in request.headers["Host"]) == ("/result?q=1", False)


async def test_a_user_without_a_password_is_sent_as_a_header_too(platform: Platform) -> None:
    url = platform.url.replace("http://", "http://user@") + "/result"
    assert await asked(platform, "selectModel", ELASTICIO_POST_RESULT_URL=url) == 0
    (request,) = platform.requests("POST")
    assert request.headers["Authorization"] == "Basic dXNlcjo="


@pytest.mark.parametrize("status", [201, 204, 404])
async def test_any_other_status_than_200_is_a_failure(platform: Platform, status: int) -> None:
    platform.answers["POST"] = [(status, b"")]
    assert await asked(platform, "selectModel") == 1
    assert len(platform.requests("POST")) == 1


async def test_after_a_server_error_the_error_is_posted_once(platform: Platform) -> None:
    platform.answers["POST"] = [(500, b"")]
    assert await asked(platform, "selectModel") == 1
    first, second = (json.loads(request.body)["status"] for request in platform.requests("POST"))
    assert (first, second) == ("success", "error")


async def test_posting_is_tried_as_often_as_the_environment_says(platform: Platform) -> None:
    platform.answers["POST"] = [(500, b"")] * 2
    env = {"ELASTICIO_API_REQUEST_RETRY_ATTEMPTS": "3", "ELASTICIO_API_REQUEST_RETRY_DELAY": "1"}
    assert await asked(platform, "selectModel", **env) == 0
    assert len(platform.requests("POST")) == 3


async def test_nobody_at_the_address_is_a_failure(platform: Platform) -> None:
    assert await asked(platform, "selectModel", ELASTICIO_POST_RESULT_URL="http://127.0.0.1:1/") == 1


async def test_a_call_knows_the_components_variables_and_how_long_it_may_wait(platform: Platform) -> None:
    async def told(cfg: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, str]:
        return dict(env)

    component = replace(toy(models={"choices": told}), env_vars={"OWN": "mine"})
    assert await asked(platform, "selectModel", component, OWN="x", OTHER="y") == 0
    assert posted(platform)["data"] == {"OWN": "x", "RESPONSE_TIME_LIMIT": "45000"}


async def test_the_component_is_closed(platform: Platform) -> None:
    closed: list[bool] = []

    async def close() -> None:
        closed.append(True)

    await asked(platform, "selectModel", replace(COMPONENT, close=close))
    assert closed == [True]


def test_a_request_is_kept_as_it_came() -> None:
    assert Asked("GET", "/", {}, b"").method == "GET"

"""Passthrough, large messages, the error handler's input."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sailor_flow import Flow, decrypted, emitting, encrypted, toy

from sellerport.contract import Call, Data

pytestmark = pytest.mark.anyio

OBJECT_ID = "x-ipaas-object-storage-id"
EARLIER = {"step_0": {"id": "e", "headers": {"h": 1}, "body": {"early": True}, "attachments": {}}}


def whole(body: Any = None, **members: Any) -> dict[str, Any]:
    return {"body": {"in": 1} if body is None else body, "headers": {}, **members}


async def passed(flow: Flow, **env: str) -> Any:
    flow.platform.step["is_passthrough"] = True
    async with flow.step(emitting(Data({"out": 1}, headers={"x-eio-routing-key": flow.rabbit.keys["data"]})), **env):
        await flow.put(message=whole(passthrough=EARLIER), headers={"stepId": "step_9"})
        return (await flow.get("data")).message


async def test_passthrough_gains_the_steps_own_message(flow: Flow) -> None:
    message = await passed(flow)
    own = {"body": {"out": 1}, "headers": {"x-eio-routing-key": flow.rabbit.keys["data"]}}
    assert message["passthrough"] == EARLIER | {"step_1": own}
    assert message["headers"] == {}


async def test_without_self_passthrough_it_gains_the_incoming_message(flow: Flow) -> None:
    message = await passed(flow, NO_SELF_PASSTRHOUGH="true")
    assert message["passthrough"] == EARLIER | {"step_9": whole()}


async def test_without_self_passthrough_and_a_sender_it_stays_as_it_is(flow: Flow) -> None:
    flow.platform.step["is_passthrough"] = True
    async with flow.step(toy(), NO_SELF_PASSTRHOUGH="true"):
        await flow.put(message=whole(passthrough=EARLIER), headers={"messageId": "m"}, bare=True)
        assert (await flow.get("data")).message["passthrough"] == EARLIER


@pytest.mark.parametrize("value", [None, False, "true", 1])
async def test_passthrough_is_on_only_where_the_step_says_true(flow: Flow, value: Any) -> None:
    flow.platform.step["is_passthrough"] = value
    async with flow.step(toy()):
        await flow.put(message=whole(passthrough=EARLIER))
        assert "passthrough" not in (await flow.get("data")).message


async def test_a_components_own_passthrough_goes_through_when_it_is_off(flow: Flow) -> None:
    async with flow.step(emitting(Data(1, passthrough={"mine": {"body": 2}}))):
        await flow.put()
        assert (await flow.get("data")).message["passthrough"] == {"mine": {"body": 2}}


async def test_a_components_own_passthrough_is_replaced_when_it_is_on(flow: Flow) -> None:
    flow.platform.step["is_passthrough"] = True
    async with flow.step(emitting(Data(1, passthrough={"mine": {"body": 2}}))):
        await flow.put()
        assert set((await flow.get("data")).message["passthrough"]) == {"step_1"}


async def seen(call: Call, port: Any) -> AsyncIterator[Any]:
    yield Data({"body": call.body, "headers": dict(call.message.headers), "extra": dict(call.message.extra)})


async def test_a_body_in_the_object_storage_is_fetched(flow: Flow) -> None:
    flow.platform.objects["o1"] = encrypted({"large": "body"})
    async with flow.step(toy(seen)):
        await flow.put(message={"body": {}, "headers": {OBJECT_ID: "o1"}})
        message = (await flow.get("data")).message
    assert message["body"]["body"] == {"large": "body"}
    assert message["body"]["headers"] == {OBJECT_ID: "o1"}
    (asked,) = flow.platform.requests("GET", "/objects/o1")
    assert asked.headers["Authorization"] == "Bearer token-of-the-storage"
    assert asked.headers["x-request-id"] == "f:5559edd38968ec0736000003;s:step_1;m:"


async def test_an_objects_id_stays_in_the_storages_folder(flow: Flow) -> None:
    flow.platform.answers["GET /objects/..%2Fadmin%3Fall%3D1%C3%A4"] = [(404, {})]
    async with flow.step(toy(seen)):
        await flow.put(message={"body": {}, "headers": {OBJECT_ID: "../admin?all=1ä"}})
        assert (await flow.get("error")).error["message"] == "Failed to get message body with id=../admin?all=1ä"
    assert len(flow.platform.requests("GET", "/objects/..%2Fadmin%3Fall%3D1%C3%A4")) == 1


async def test_bodies_of_earlier_steps_are_fetched_too(flow: Flow) -> None:
    flow.platform.objects["o2"] = encrypted({"early": 2})
    flow.platform.step["is_passthrough"] = True
    earlier = {"step_0": {"body": {}, "headers": {OBJECT_ID: "o2"}}}
    async with flow.step(toy()):
        await flow.put(message=whole(passthrough=earlier))
        passthrough = (await flow.get("data")).message["passthrough"]
    assert passthrough["step_0"] == {"body": {"early": 2}, "headers": {OBJECT_ID: "o2"}}


async def test_a_function_may_want_its_objects_unresolved(flow: Flow) -> None:
    async with flow.step(toy(seen, auto_resolve=False)):
        await flow.put(message={"body": {}, "headers": {OBJECT_ID: "o1"}})
        assert (await flow.get("data")).message["body"]["body"] == {}
    assert flow.platform.requests("GET", "/objects") == []


@pytest.mark.parametrize(("statuses", "asked"), [([404], 1), ([500, 500, 500], 3)])
async def test_a_body_that_cannot_be_fetched_is_an_error_and_the_step_goes_on(
    flow: Flow, statuses: list[int], asked: int
) -> None:
    flow.platform.answers["GET /objects/o1"] = [(status, {}) for status in statuses]
    async with flow.step(toy(seen)):
        await flow.put(message={"body": {}, "headers": {OBJECT_ID: "o1"}})
        error = (await flow.get("error")).error
    assert (error["name"], error["message"]) == ("Error", "Failed to get message body with id=o1")
    assert len(flow.platform.requests("GET", "/objects")) == asked
    assert await flow.left() == 0


async def test_a_body_that_another_key_encrypted_is_an_error(flow: Flow) -> None:
    flow.platform.objects["o1"] = b"x" * 32
    async with flow.step(toy(seen)):
        await flow.put(message={"body": {}, "headers": {OBJECT_ID: "o1"}})
        assert (await flow.get("error")).error["message"] == "Failed to get message body with id=o1"


@pytest.mark.parametrize(("retries", "asked"), [("1", 2), ("9", 3)])
async def test_how_often_an_object_is_asked_for(flow: Flow, retries: str, asked: int) -> None:
    flow.platform.answers["GET /objects/o1"] = [(500, {})] * 5
    environment = flow.environment

    def with_retries(**more: str) -> dict[str, str]:
        return environment(**more) | {"REQUEST_MAX_RETRY": retries}

    flow.environment = with_retries  # type: ignore[method-assign]
    async with flow.step(toy(seen)):
        await flow.put(message={"body": {}, "headers": {OBJECT_ID: "o1"}})
        await flow.get("error")
    assert len(flow.platform.requests("GET", "/objects")) == asked


LIGHT = {"EMIT_LIGHTWEIGHT_MESSAGE": "true", "OBJECT_STORAGE_SIZE_THRESHOLD": "40"}


async def test_a_large_body_goes_to_the_object_storage(flow: Flow) -> None:
    body = {"text": "ä" * 40}
    async with flow.step(emitting(Data(body, headers={"h": 1})), **LIGHT):
        await flow.put()
        message = (await flow.get("data")).message
    ((name, stored),) = flow.platform.objects.items()
    assert message == {"body": {}, "headers": {"h": 1, OBJECT_ID: name}}
    assert decrypted(stored) == body
    (asked,) = flow.platform.requests("POST", "/objects")
    assert asked.headers["Content-Type"] == "application/json"


async def test_a_small_body_stays_in_the_message(flow: Flow) -> None:
    async with flow.step(emitting(Data("x" * 38)), **LIGHT):
        await flow.put()
        assert (await flow.get("data")).message["body"] == "x" * 38
    assert flow.platform.objects == {}


async def test_size_counts_the_passthrough_and_known_objects_are_used_again(flow: Flow) -> None:
    flow.platform.step["is_passthrough"] = True
    flow.platform.objects["o2"] = encrypted({"early": "x" * 30})
    earlier = {
        "step_0": {"body": {}, "headers": {OBJECT_ID: "o2"}},
        "step_00": {"body": {"small": 1}, "headers": {}},
    }
    async with flow.step(emitting(Data({"out": 1})), **LIGHT):
        await flow.put(message=whole(passthrough=earlier))
        message = (await flow.get("data")).message
    passthrough, objects = message["passthrough"], flow.platform.objects
    assert message["body"] == {}
    assert passthrough["step_0"] == {"body": {}, "headers": {OBJECT_ID: "o2"}}
    assert decrypted(objects[passthrough["step_00"]["headers"][OBJECT_ID]]) == {"small": 1}
    assert passthrough["step_1"] == {"body": {}, "headers": message["headers"]}
    assert decrypted(objects[message["headers"][OBJECT_ID]]) == {"out": 1}
    assert len(objects) == 3


async def test_a_body_that_cannot_be_stored_is_an_error(flow: Flow) -> None:
    flow.platform.answers["POST"] = [(500, {})] * 3
    async with flow.step(emitting(Data("x" * 50)), **LIGHT):
        await flow.put()
        error = (await flow.get("error")).error
    assert (error["name"], error["message"]) == ("Error", "Lightweight message/passthrough body upload error")


async def test_unresolved_bodies_are_inlined_on_their_way_out(flow: Flow) -> None:
    flow.platform.step["is_passthrough"] = True
    flow.platform.objects["o2"] = encrypted({"early": 2})
    earlier = {"step_0": {"body": {}, "headers": {OBJECT_ID: "o2"}}}
    async with flow.step(toy(auto_resolve=False)):
        await flow.put(message=whole(passthrough=earlier))
        passthrough = (await flow.get("data")).message["passthrough"]
    assert passthrough["step_0"]["body"] == {"early": 2}


async def test_the_error_handlers_input_is_plain_json_with_encrypted_values(flow: Flow) -> None:
    error = {"name": "Error", "message": "it failed", "stack": "s"}
    content = {
        "error": base64.b64encode(encrypted(error)).decode(),
        "errorInput": base64.b64encode(encrypted({"body": {"a": 1}})).decode(),
    }
    async with flow.step(toy(seen), INPUT_FORMAT="error"):
        await flow.put(message=json.dumps(content).encode(), headers={"messageId": "m", "n": 1}, bare=True)
        message = (await flow.get("data")).message["body"]
    assert message["body"] == {"error": error, "errorInput": {"body": {"a": 1}}}
    assert message["headers"] == {"messageId": "m", "n": 1}


async def test_the_error_handlers_input_may_lack_a_part(flow: Flow) -> None:
    async with flow.step(toy(seen), INPUT_FORMAT="error"):
        await flow.put(message=b"{}")
        assert (await flow.get("data")).message["body"]["body"] == {}


async def test_an_error_of_the_error_handler_carries_its_input(flow: Flow) -> None:
    from sellerport.contract import Error

    async with flow.step(emitting(Error("again")), INPUT_FORMAT="error"):
        await flow.put(message=b"{}", headers={"protocolVersion": 2})
        assert json.loads((await flow.get("error")).content)["errorInput"] == "{}"


async def test_a_webhooks_members_reach_the_function(flow: Flow) -> None:
    more = {"method": "POST", "url": "/hook", "query": {"q": "1"}}
    async with flow.step(toy(seen)):
        await flow.put(message=whole(**more))
        assert (await flow.get("data")).message["body"]["extra"] == more


async def test_a_message_without_a_body_or_headers_is_worked_on(flow: Flow) -> None:
    async with flow.step(toy(seen)):
        await flow.put(message={"id": "x", "headers": None})
        assert (await flow.get("data")).message["body"] == {"body": {}, "headers": {}, "extra": {}}

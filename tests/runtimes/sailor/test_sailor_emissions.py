"""What leaves the step, kind by kind: content, headers, routing key, and what becomes of the input."""

import asyncio
import base64
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sailor_flow import Flow, decrypted_text, emitting, encrypted, toy

from sellerport.contract import Call, Data, Error, HttpReply, Keys, Rebound, Snapshot, SnapshotUpdate

pytestmark = pytest.mark.anyio

COMMON = {
    "execId": "some-exec-id",
    "taskId": "5559edd38968ec0736000003",
    "workspaceId": "workspace-1",
    "containerId": "container-1",
    "userId": "user-1",
    "stepId": "step_1",
    "compId": "comp-1",
    "function": "toy",
}


async def settled(flow: Flow, *, left: int = 0) -> None:
    """The step has ended and so many messages are left in its queue."""
    assert await flow.left() == left


async def test_data_carry_the_steps_headers_and_nothing_else(flow: Flow) -> None:
    async with flow.step(toy()):
        sent = await flow.put({"a": 1})
        got = await flow.get("data")
    start, end, message_id = (got.headers.pop(name) for name in ("start", "end", "messageId"))
    assert got.headers == COMMON | {
        "threadId": "thread-1",
        "parentMessageId": sent["messageId"],
        "protocolVersion": 1,
    }
    assert 0 < start <= end
    assert uuid.UUID(message_id).version == 4
    await settled(flow)


async def test_messages_have_the_originals_properties_and_no_others(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put()
        got = await flow.get("data")
    given = {name: value for name, value in vars(got.properties).items() if value is not None and name != "headers"}
    assert given == {"content_type": "application/json", "content_encoding": "utf8", "delivery_mode": 1}


async def test_persistent_messages_are_marked(flow: Flow) -> None:
    async with flow.step(toy(), AMQP_PERSISTENT_MESSAGES="true"):
        await flow.put()
        assert (await flow.get("data")).properties.delivery_mode == 2


@pytest.mark.parametrize("version", [1, 2])
async def test_data_are_encrypted_in_the_flows_protocol_version(flow: Flow, version: int) -> None:
    async with flow.step(emitting(Data({"b": "ä"})), PROTOCOL_VERSION=str(version)):
        await flow.put(version=3 - version)
        got = await flow.get("data")
    secret = encrypted({"body": {"b": "ä"}, "headers": {}})
    assert got.content == (secret if version == 2 else base64.b64encode(secret))
    assert got.headers["protocolVersion"] == version


async def test_data_may_have_an_id_headers_and_attachments(flow: Flow) -> None:
    data = Data(1, id="mine", headers={"h": "v"}, attachments={"a.csv": {"url": "http://x/y", "size": 1}})
    async with flow.step(emitting(data)):
        await flow.put()
        got = await flow.get("data")
    attached = {"a.csv": {"url": "http://x/y", "size": 1}}
    assert got.message == {"id": "mine", "body": 1, "headers": {"h": "v"}, "attachments": attached}
    assert got.headers["messageId"] == "mine"


async def test_each_data_emission_has_a_message_id_of_its_own(flow: Flow) -> None:
    async with flow.step(emitting(Data(1), Data(2), Snapshot({}), Error("no"), Error("no"))):
        await flow.put()
        ids = [(await flow.get()).headers["messageId"] for _ in range(5)]
    assert len(set(ids)) == 3
    assert ids[2] == ids[3] == ids[4]


async def test_a_message_can_name_its_own_routing_key(flow: Flow) -> None:
    async with flow.step(emitting(Data(1, headers={"X-EIO-Routing-Key": flow.rabbit.keys["reply"], "other": "o"}))):
        await flow.put()
        got = await flow.get("reply")
    assert got.message == {"body": 1, "headers": {"other": "o"}}


async def test_additional_variables_are_headers(flow: Flow) -> None:
    env = {"ADDITIONAL_VARS_FOR_HEADERS": "ELASTICIO_CONTRACT_ID,NOT_THERE", "CONTRACT_ID": "contract-7"}
    async with flow.step(toy(), **env):
        await flow.put()
        headers = (await flow.get("data")).headers
    assert headers["contractId"] == "contract-7"
    assert "notThere" not in headers


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        ({"threadId": "t"}, {"threadId": "t"}),
        ({"threadId": None, "x-eio-meta-trace-id": "trace"}, {"threadId": "trace", "x-eio-meta-trace-id": "trace"}),
        ({"X-EIO-Meta-Own": "m"}, {"x-eio-meta-own": "m"}),
        ({"reply_to": "somewhere"}, {"reply_to": "somewhere"}),
    ],
)
async def test_what_is_kept_of_the_incoming_headers(flow: Flow, incoming: dict, expected: dict) -> None:
    async with flow.step(toy()):
        await flow.put(headers=incoming)
        headers = (await flow.get("data")).headers
    assert {name: headers.get(name) for name in expected} == expected


async def test_a_message_without_a_thread_begins_one(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put(headers={"messageId": "m"}, bare=True)
        headers = (await flow.get("data")).headers
    assert uuid.UUID(headers["threadId"]).version == 4


async def test_other_incoming_headers_are_dropped(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put(headers={"whatever": "x", "execId": "another", "taskId": "another", "userId": "another"})
        headers = (await flow.get("data")).headers
    assert "whatever" not in headers
    assert {name: headers[name] for name in COMMON} == COMMON


async def test_an_error_is_reported_with_the_input_and_rejects_it(flow: Flow) -> None:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        raise KeyError("gone")
        yield

    async with flow.step(toy(run)):
        sent = await flow.put({"a": 1})
        got = await flow.get("error")
    assert (got.error["name"], got.error["message"]) == ("KeyError", "'gone'")
    assert list(got.error) == ["name", "message", "stack"]
    assert "Traceback" in got.error["stack"]
    assert decrypted_text(json.loads(got.content)["errorInput"]) == {"body": {"a": 1}, "headers": {}}
    assert got.headers["parentMessageId"] == sent["messageId"]
    assert {"start", "end"} <= set(got.headers)
    assert "protocolVersion" not in got.headers
    await settled(flow)


async def test_an_error_text_has_the_originals_name_and_no_stack(flow: Flow) -> None:
    async with flow.step(emitting(Error("it is so"))):
        await flow.put()
        got = await flow.get("error")
    assert got.error == {"name": "Error", "message": "it is so", "stack": "Not Available"}


@pytest.mark.parametrize("version", [1, 2])
async def test_the_input_of_an_error_is_base64_in_every_version(flow: Flow, version: int) -> None:
    async with flow.step(emitting(Error("no"))):
        await flow.put({"v": version}, version=version)
        got = await flow.get("error")
    assert decrypted_text(json.loads(got.content)["errorInput"])["body"] == {"v": version}


async def test_after_an_error_the_run_goes_on_and_the_input_is_rejected(flow: Flow) -> None:
    async with flow.step(emitting(Error("first"), Data(2))):
        await flow.put()
        assert (await flow.get("error")).error["message"] == "first"
        assert (await flow.get("data")).message["body"] == 2
    await settled(flow)


async def test_whoever_waits_for_a_reply_gets_the_error_too(flow: Flow) -> None:
    async with flow.step(emitting(Error("no"))):
        await flow.put(headers={"reply_to": flow.rabbit.keys["reply"]})
        await flow.get("error")
        got = await flow.get("reply")
    assert decrypted_text(got.content)["message"] == "no"
    assert got.headers["x-eio-error-response"] is True
    assert "protocolVersion" not in got.headers


async def test_error_replies_can_be_switched_off(flow: Flow) -> None:
    async with flow.step(emitting(Error("no"), Data(1)), NO_ERROR_REPLIES="true"):
        await flow.put(headers={"reply_to": flow.rabbit.keys["reply"]})
        assert [(await flow.get()).key for _ in range(2)] == ["error", "data"]


async def test_a_reply_is_encrypted_in_version_1(flow: Flow) -> None:
    reply = HttpReply({"ok": True}, 201, {"X-Eio-Routing-Key": "no", "h": "v"})
    async with flow.step(emitting(reply), PROTOCOL_VERSION="2"):
        await flow.put(headers={"reply_to": flow.rabbit.keys["reply"]})
        got = await flow.get("reply")
    assert got.message == {"statusCode": 201, "headers": {"h": "v"}, "body": {"ok": True}}
    assert got.headers["protocolVersion"] == 1
    assert got.headers["reply_to"] == flow.rabbit.keys["reply"]
    await settled(flow)


async def test_a_reply_to_nobody_is_an_error(flow: Flow) -> None:
    async with flow.step(emitting(HttpReply("x"), Data(1))):
        await flow.put()
        got = await flow.get("error")
    text = "Component emitted 'httpReply' event but 'reply_to' was not found in AMQP headers"
    assert (got.error["name"], got.error["message"]) == ("Error", text)


async def test_reply_to_is_in_the_messages_own_headers(flow: Flow) -> None:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Data(dict(call.message.headers))

    async with flow.step(toy(run)):
        await flow.put(headers={"reply_to": "somewhere"}, message={"body": {}, "headers": {"own": 1}})
        assert (await flow.get("data")).message["body"] == {"own": 1, "reply_to": "somewhere"}


async def test_a_rebound_sends_the_input_back_as_it_came(flow: Flow) -> None:
    async with flow.step(emitting(Rebound("later"))):
        content = base64.b64encode(encrypted({"body": 1}))
        sent = await flow.put(message=content, headers={"own": "header"}, correlation_id="c1", type="t")
        got = await flow.get("rebound")
    end = got.headers.pop("end")
    assert got.headers == sent | {"reboundReason": "later", "reboundIteration": 1}
    assert got.content == content
    assert end > 0
    given = {name: value for name, value in vars(got.properties).items() if value is not None and name != "headers"}
    assert given == {"delivery_mode": 1, "correlation_id": "c1", "type": "t", "expiration": "15000"}
    await settled(flow)


@pytest.mark.parametrize(("iteration", "wait"), [(1, 15000 * 2), (4, 15000 * 16)])
async def test_a_rebounds_pause_doubles(flow: Flow, iteration: int, wait: int) -> None:
    """The queue that holds rebounds keeps the time as its property; a queue without one would drop it at once."""
    async with flow.step(emitting(Rebound(ValueError("later"))), REBOUND_INITIAL_EXPIRATION="15000"):
        await flow.put(headers={"reboundIteration": iteration, "protocolVersion": 2}, message=encrypted({"body": 1}))
        got = await flow.get("rebound")
    assert got.properties.expiration == str(wait)
    assert got.headers["reboundIteration"] == iteration + 1
    assert got.headers["protocolVersion"] == 2
    assert got.headers["reboundReason"] == "later"


async def test_a_persistent_step_sends_persistent_rebounds(flow: Flow) -> None:
    async with flow.step(emitting(Rebound("later")), AMQP_PERSISTENT_MESSAGES="1"):
        await flow.put(content_type="text/plain")
        got = await flow.get("rebound")
    assert (got.properties.delivery_mode, got.properties.content_type) == (2, "text/plain")


async def test_too_many_rebounds_are_an_error_and_the_input_is_acknowledged(flow: Flow) -> None:
    async with flow.step(emitting(Rebound("later"), Data(1)), REBOUND_LIMIT="3"):
        await flow.put(headers={"reboundIteration": 3})
        got = await flow.get("error")
        await flow.get("data")
    assert (got.error["name"], got.error["message"]) == ("Error", "Rebound limit exceeded")
    assert "end" not in got.headers
    await settled(flow)


async def test_a_snapshot_is_plain_json(flow: Flow) -> None:
    async with flow.step(emitting(Snapshot({"at": "ü"}))):
        sent = await flow.put()
        got = await flow.get("snapshot")
    assert got.content == '{"at":"ü"}'.encode()
    assert got.headers["snapshotEvent"] == "snapshot"
    assert got.headers["parentMessageId"] == sent["messageId"]
    assert "end" not in got.headers
    assert "protocolVersion" not in got.headers


async def test_a_snapshot_update_sends_the_change_alone(flow: Flow) -> None:
    flow.platform.step["snapshot"] = {"a": 1, "b": 1}
    seen: list[Any] = []

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        seen.append(call.snapshot)
        yield SnapshotUpdate({"b": 2, "c": 3})

    async with flow.step(toy(run)):
        await flow.put()
        got = await flow.get("snapshot")
        await flow.put()
        await flow.get("snapshot")
    assert (got.content, got.headers["snapshotEvent"]) == (b'{"b":2,"c":3}', "updateSnapshot")
    assert seen == [{"a": 1, "b": 1}, {"a": 1, "b": 2, "c": 3}]


@pytest.mark.parametrize("delta", [{"$set": {"a": 1}}, ["a"], "text"])
async def test_a_snapshot_update_that_is_none_is_not_sent(flow: Flow, delta: Any) -> None:
    async with flow.step(emitting(SnapshotUpdate(delta), Data(1))):
        await flow.put()
        await flow.get("data")
    assert flow.said("updateSnapshot")
    await settled(flow)


async def test_every_message_of_a_process_sees_the_last_snapshot(flow: Flow) -> None:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Snapshot({"n": call.snapshot.get("n", 0) + 1})

    async with flow.step(toy(run)):
        for n in (1, 2, 3):
            await flow.put()
            assert json.loads((await flow.get("snapshot")).content) == {"n": n}


async def test_a_snapshot_that_is_changed_by_the_run_stays_as_it_was(flow: Flow) -> None:
    flow.platform.step["snapshot"] = {"list": []}
    seen: list[Any] = []

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        seen.append(list(call.snapshot["list"]))
        call.snapshot["list"].append(1)
        yield Data(1)

    async with flow.step(toy(run)):
        for _ in range(2):
            await flow.put()
            await flow.get("data")
    assert seen == [[], []]


async def test_keys_are_stored_with_the_account(flow: Flow) -> None:
    flow.platform.step["config"] = {"_account": "acc1"}
    async with flow.step(emitting(Keys({"token": "new"}), Data(1))):
        await flow.put()
        await flow.get("data")
    (asked,) = flow.platform.requests("PUT")
    assert (asked.path, json.loads(asked.body)) == ("/v1/accounts/acc1", {"keys": {"token": "new"}})
    assert asked.headers["Authorization"] == "Basic " + base64.b64encode(b"test@test.com:5559edd").decode()


async def test_keys_that_cannot_be_stored_are_an_error(flow: Flow) -> None:
    flow.platform.step["config"] = {"_account": "acc1"}
    flow.platform.answers["PUT"] = [(403, {"error": "not yours"})]
    async with flow.step(emitting(Keys({"token": "new"}))):
        await flow.put()
        error = (await flow.get("error")).error
    assert (error["name"], error["message"]) == ("Error", '{"error":"not yours"}')


async def test_keys_without_an_account_are_an_error(flow: Flow) -> None:
    async with flow.step(emitting(Keys({"token": "new"}))):
        await flow.put()
        error = (await flow.get("error")).error
    text = "Missing value for parameter '{id}'. Please provide argument: 0"
    assert (error["name"], error["message"]) == ("Error", text)


async def test_a_message_that_is_too_large_is_an_error_and_the_run_goes_on(flow: Flow) -> None:
    async with flow.step(emitting(Data("x" * 600), Data("y")), OUTGOING_MESSAGE_SIZE_LIMIT="500"):
        await flow.put()
        got = await flow.get("error")
        assert (await flow.get("data")).message["body"] == "y"
    assert (got.error["name"], got.error["message"]) == (
        "Error",
        "Outgoing message size 856 exceeds limit of 500.",
    )
    await settled(flow)


async def test_a_body_that_json_cannot_hold_is_an_error(flow: Flow) -> None:
    async with flow.step(emitting(Data(object()))):
        await flow.put()
        assert "JSON" in (await flow.get("error")).error["message"]


async def test_not_a_number_is_null_and_lone_surrogates_survive(flow: Flow) -> None:
    async with flow.step(emitting(Data([float("nan"), float("inf"), "\ud83d"]))):
        await flow.put()
        assert (await flow.get("data")).message["body"] == [None, None, "\ud83d"]


async def test_what_is_not_looked_at_goes_through_as_it_came(flow: Flow) -> None:
    body = '{"n":1.0,"big":12345678901234567890123,"e":1E5}'
    plain = f'{{"body":{body},"headers":{{"h":1e0}}}}'.encode()
    flow.platform.step["is_passthrough"] = True
    async with flow.step(emitting(Data(0)), NO_SELF_PASSTRHOUGH="true"):
        await flow.put(message=base64.b64encode(encrypted(plain)))
        got = await flow.get("data")
    assert body.encode() in _plain(got.content)


async def test_a_lone_surrogate_goes_through(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put(message=base64.b64encode(encrypted(b'{"body":{"s":"\\ud83d"},"headers":{}}')))
        assert (await flow.get("data")).message["body"] == {"s": "\ud83d"}


def _plain(content: bytes) -> bytes:
    from sellerport.runtimes.sailor.cipher import Cipher

    return Cipher("testCryptoPassword", "iv=any16_symbols").decrypted(base64.b64decode(content))


async def test_the_input_is_acknowledged_only_after_the_last_emission(flow: Flow) -> None:
    go = asyncio.Event()

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Data(1)
        await go.wait()
        yield Data(2)

    running = flow.started(toy(run))
    await running.ready()
    await flow.put()
    await flow.get("data")
    running.stop.set()
    await asyncio.sleep(0)
    assert not running.task.done()
    go.set()
    assert (await flow.get("data")).message["body"] == 2
    assert await running.end() == 0
    await settled(flow)

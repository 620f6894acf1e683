"""The platform's original runtime as a witness: the same input, and what leaves it beside what leaves ours.

The witness (elasticio-sailor-nodejs 2.7.8, from npm) runs the toy of witness/toy.js, ours the same toy in Python. What
may differ is said in `normal`: ids, times, stacks; and that every data emission of ours has a messageId of its own.
"""

import asyncio
import base64
import importlib.util
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sailor_flow import Flow, Got, Platform, Rabbit, decrypted, decrypted_text, encrypted
from sailor_witness import HERE, original

from sellerport.contract import Component

pytestmark = pytest.mark.anyio


@pytest.fixture
def twin(broker: str) -> Iterator[Flow]:
    rabbit, platform = Rabbit(broker), Platform()
    yield Flow(broker, rabbit, platform)
    rabbit.close()
    platform.close()


def component() -> Component:
    spec = importlib.util.spec_from_file_location("toy", HERE / "toy.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Component = module.COMPONENT
    return found


def normal(flow: Flow, got: Got) -> dict[str, Any]:
    """A message as both runtimes should make it."""
    headers = {name: "(new)" if name in ("messageId", "start", "end") else value for name, value in got.headers.items()}
    properties = {name: value for name, value in vars(got.properties).items() if value is not None}
    properties.pop("headers", None)
    return {"kind": got.key, "headers": headers, "properties": properties, "content": _content(flow, got)}


def _content(flow: Flow, got: Got) -> Any:
    if got.key == "error":
        report = {name: decrypted_text(value) for name, value in json.loads(got.content).items()}
        return report | {"error": report["error"] | {"stack": "(a stack)"}}
    if got.key == "snapshot":
        return json.loads(got.content)
    if got.key == "rebound":
        return got.content
    if got.headers.get("x-eio-error-response"):
        return decrypted_text(got.content) | {"stack": "(a stack)"}
    return _stored(flow, got.message)


def _stored(flow: Flow, message: Any) -> Any:
    """The message with the bodies that lie in the object storage in their places."""
    entries = [message, *message.get("passthrough", {}).values()]
    for entry in entries:
        object_id = entry["headers"].pop("x-ipaas-object-storage-id", None)
        if object_id:
            assert entry["body"] == {}
            entry["body"] = {"stored": decrypted(flow.platform.objects[object_id])}
    return message


INPUTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "the body": ({"a": 1, "ü": [None, True, 1.5, "日本"]}, {}),
    "meta headers": ({"a": 1}, {"X-EIO-Meta-Own": "m", "x-eio-meta-trace-id": "t", "other": "o"}),
    "a thread of the trace": ({"a": 1}, {"threadId": "", "x-eio-meta-trace-id": "trace"}),
    "data with an id and headers": ({"emit": [["data", {"id": "i", "body": 1, "headers": {"h": "v"}}]]}, {}),
    "two data": ({"emit": [["data", {"body": 1}], ["data", {"body": [2]}]]}, {}),
    "an error": ({"emit": [["error", "it failed"]]}, {}),
    "an error with a reply": ({"emit": [["error", "it failed"]]}, {"reply_to": "(reply)"}),
    "a rebound": ({"emit": [["rebound", "later"]]}, {}),
    "a third rebound": ({"emit": [["rebound", "later"]]}, {"reboundIteration": 2, "x-own": "kept", "n": 5, "b": True}),
    "a rebound too many": ({"emit": [["rebound", "later"], ["data", {"body": 1}]]}, {"reboundIteration": 20}),
    "a snapshot": ({"emit": [["snapshot", {"at": "ü"}], ["data", {"body": 1}]]}, {}),
    "a snapshot update": ({"emit": [["updateSnapshot", {"at": 1}]]}, {}),
    "no snapshot update": ({"emit": [["updateSnapshot", {"$set": {"a": 1}}], ["data", {"body": 1}]]}, {}),
    "a reply": (
        {"emit": [["httpReply", {"statusCode": 201, "headers": {"h": "v"}, "body": {"ok": 1}}]]},
        {"reply_to": "(reply)"},
    ),
    "a routing key": ({"emit": [["data", {"body": 1, "headers": {"X-Eio-Routing-Key": "(reply)", "h": 1}}]]}, {}),
    "too large": ({"emit": [["data", {"body": "x" * 3000}]]}, {}),
}
SETTINGS: dict[str, dict[str, str]] = {
    "version 1": {},
    "version 2": {"PROTOCOL_VERSION": "2"},
    "passthrough": {"_passthrough": "yes"},
    "passthrough, version 2": {"_passthrough": "yes", "PROTOCOL_VERSION": "2"},
    "no self passthrough": {"_passthrough": "yes", "NO_SELF_PASSTRHOUGH": "true"},
    "lightweight": {
        "_passthrough": "yes",
        "EMIT_LIGHTWEIGHT_MESSAGE": "true",
        "OBJECT_STORAGE_SIZE_THRESHOLD": "20",
    },
    "headers and persistence": {
        "AMQP_PERSISTENT_MESSAGES": "true",
        "ADDITIONAL_VARS_FOR_HEADERS": "ELASTICIO_CONTRACT_ID, OWN",
        "CONTRACT_ID": "c1",
        "NO_ERROR_REPLIES": "true",
    },
}
EARLIER = {"step_0": {"id": "e", "headers": {"h": 1}, "body": {"early": True}, "attachments": {}}}
MARK = {"body": "the end of this input", "headers": {}}


async def sent(flow: Flow, name: str, *, version: int, passthrough: bool) -> list[dict[str, Any]]:
    """What leaves the step for one input of the table; a second input marks the end."""
    body, more = INPUTS[name]
    reply = flow.rabbit.keys["reply"]
    body = json.loads(json.dumps(body).replace("(reply)", reply))
    headers = {key: reply if value == "(reply)" else value for key, value in more.items()}
    message = {"id": "in", "body": body, "headers": {}, "attachments": {}}
    if passthrough:
        message["passthrough"] = EARLIER
    ids = {"messageId": f"m-{name}", "parentMessageId": "p"}
    await flow.put(message=message, headers={**ids, **headers}, version=version)
    await flow.put(message={**MARK, "passthrough": {}}, headers={"messageId": "mark"})
    found = []
    while True:
        got = await flow.get()
        if got.headers.get("parentMessageId") == "mark":
            return sorted(found, key=lambda said: (said["kind"], json.dumps(said, default=str)))
        text = json.dumps(normal(flow, got), default=_text)
        found.append(json.loads(text.replace(flow.rabbit.name, "(flow)")))


def _text(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize("setting", SETTINGS)
async def test_what_leaves_ours_is_what_leaves_the_original(flow: Flow, twin: Flow, witness: str, setting: str) -> None:
    env = {"OUTGOING_MESSAGE_SIZE_LIMIT": "2500", "REBOUND_INITIAL_EXPIRATION": "20000", "ERROR_RATE_LIMIT": "100"}
    env |= SETTINGS[setting]
    passthrough = env.pop("_passthrough", "") == "yes"
    for one in (flow, twin):
        one.platform.step = {"config": {}, "snapshot": {"old": 1}, "is_passthrough": passthrough}
    version = int(env.get("PROTOCOL_VERSION", "1"))
    async with original(twin, witness, **env), flow.step(component(), **env):
        for name in INPUTS:
            ours, theirs = await asyncio.gather(
                sent(flow, name, version=version, passthrough=passthrough),
                sent(twin, name, version=version, passthrough=passthrough),
            )
            assert ours == theirs, name
    assert await flow.left() == await twin.left() == 0


@pytest.mark.parametrize("version", [1, 2])
async def test_large_messages_are_read_as_the_original_reads_them(
    flow: Flow, twin: Flow, witness: str, version: int
) -> None:
    message = {
        "body": {},
        "headers": {"x-ipaas-object-storage-id": "o1"},
        "passthrough": {"step_0": {"body": {}, "headers": {"x-ipaas-object-storage-id": "o2"}}},
    }
    for one in (flow, twin):
        one.platform.step = {"config": {}, "snapshot": {}, "is_passthrough": True}
        one.platform.objects |= {"o1": encrypted({"large": "ü"}), "o2": encrypted({"larger": 1})}
    env = {"PROTOCOL_VERSION": str(version)}
    async with original(twin, witness, **env), flow.step(component(), **env):
        found = []
        for one in (flow, twin):
            await one.put(message=message, headers={"messageId": "m"}, version=version)
            found.append((await one.get("data")).message)
    assert found[0] == found[1]
    assert found[0]["body"] == {"large": "ü"}
    assert found[0]["passthrough"]["step_0"]["body"] == {"larger": 1}


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("ours_first", [True, False])
async def test_a_flow_of_both_runtimes(flow: Flow, twin: Flow, witness: str, version: int, ours_first: bool) -> None:
    """Ours, theirs, ours, or the other way round: three steps in a row with passthrough, each reading the one before."""
    for one in (flow, twin):
        one.platform.step = {"config": {}, "snapshot": {}, "is_passthrough": True}
    env = {"PROTOCOL_VERSION": str(version)}
    order = [flow, twin, flow] if ours_first else [twin, flow, twin]
    async with original(twin, witness, STEP_ID="theirs", **env), flow.step(component(), STEP_ID="ours", **env):
        await order[0].put({"ü": 1})
        got = await order[0].get("data")
        for step in order[1:]:
            await step.put(message=got.content, headers=got.headers, bare=True)
            got = await step.get("data")
    own = {"body": {"ü": 1}, "headers": {}}
    assert got.message == {**own, "passthrough": {"ours": own, "theirs": own}}
    assert got.headers["threadId"] == "thread-1"
    assert got.headers["stepId"] == ("ours" if ours_first else "theirs")


async def test_the_original_repeats_a_message_id_and_ours_does_not(flow: Flow, twin: Flow, witness: str) -> None:
    body = {"emit": [["data", {"body": 1}], ["data", {"body": 2}]]}
    ids = []
    async with original(twin, witness), flow.step(component()):
        for one in (flow, twin):
            await one.put(body)
            ids.append({(await one.get("data")).headers["messageId"] for _ in range(2)})
    assert [len(found) for found in ids] == [2, 1]


async def test_the_originals_boot_error_is_ours(flow: Flow, twin: Flow, witness: str) -> None:
    env = {"FUNCTION": "unknown", "ADDITIONAL_VARS_FOR_HEADERS": "ELASTICIO_CONTRACT_ID", "CONTRACT_ID": "c"}
    running = flow.started(component(), **env)
    async with original(twin, witness, **env):
        ours, theirs = normal(flow, await flow.get("error")), normal(twin, await twin.get("error"))
    assert await running.end() == 1
    assert ours == theirs

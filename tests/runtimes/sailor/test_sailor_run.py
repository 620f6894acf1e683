"""How the step starts, what its hooks are told, how its calls see their surroundings, and how it ends."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sailor_flow import Flow, Running, decrypted_text, emitting, toy
from sailor_wire import wire

from sellerport.contract import Call, Component, Data, Error, Message, Snapshot
from sellerport.errors import InputError, Problem, Stopped, Throttled, Unavailable

pytestmark = pytest.mark.anyio


async def code_of(running: Running) -> int:
    return await asyncio.wait_for(running.task, 15)


# Starting


async def test_the_order_of_the_start(flow: Flow) -> None:
    order: list[str] = []

    async def init(cfg: Any) -> None:
        order.append(
            f"init, {flow.rabbit.channel.queue_declare(flow.rabbit.input, passive=True).method.consumer_count}"
        )

    async def startup(cfg: Any) -> dict[str, str]:
        order.append(f"startup after {len(flow.platform.requests('GET', '/steps/step_1'))} step request")
        return {}

    async with flow.step(toy(init=init, startup=startup), STARTUP_REQUIRED="1"):
        order.append("ready")
    assert order == ["startup after 1 step request", "init, 0", "ready"]


async def test_step_data_are_asked_with_the_steps_credentials_over_a_connection_that_is_kept(flow: Flow) -> None:
    async with flow.step(toy()):
        pass
    (asked,) = flow.platform.requests("GET")
    assert asked.path == "/v1/tasks/5559edd38968ec0736000003/steps/step_1"
    assert asked.headers["Authorization"] == "Basic dGVzdEB0ZXN0LmNvbTo1NTU5ZWRk"
    assert asked.headers["Connection"] == "Keep-Alive"


async def test_a_slash_at_the_end_of_the_apis_address_is_nothing(flow: Flow) -> None:
    async with flow.step(toy(), API_URI=flow.platform.url + "/"):
        pass
    assert flow.platform.requests("GET", "/steps/step_1")[0].path.startswith("/v1/tasks/")


@pytest.mark.parametrize(("statuses", "asked", "code"), [([500, 503], 3, 0), ([500] * 3, 3, 1), ([401], 1, 1)])
async def test_step_data_are_asked_again_after_a_server_error(
    flow: Flow, statuses: list[int], asked: int, code: int
) -> None:
    path = "GET /v1/tasks/5559edd38968ec0736000003/steps/step_1"
    flow.platform.answers[path] = [(status, {"error": "no"}) for status in statuses]
    running = flow.started(toy())
    await running.ready()
    assert len(flow.platform.requests("GET")) == asked
    assert await running.end() == code


BOOT_HEADERS = {
    "execId": "some-exec-id",
    "taskId": "5559edd38968ec0736000003",
    "workspaceId": "workspace-1",
    "containerId": "container-1",
    "userId": "user-1",
    "stepId": "step_1",
    "compId": "comp-1",
    "function": "toy",
    "contractId": "c1",
}


async def test_a_failing_init_is_reported_and_ends_the_process_with_1(flow: Flow) -> None:
    async def init(cfg: Any) -> None:
        raise ValueError("not today")

    env = {"ADDITIONAL_VARS_FOR_HEADERS": "ELASTICIO_CONTRACT_ID", "CONTRACT_ID": "c1"}
    await flow.put(1)
    running = flow.started(toy(init=init), **env)
    got = await flow.get("error")
    assert await code_of(running) == 1
    assert (got.error["name"], got.error["message"]) == ("ValueError", "not today")
    assert "errorInput" not in json.loads(got.content)
    assert uuid.UUID(got.headers.pop("messageId")).version == 4
    assert got.headers == BOOT_HEADERS
    assert await flow.holds(1)
    assert flow.lines[-1]["level"] == 60


async def test_an_unknown_function_is_reported(flow: Flow) -> None:
    running = flow.started(toy(), FUNCTION="another")
    got = await flow.get("error")
    assert await code_of(running) == 1
    assert (got.error["name"], got.error["message"]) == (
        "Error",
        'Trigger or action "another" is not found in component.json!',
    )


async def test_a_component_that_cannot_be_loaded_is_reported(flow: Flow) -> None:
    def load() -> Component:
        raise ImportError("no module")

    running = flow.started(load)
    assert (await flow.get("error")).error["message"] == "no module"
    assert await code_of(running) == 1


async def test_a_queue_that_is_not_there_ends_the_process_with_1(flow: Flow) -> None:
    running = flow.started(toy(), LISTEN_MESSAGES_ON="nowhere")
    error = (await flow.get("error")).error
    said = "Operation failed: BasicConsume; 404 (NOT-FOUND) with message \"NOT_FOUND - no queue 'nowhere' in vhost "
    assert error["name"] == "Error"
    assert error["message"].startswith(said)
    assert await code_of(running) == 1


async def test_step_data_that_are_refused_are_told_in_the_originals_words(flow: Flow) -> None:
    flow.platform.answers["GET /v1/tasks/5559edd38968ec0736000003/steps/step_1"] = [(404, {"error": "Step not found"})]
    running = flow.started(toy())
    error = (await flow.get("error")).error
    assert (error["name"], error["message"]) == ("Error", '{"error":"Step not found"}')
    assert await code_of(running) == 1


async def test_parameters_of_the_address_that_only_the_original_knows_are_left_out(flow: Flow) -> None:
    uri = flow.uri + "?frameMax=0x2000&channelMax=10&locale=en_US&heartbeat=30"
    async with flow.step(toy(), AMQP_URI=uri):
        await flow.put(1)
        assert (await flow.get("data")).message["body"] == 1


@pytest.mark.parametrize("uri", ["nonsense", "http://127.0.0.1:1/", "amqp://127.0.0.1:1/", "amqp://[::1"])
async def test_an_address_where_no_broker_is_ends_the_process_and_is_told_once_an_attempt(flow: Flow, uri: str) -> None:
    running = flow.started(toy(), AMQP_URI=uri, AMQP_RECONNECT_ATTEMPTS="1", AMQP_RECONNECT_TIMEOUT="1")
    assert await code_of(running) == 1
    told = [line["msg"] for line in flow.lines if line["level"] >= 40]
    assert told == ["AMQP Connection error", "AMQP Connection error", "putOutToSea.catch"]
    reason = flow.said("AMQP Connection error")[0]["err"]["message"]
    assert (
        "Connection refused" in reason if uri.startswith("amqp://127") else reason.startswith("AMQP_URI is no address")
    )


async def test_without_a_broker_nothing_is_asked_of_the_platform(flow: Flow) -> None:
    async with wire(flow) as line:
        line.refusing = True
        env = {"AMQP_RECONNECT_ATTEMPTS": "2", "AMQP_RECONNECT_TIMEOUT": "1"}
        running = flow.started(toy(), AMQP_URI=line.uri, **env)
        assert await code_of(running) == 1
    assert len(flow.said("AMQP Connection error")) == 3
    assert flow.platform.asked == []


async def test_a_vector_of_the_wrong_length_is_refused_at_once(flow: Flow) -> None:
    running = flow.started(toy(), MESSAGE_CRYPTO_IV="short")
    with pytest.raises(ValueError, match="MESSAGE_CRYPTO_IV"):
        await code_of(running)


# Hooks


async def test_startup_data_are_kept(flow: Flow) -> None:
    seen: list[Any] = []

    async def startup(cfg: Any) -> dict[str, str]:
        seen.append(cfg)
        return {"subscription": "s1"}

    async with flow.step(toy(startup=startup), STARTUP_REQUIRED="true"):
        pass
    assert seen == [{"apiKey": "secret"}]
    assert flow.platform.hook_data == {"subscription": "s1"}
    (asked,) = flow.platform.requests("POST")
    assert asked.path == "/sailor-support/hooks/task/5559edd38968ec0736000003/startup/data"


async def test_startup_without_a_result_keeps_an_empty_object(flow: Flow) -> None:
    async def startup(cfg: Any) -> None:
        return None

    async with flow.step(toy(startup=startup), STARTUP_REQUIRED="true"):
        pass
    assert flow.platform.hook_data == {}


async def test_a_missing_startup_keeps_an_empty_object(flow: Flow) -> None:
    async with flow.step(toy(), STARTUP_REQUIRED="true"):
        pass
    assert flow.platform.hook_data == {}
    assert flow.said("startup is not found")


async def test_startup_data_that_exist_are_replaced(flow: Flow) -> None:
    async def startup(cfg: Any) -> dict[str, int]:
        return {"n": 2}

    flow.platform.hook_data = {"n": 1}
    async with flow.step(toy(startup=startup), STARTUP_REQUIRED="true"):
        pass
    assert flow.platform.hook_data == {"n": 2}
    hooks = [asked.method for asked in flow.platform.asked if "hooks" in asked.path]
    assert hooks == ["POST", "DELETE", "POST"]


async def test_a_refusal_of_startup_data_ends_the_process_with_the_platforms_words(flow: Flow) -> None:
    flow.platform.answers["POST"] = [(400, {"error": "Invalid data"})]
    running = flow.started(toy(), STARTUP_REQUIRED="true")
    assert (await flow.get("error")).error["message"] == "Invalid data"
    assert await code_of(running) == 1


async def test_hook_data_are_tried_as_often_as_the_environment_says(flow: Flow) -> None:
    flow.platform.answers["POST"] = [(502, {})] * 3
    async with flow.step(toy(), STARTUP_REQUIRED="true", API_REQUEST_RETRY_ATTEMPTS="4"):
        pass
    assert len(flow.platform.requests("POST")) == 4


async def test_startup_runs_only_where_it_is_required(flow: Flow) -> None:
    async with flow.step(toy()):
        pass
    assert flow.platform.requests("POST") == []


async def test_a_hook_that_changes_its_cfg_changes_nobody_elses(flow: Flow) -> None:
    seen: list[Any] = []

    async def startup(cfg: Any) -> None:
        cfg["apiKey"] = "changed"

    async def init(cfg: Any) -> None:
        seen.append(cfg["apiKey"])

    async with flow.step(toy(startup=startup, init=init), STARTUP_REQUIRED="true"):
        pass
    assert seen == ["secret"]


async def test_the_shutdown_hook_gets_the_state_and_forgets_it(flow: Flow) -> None:
    seen: list[Any] = []

    async def shutdown(cfg: Any, state: Any) -> None:
        seen.append((cfg, state))

    flow.platform.hook_data = {"subscription": "s1"}
    running = flow.started(toy(shutdown=shutdown), HOOK_SHUTDOWN="1", AMQP_URI="amqp://nobody@127.0.0.1:1/")
    assert await code_of(running) == 0
    assert seen == [({"apiKey": "secret"}, {"subscription": "s1"})]
    assert flow.platform.hook_data is None


async def test_a_failing_shutdown_hook_ends_the_process_with_1(flow: Flow) -> None:
    async def shutdown(cfg: Any, state: Any) -> None:
        raise ValueError("no")

    assert await code_of(flow.started(toy(shutdown=shutdown), HOOK_SHUTDOWN="1")) == 1


async def test_the_component_is_closed_at_the_end(flow: Flow) -> None:
    closed: list[bool] = []

    async def close() -> None:
        closed.append(True)

    async with flow.step(replace(toy(), close=close)):
        pass
    assert closed == [True]


# What a call is told


async def call_in(flow: Flow, *, kind: str = "action", headers: Any = None, **env: str) -> Call:
    calls: list[Call] = []

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        calls.append(call)
        yield Data(1)

    component = replace(toy(run, kind=kind), env_vars={"OWN": "mine", "RESPONSE_TIME_LIMIT": "a limit"})
    async with flow.step(component, **env):
        await flow.put({"a": 1}, headers, bare=headers is not None)
        await flow.get("data")
    return calls[0]


async def test_an_actions_surroundings(flow: Flow) -> None:
    flow.platform.step |= {"snapshot": {"at": 1}, "variables": {"v": "1"}}
    call = await call_in(flow)
    assert (call.body, call.snapshot, call.variables, call.sample) == ({"a": 1}, {"at": 1}, {"v": "1"}, "no")
    assert (call.wait_limit, call.deadline, call.lock, call.snapshot_limit) == (60.0, None, None, 5120)
    assert call.refresh is None


async def test_a_triggers_surroundings(flow: Flow) -> None:
    before = time.time()
    call = await call_in(flow, kind="trigger")
    assert call.deadline is not None
    assert 25 * 60 <= call.deadline - before < 25 * 60 + 15
    assert (call.wait_limit, call.lock) == (60.0, "5559edd38968ec0736000003:step_1")


async def test_a_samples_surroundings(flow: Flow) -> None:
    before = time.time()
    call = await call_in(flow, kind="trigger", FLOW_TYPE="debug")
    assert call.deadline is not None
    assert 45 <= call.deadline - before < 60
    assert (call.sample, call.wait_limit, call.refresh) == ("platform", 45.0, None)
    assert call.env["RESPONSE_TIME_LIMIT"] == "45000"


async def test_waiting_for_a_result_ends_before_the_broker_takes_the_message_back(flow: Flow) -> None:
    assert (await call_in(flow)).env == {"RESPONSE_TIME_LIMIT": "1500000"}


async def test_a_call_knows_the_variables_that_its_component_declares_and_no_others(flow: Flow) -> None:
    environment = flow.environment
    flow.environment = lambda **more: (
        environment(**more)
        | {  # type: ignore[method-assign]
            "OWN": "x",
            "OTHER": "y",
            "RESPONSE_TIME_LIMIT": "7",
        }
    )
    assert (await call_in(flow)).env == {"OWN": "x", "RESPONSE_TIME_LIMIT": "7"}


async def test_the_key_names_flow_step_message_and_content(flow: Flow) -> None:
    key = (await call_in(flow, headers={"messageId": "m1"})).key
    assert key is not None
    assert key.startswith("5559edd38968ec0736000003:step_1:m1:")


async def test_a_message_without_an_id_has_no_key(flow: Flow) -> None:
    assert (await call_in(flow, headers={})).key is None


async def keys_of(flow: Flow, *messages: tuple[Any, int]) -> list[Any]:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Data(call.key)

    found = []
    async with flow.step(toy(run)):
        for body, version in messages:
            await flow.put(body, {"messageId": "m"}, version=version)
            found.append((await flow.get("data")).message["body"])
    return found


async def test_the_same_message_has_the_same_key_in_either_protocol_version(flow: Flow) -> None:
    first, second, other = await keys_of(flow, ({"a": 1}, 1), ({"a": 1}, 2), ({"a": 2}, 1))
    assert first == second != other


async def test_a_trigger_reads_its_snapshot_anew_before_each_run(flow: Flow) -> None:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Data(call.snapshot)

    async with flow.step(toy(run, kind="trigger")):
        for n in (1, 2):
            flow.platform.step["snapshot"] = {"n": n}
            await flow.put()
            assert (await flow.get("data")).message["body"] == {"n": n}


async def test_a_snapshot_that_cannot_be_read_brings_the_message_back_later(flow: Flow) -> None:
    async with flow.step(toy(kind="trigger")):
        flow.platform.answers["GET"] = [(500, {})] * 3
        await flow.put()
        reason = (await flow.get("rebound")).headers["reboundReason"]
    assert "snapshot" in reason


async def test_snapshots_and_messages_go_to_the_components_memory(flow: Flow) -> None:
    class Memory:
        def __init__(self) -> None:
            self.seen: list[Any] = []

        async def recall(self, call: Call, port: Any, shown: Any) -> Any:
            return {"recalled": shown}

        async def remember(self, call: Call, port: Any, emitted: Any) -> None:
            self.seen.append(emitted)

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Snapshot({"new": call.snapshot})

    memory = Memory()
    async with flow.step(replace(toy(run, kind="trigger"), memory=memory)) as step:
        await flow.put()
        await flow.get("snapshot")
        await step.until(lambda: memory.seen)
    assert memory.seen == [{"new": {"recalled": {}}}]


# Errors by what to do next


def raising(error: BaseException, *before: Any) -> Component:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        for emission in before:
            yield emission
        raise error

    return toy(run)


@pytest.mark.parametrize("error", [Throttled("slow down", code="QuotaExceeded"), Unavailable("away")])
async def test_what_may_succeed_later_becomes_a_rebound(flow: Flow, error: Exception) -> None:
    async with flow.step(raising(error, Snapshot({}))):
        await flow.put()
        await flow.get("snapshot")
        got = await flow.get("rebound")
    assert got.headers["reboundReason"] == str(error)
    assert await flow.left() == 0


async def test_once_data_have_left_it_is_an_error(flow: Flow) -> None:
    async with flow.step(raising(Throttled("slow down"), Data(1))):
        await flow.put()
        await flow.get("data")
        assert (await flow.get("error")).error["message"] == "slow down"


async def test_in_a_sample_it_is_an_error_with_amazons_words(flow: Flow) -> None:
    async with flow.step(raising(Throttled("You exceeded your quota", code="QuotaExceeded")), FLOW_TYPE="debug"):
        await flow.put()
        got = await flow.get("error")
    assert (got.error["name"], got.error["message"]) == ("Throttled", "QuotaExceeded: You exceeded your quota")


async def test_a_wrong_input_is_an_error_and_its_value_is_not_in_the_log(flow: Flow) -> None:
    problem = Problem("body", "$.name", "Expected text, got 'Jane Doe'")
    async with flow.step(raising(InputError([problem]))):
        await flow.put()
        assert "Jane Doe" in (await flow.get("error")).error["message"]
    assert "Jane Doe" not in json.dumps(flow.lines)
    assert "$.name" in json.dumps(flow.lines)


async def test_a_run_that_is_cancelled_from_within_is_an_error(flow: Flow) -> None:
    async with flow.step(raising(asyncio.CancelledError("a library's own"))):
        await flow.put()
        assert (await flow.get("error")).error["name"] == "CancelledError"
    assert await flow.left() == 0


async def test_a_stopped_run_goes_back_unsettled(flow: Flow) -> None:
    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        await call.stop.wait()
        raise Stopped("stopped while waiting")
        yield

    running = flow.started(toy(run))
    await running.ready()
    await flow.put()
    while await flow.left():
        pass
    assert await running.end() == 0
    assert await flow.holds(1)


# The end


async def test_an_idle_step_ends_with_0(flow: Flow) -> None:
    running = flow.started(toy())
    await running.ready()
    assert await running.end() == 0
    assert flow.said("Successfully disconnected")


async def test_running_work_is_finished_and_nothing_else_is_begun(flow: Flow) -> None:
    go, begun = asyncio.Event(), []

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        begun.append(call.body)
        await go.wait()
        yield Data(call.body)

    running = flow.started(toy(run))
    await running.ready()
    for n in range(2):
        await flow.put(n)
    await running.until(lambda: begun)
    running.stop.set()
    go.set()
    assert await code_of(running) == 0
    assert (await flow.get("data")).message["body"] == 0
    assert (begun, await flow.left()) == ([0], 1)


async def test_a_step_that_is_told_to_end_while_it_starts_ends(flow: Flow) -> None:
    begun = asyncio.Event()

    async def init(cfg: Any) -> None:
        begun.set()
        await asyncio.sleep(0.05)

    running = flow.started(toy(init=init))
    await begun.wait()
    assert await running.end() == 0
    assert flow.said("Fully initialized")


async def test_a_step_that_waits_for_the_platform_ends(flow: Flow) -> None:
    held: list[asyncio.StreamWriter] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    running = flow.started(toy(), API_URI=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    await running.until(lambda: held)
    assert await running.end() == 0
    server.close()
    held[0].close()
    await held[0].wait_closed()


async def test_after_a_body_that_could_not_be_fetched_the_step_ends(flow: Flow) -> None:
    flow.platform.answers["GET /objects/o1"] = [(404, {})]
    async with flow.step(toy()):
        await flow.put(message={"body": {}, "headers": {"x-ipaas-object-storage-id": "o1"}})
        await flow.get("error")


async def test_a_step_whose_neighbour_is_full_ends_and_its_message_goes_back(flow: Flow) -> None:
    rabbit = flow.rabbit

    def refuse() -> None:
        rabbit.channel.queue_declare(
            f"full-{rabbit.name}", arguments={"x-max-length": 0, "x-overflow": "reject-publish"}
        )
        rabbit.channel.queue_bind(f"full-{rabbit.name}", rabbit.exchange, "full")

    await asyncio.to_thread(refuse)
    running = flow.started(toy(), DATA_ROUTING_KEY="full", AMQP_PUBLISH_RETRY_DELAY="60000")
    await running.ready()
    await flow.put()
    await running.until(lambda: flow.said("Failed on publishing message to queue"))
    assert await running.end() == 0
    assert await flow.holds(1)
    await asyncio.to_thread(rabbit.channel.queue_delete, f"full-{rabbit.name}")


async def test_the_broker_hears_of_an_error_before_the_process_ends(flow: Flow) -> None:
    async with flow.step(emitting(Error("no"))):
        await flow.put()
        assert decrypted_text(json.loads((await flow.get("error")).content)["error"])["message"] == "no"
    assert await flow.left() == 0


def test_a_message_has_defaults() -> None:
    assert Message().body == {}

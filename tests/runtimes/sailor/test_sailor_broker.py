"""Consuming and publishing on connections that break."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sailor_flow import Flow, emitting, encrypted, toy
from sailor_wire import certificate, wire

from sellerport.contract import Call, Data, Error, Rebound
from sellerport.runtimes.sailor import intake, outlet
from sellerport.runtimes.sailor.log import log_of
from sellerport.runtimes.sailor.settings import settings_of

pytestmark = pytest.mark.anyio


class Gate:
    """A toy that begins each input, waits until it is let through, and counts."""

    def __init__(self, *, error: bool = False) -> None:
        self.begun: list[Any] = []
        self.open = asyncio.Event()
        self.error = error

    async def run(self, call: Call, port: Any) -> AsyncIterator[Any]:
        self.begun.append(call.body)
        await self.open.wait()
        yield Error("no") if self.error else Data(call.body)


@pytest.mark.parametrize("error", [False, True])
async def test_work_survives_a_lost_reading_connection(flow: Flow, error: bool) -> None:
    gate = Gate(error=error)
    async with wire(flow) as line, flow.step(toy(gate.run), AMQP_URI=line.uri) as step:
        await flow.put(1)
        await step.until(lambda: gate.begun)
        line.cut("read")
        await step.until(lambda: flow.said("A redelivered message is known"))
        gate.open.set()
        await flow.get("error" if error else "data")
        await flow.put(2)
        await flow.get("error" if error else "data")
    assert gate.begun == [1, 2]
    assert await flow.left() == 0


async def test_a_lost_connection_while_idle_is_opened_anew(flow: Flow) -> None:
    async with wire(flow) as line, flow.step(toy(), AMQP_URI=line.uri) as step:
        line.cut("read")
        await step.until(lambda: line.made["read"] == 2)
        await flow.put(1)
        assert (await flow.get("data")).message["body"] == 1


async def test_a_lost_publishing_connection_is_opened_anew_for_the_next_message(flow: Flow) -> None:
    async with wire(flow) as line, flow.step(toy(), AMQP_URI=line.uri) as step:
        line.cut("write")
        await step.until(lambda: flow.said("The connection for publishing was lost"))
        await flow.put(1)
        got = await flow.get("data")
    assert "retry" not in got.headers
    assert line.made["write"] == 2


async def test_a_message_whose_confirmation_is_lost_is_published_again(flow: Flow) -> None:
    async with wire(flow) as line, flow.step(toy(), AMQP_URI=line.uri) as step:
        line.deaf.add("write from")
        await flow.put(1)
        first = await flow.get("data")
        line.deaf.clear()
        line.cut("write")
        second = await flow.get("data")
        await step.until(lambda: line.made["write"] == 2)
    assert "retry" not in first.headers
    assert second.headers == first.headers | {"retry": 1}


async def test_a_message_that_was_settled_just_before_the_loss_is_not_worked_on_again(flow: Flow) -> None:
    gate = Gate()
    gate.open.set()
    async with wire(flow) as line, flow.step(toy(gate.run), AMQP_URI=line.uri) as step:
        line.deaf.add("read to")  # the acknowledgement goes nowhere
        await flow.put(1)
        await flow.get("data")
        await flow.put(2)
        line.deaf.clear()
        line.cut("read")
        assert (await flow.get("data")).message["body"] == 2
        await step.until(lambda: flow.said("A redelivered message is known"))
    assert gate.begun == [1, 2]
    assert await flow.left() == 0


async def test_a_lost_delivery_that_does_not_come_back_is_given_up(flow: Flow, monkeypatch: Any) -> None:
    monkeypatch.setattr(intake.Intake.__init__, "__kwdefaults__", {**_defaults(), "comes_back": 0.05})
    gate = Gate()
    async with wire(flow) as line, flow.step(toy(gate.run), AMQP_URI=line.uri) as step:
        await flow.put(1)
        await step.until(lambda: gate.begun)
        line.refusing = True
        line.cut("read")
        await asyncio.to_thread(_taken_by_another, flow)
        line.refusing = False
        await step.until(lambda: line.made["read"] == 2)
        gate.open.set()
        await flow.get("data")
        await step.until(lambda: flow.said("A lost delivery did not come back"))
    assert gate.begun == [1]


def _defaults() -> dict[str, Any]:
    return dict(intake.Intake.__init__.__kwdefaults__ or {})


def _taken_by_another(flow: Flow) -> None:
    while True:
        method, _, _ = flow.rabbit.channel.basic_get(flow.rabbit.input)
        if method is not None:
            flow.rabbit.channel.basic_ack(method.delivery_tag)
            return


async def test_the_broker_is_waited_for_however_long_it_is_away(flow: Flow) -> None:
    async with (
        wire(flow) as line,
        flow.step(toy(), AMQP_URI=line.uri, AMQP_RECONNECT_ATTEMPTS="1", AMQP_RECONNECT_TIMEOUT="1") as step,
    ):
        line.refusing = True
        line.cut()
        await step.until(lambda: len(flow.said("The queue cannot be consumed")) >= 3)
        line.refusing = False
        await flow.put(1)
        assert (await flow.get("data")).message["body"] == 1


async def test_a_step_ends_while_the_broker_is_away(flow: Flow) -> None:
    gate = Gate()
    async with wire(flow) as line:
        running = flow.started(toy(gate.run), AMQP_URI=line.uri)
        await running.ready()
        await flow.put(1)
        await running.until(lambda: gate.begun)
        line.refusing = True
        line.cut()
        gate.open.set()
        await running.until(lambda: flow.said("Failed on publishing"))
        assert await running.end() == 0
    assert await flow.holds(1)


async def test_an_idle_step_ends_though_the_broker_says_nothing(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PATIENCE", 0.2)
    async with wire(flow) as line:
        running = flow.started(toy(), AMQP_URI=line.uri)
        await running.ready()
        line.deaf |= {"read from", "write from"}
        assert await running.end() == 0
        line.cut()


async def test_a_publishing_that_the_broker_never_answers_is_given_up_at_the_end(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "PATIENCE", 0.2)
    monkeypatch.setattr(intake, "PATIENCE", 0.2)
    gate = Gate()
    async with wire(flow) as line:
        running = flow.started(toy(gate.run), AMQP_URI=line.uri)
        await running.ready()
        await flow.put(1)
        await running.until(lambda: gate.begun)
        line.deaf |= {"read from", "write from"}
        gate.open.set()
        assert await running.end() == 0
        line.cut()
    assert await flow.holds(1)


async def test_a_link_is_given_up_that_owed_an_answer_at_two_looks_and_gave_none(flow: Flow) -> None:
    class Owing:
        answers, owes, gone = 0, False, False

        def abandon(self) -> None:
            self.gone = True

    link: Any = Owing()
    writing = outlet.Outlet(settings_of(flow.environment()), log_of({}, lambda line: None), stop=asyncio.Event())
    writing._link = link
    seen: Any = None
    for owes, answers, gone in ((False, 0, False), (True, 0, False), (True, 1, False), (True, 1, True)):
        link.owes, link.answers = owes, answers
        writing._watched(seen)
        assert link.gone is gone
        seen = (link, answers) if owes else None
    writing._link = None
    await writing.close()


async def test_a_message_that_emits_longer_than_that_is_finished(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet, "PATIENCE", 0.05)
    running = flow.started(emitting(*map(Data, range(20))), DATA_RATE_LIMIT="1", RATE_INTERVAL="30")
    await running.ready()
    await flow.put()
    await flow.get("data")
    assert await running.end() == 0
    assert [(await flow.get("data")).message["body"] for _ in range(19)] == list(range(1, 20))
    assert await flow.left() == 0


async def test_as_many_messages_are_worked_on_as_the_prefetch_says(flow: Flow) -> None:
    gate = Gate()
    async with flow.step(toy(gate.run), RABBITMQ_PREFETCH_SAILOR="3") as step:
        for n in range(5):
            await flow.put(n)
        await step.until(lambda: len(gate.begun) == 3)
        assert await flow.holds(2)
        gate.open.set()
        for _ in range(5):
            await flow.get("data")
    assert sorted(gate.begun) == [0, 1, 2, 3, 4]


async def test_two_inputs_with_one_message_id_are_both_processed(flow: Flow) -> None:
    gate = Gate()
    async with flow.step(toy(gate.run), RABBITMQ_PREFETCH_SAILOR="2") as step:
        for n in range(2):
            await flow.put(n, {"messageId": "the same"})
        await step.until(lambda: len(gate.begun) == 2)
        gate.open.set()
        bodies = [(await flow.get("data")).message["body"] for _ in range(2)]
    assert sorted(bodies) == [0, 1]
    assert await flow.left() == 0


async def test_an_input_without_a_message_id_is_processed_and_acknowledged(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put(1, {}, bare=True)
        got = await flow.get("data")
    assert "parentMessageId" not in got.headers
    assert await flow.left() == 0


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", {}),
        (b"not encrypted", {}),
        (b"bm90IGVuY3J5cHRlZA==", {}),
        (base64.b64encode(encrypted(b"not json")), {}),
        (base64.b64encode(encrypted(b"null")), {}),
        (base64.b64encode(encrypted(b"[1]")), {}),
        (base64.b64encode(encrypted({"body": 1})), None),
    ],
)
async def test_what_cannot_be_read_is_rejected_and_nothing_is_published(
    flow: Flow, content: bytes, headers: dict[str, Any] | None
) -> None:
    async with flow.step(toy()):
        await asyncio.to_thread(flow.rabbit.put, content, headers, {}, version=1)
        await flow.put("next")
        assert (await flow.get("data")).message["body"] == "next"
    assert len(flow.said("Error occurred while parsing message payload")) == 1
    assert await flow.left() == 0


async def test_a_full_queue_is_waited_out_while_the_input_stays_unsettled(flow: Flow) -> None:
    rabbit = flow.rabbit

    def limit() -> None:
        rabbit.channel.queue_delete(rabbit.output)
        rabbit.channel.queue_declare(
            rabbit.output, arguments={"x-max-length": 1, "x-overflow": "reject-publish", "x-queue-mode": "default"}
        )
        for key in rabbit.keys.values():
            rabbit.channel.queue_bind(rabbit.output, rabbit.exchange, key)

    await asyncio.to_thread(limit)
    async with flow.step(toy(), AMQP_PUBLISH_RETRY_DELAY="1") as step:
        await flow.put(1)
        await flow.put(2)
        await step.until(lambda: len(flow.said("Failed on publishing message to queue")) >= 3)
        assert (await flow.get("data")).message["body"] == 1
        got = await flow.get("data")
    assert got.message["body"] == 2
    assert got.headers["retry"] >= 3
    assert await flow.left() == 0


async def test_publishing_ends_after_the_attempts_that_are_allowed(flow: Flow) -> None:
    rabbit = flow.rabbit

    def refuse() -> None:
        rabbit.channel.queue_declare(
            f"full-{rabbit.name}", arguments={"x-max-length": 0, "x-overflow": "reject-publish"}
        )
        rabbit.channel.queue_bind(f"full-{rabbit.name}", rabbit.exchange, "full")

    await asyncio.to_thread(refuse)
    env = {"AMQP_PUBLISH_RETRY_ATTEMPTS": "2", "AMQP_PUBLISH_RETRY_DELAY": "1", "DATA_ROUTING_KEY": "full"}
    async with flow.step(emitting(Data(1, id="m1")), **env):
        await flow.put()
        got = await flow.get("error")
    await asyncio.to_thread(rabbit.channel.queue_delete, f"full-{rabbit.name}")
    assert got.error["name"] == "Error"
    assert got.error["message"] == "Failed on publishing m1 message to MQ: Error: message nacked"


async def test_the_pause_between_publishing_attempts_is_capped(flow: Flow) -> None:
    env = {"AMQP_PUBLISH_RETRY_DELAY": "600000", "AMQP_PUBLISH_MAX_RETRY_DELAY": "1"}
    async with wire(flow) as line, flow.step(toy(), AMQP_URI=line.uri, **env) as step:
        line.deaf.add("write from")
        await flow.put(1)
        await flow.get("data")
        line.deaf.clear()
        line.cut("write")
        await step.until(lambda: line.made["write"] == 2)
        assert (await flow.get("data")).headers["retry"] == 1


async def test_a_message_that_reaches_no_queue_is_told_and_forgotten(flow: Flow) -> None:
    async with flow.step(emitting(Data(1, headers={"x-eio-routing-key": "nowhere"}), Data(2))):
        await flow.put()
        assert (await flow.get("data")).message["body"] == 2
    assert flow.said("A message reached no queue")[0]["routingKey"] == "nowhere"


async def test_a_queue_that_goes_away_is_a_warning(flow: Flow) -> None:
    async with flow.step(toy()) as step:
        await asyncio.to_thread(flow.rabbit.channel.queue_delete, flow.rabbit.input)
        await step.until(lambda: flow.said("Consumer cancelled by rabbitmq"))
        assert not step.task.done()


@pytest.mark.parametrize("drain", ["true", "false"])
async def test_an_emission_is_with_the_broker_before_the_run_goes_on(flow: Flow, drain: str) -> None:
    seen: list[int] = []

    async def run(call: Call, port: Any) -> AsyncIterator[Any]:
        yield Data(1)
        seen.append(await asyncio.to_thread(flow.rabbit.waiting, flow.rabbit.output))
        yield Data(2)

    async with flow.step(toy(run), PROCESS_AMQP_DRAIN=drain) as step:
        await flow.put()
        await step.until(lambda: seen)
        await flow.get("data")
        await flow.get("data")
    assert seen == [1]


async def test_the_two_connections_say_who_they_are(flow: Flow) -> None:
    async with wire(flow) as line, flow.step(toy(), AMQP_URI=line.uri):
        assert line.made == {"read": 1, "write": 1}


async def test_a_broker_behind_tls(flow: Flow, tmp_path: Path) -> None:
    file, secured = certificate(tmp_path)
    async with wire(flow, secured) as line:
        uri = line.uri + "?ssl_options=" + quote(str({"ca_certs": file}))
        async with flow.step(toy(), AMQP_URI=uri, RABBITMQ_PREFETCH_SAILOR="20"):
            for n in range(20):
                await flow.put({"n": n, "large": "x" * 200_000})
            bodies = [(await flow.get("data")).message["body"] for _ in range(20)]
    assert sorted(body["n"] for body in bodies) == list(range(20))
    assert {len(body["large"]) for body in bodies} == {200_000}


async def test_a_large_message_is_read_and_written_in_many_frames(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put({"large": "ä" * 2_000_000})
        assert (await flow.get("data")).message["body"] == {"large": "ä" * 2_000_000}


async def test_headers_of_every_kind_survive_a_rebound(flow: Flow) -> None:
    async with flow.step(emitting(Rebound("later"))):
        await flow.put(headers={"b": True, "n": 5, "list": [1, "a", None], "table": {"deep": -1}})
        headers = (await flow.get("rebound")).headers
    assert {name: headers[name] for name in ("b", "n", "list", "table")} == {
        "b": True,
        "n": 5,
        "list": [1, "a", None],
        "table": {"deep": -1},
    }

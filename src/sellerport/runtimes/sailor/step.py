"""Works on one message: reads it, runs the component's function, and says how the message is to be settled."""

import asyncio
import copy
import hashlib
import time
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

from sellerport.contract import Component, Json, execute
from sellerport.errors import Retriable, Stopped, Unavailable
from sellerport.runtimes.sailor.api import Refused
from sellerport.runtimes.sailor.broker import Delivery
from sellerport.runtimes.sailor.cipher import Unreadable
from sellerport.runtimes.sailor.emitter import Emitter, Tools, now_ms
from sellerport.runtimes.sailor.envelope import (
    Headers,
    Incoming,
    incoming,
    kept_headers,
    outgoing_headers,
    step_headers,
)
from sellerport.runtimes.sailor.inflight import Verdict
from sellerport.runtimes.sailor.log import Log
from sellerport.runtimes.sailor.outcome import Failure, Origin

TRIGGER_TIME = 25 * 60.0  # seconds; the broker takes a delivery back after thirty minutes
WAIT = 60.0  # seconds that one message may wait for Amazon before it comes back later
SAMPLE_WAIT = 45.0  # seconds; the platform gives a sample a minute
RESPONSE_TIME_LIMIT = 1_500_000  # ms
SNAPSHOT_LIMIT = 5 * 1024  # bytes


class Step:
    """The component's function as this flow's step. `env` holds what the component may know of the environment."""

    def __init__(self, tools: Tools, component: Component, *, env: Mapping[str, str]) -> None:
        self._tools, self._component = tools, component
        self._name = tools.settings.function
        self._function = component.function(self._name)
        self._env = function_env(component, env, sample=tools.settings.sample)
        self._step_headers = step_headers(tools.settings)

    async def handle(self, delivery: Delivery) -> Verdict:
        """Works on the message; `back` where it should return to the queue as it is."""
        tools, headers = self._tools, delivery.headers
        try:
            message = incoming(delivery.content, headers, tools.outcomes.cipher, tools.settings)
        except Unreadable as error:
            tools.log.error("Error occurred while parsing message payload", error, deliveryTag=delivery.tag)
            return "reject"
        assert headers is not None
        kept = kept_headers(headers, tools.new_id)
        log = tools.log.child(
            name="component",
            threadId=kept["threadId"],
            messageId=kept.get("messageId", "unknown"),
            parentMessageId=kept.get("parentMessageId", "unknown"),
        )
        emitter = Emitter(tools, self._origin(delivery, headers, kept), log)
        try:
            return await self._worked(message, emitter, headers=headers, log=log)
        except Stopped:
            return "back"

    def _origin(self, delivery: Delivery, headers: Headers, kept: Headers) -> Origin:
        common = outgoing_headers(
            kept, self._tools.settings, step=self._step_headers, message_id=self._tools.new_id(), start=now_ms()
        )
        return Origin(delivery.content, headers, delivery.properties, common)

    async def _worked(self, message: Incoming, emitter: Emitter, *, headers: Headers, log: Log) -> Verdict:
        if self._function.auto_resolve:
            try:
                message = await self._tools.storage.fetched(message)
            except Failure as error:
                await emitter.fail(error)
                return "reject"
        try:
            await self._run(message, emitter, headers=headers, log=log)
        except Stopped:
            raise
        except Retriable as error:
            await self._later(error, emitter, log)
        except (Exception, asyncio.CancelledError) as error:  # nobody cancels a message: it is the component's own
            log.error("Error occurred during trigger or action processing", error)
            await emitter.fail(error)
        return "reject" if emitter.errors else "ack"

    async def _run(self, message: Incoming, emitter: Emitter, *, headers: Headers, log: Log) -> None:
        surroundings = self._surroundings(message, headers, log)
        cfg = self._tools.step.config
        run: Any = execute(self._component, self._name, cfg=cfg, message=message.message(), **surroundings)
        async with aclosing(run) as emissions:
            async for emission in emissions:
                await emitter.emit(emission, message)

    async def _later(self, error: Retriable, emitter: Emitter, log: Log) -> None:
        """What may succeed later comes back later, unless its user waits for it or a part of it has left already."""
        if emitter.emitted or self._tools.settings.sample:
            log.error("Error occurred during trigger or action processing", error)
            await emitter.fail(error)
            return
        log.warn("The message comes back later", error)
        try:
            await emitter.come_back(error)
        except Failure as failure:
            await emitter.fail(failure)

    def _surroundings(self, message: Incoming, headers: Headers, log: Log) -> dict[str, Any]:
        """What the call is told beside cfg and message; a trigger's snapshot is read anew, once it holds its lock."""
        settings, trigger = self._tools.settings, self._function.kind == "trigger"
        limit = SAMPLE_WAIT if settings.sample else WAIT
        time_limit = SAMPLE_WAIT if settings.sample else TRIGGER_TIME if trigger else None
        return {
            "snapshot": _copied(self._tools.place.snapshot),
            "sample": "platform" if settings.sample else "no",
            "key": self._key(message, headers),
            "deadline": None if time_limit is None else time.time() + time_limit,
            "wait_limit": limit,
            "stop": self._tools.stop,
            "snapshot_limit": SNAPSHOT_LIMIT,
            "lock": f"{settings.flow_id}:{settings.step_id}" if trigger else None,
            "env": self._env,
            "variables": self._tools.step.variables,
            "refresh": self._snapshot_now if trigger and not settings.sample else None,
            "progress": lambda event, facts: log.info(event, **facts),
        }

    def _key(self, message: Incoming, headers: Headers) -> str | None:
        """Names the wish: the same message, delivered again, is the same wish; one without an id has no name."""
        message_id = headers.get("messageId")
        if not message_id:
            return None
        digest = hashlib.sha256(message.plain).hexdigest()
        return f"{self._tools.settings.flow_id}:{self._tools.settings.step_id}:{message_id}:{digest[:32]}"

    async def _snapshot_now(self) -> Json:
        """The snapshot that the platform shows now."""
        try:
            step = await self._tools.api.step()
        except Refused as error:
            raise Unavailable(f"the step's snapshot cannot be read: {error}") from error
        self._tools.place.snapshot = step.snapshot
        return _copied(step.snapshot)


def _copied(snapshot: Json) -> Json:
    return copy.deepcopy(snapshot) if snapshot else {}


def function_env(component: Component, env: Mapping[str, str], *, sample: bool) -> dict[str, str]:
    """The component's own variables; waiting for a result ends before the broker takes the message back, or the user leaves."""
    known = {name: env[name] for name in component.env_vars if env.get(name)}
    limit = str(int(SAMPLE_WAIT * 1000)) if sample else known.get("RESPONSE_TIME_LIMIT", str(RESPONSE_TIME_LIMIT))
    return known | {"RESPONSE_TIME_LIMIT": limit}

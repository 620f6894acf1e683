"""Publishes what the run of one message emits, in order, each after the broker has the one before."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sellerport.contract import Data, Emission, Error, HttpReply, Keys, Rebound, Snapshot, SnapshotUpdate
from sellerport.errors import Stopped
from sellerport.runtimes.sailor.api import Api, Refused, StepData
from sellerport.runtimes.sailor.envelope import Headers, Incoming
from sellerport.runtimes.sailor.log import Log
from sellerport.runtimes.sailor.outcome import Failure, Origin, Outcomes, data_members, passed_on
from sellerport.runtimes.sailor.outlet import Outlet
from sellerport.runtimes.sailor.rates import Rate
from sellerport.runtimes.sailor.settings import Settings
from sellerport.runtimes.sailor.storage import Storage


@dataclass(slots=True)
class Place:
    """The step's snapshot as this process knows it; every message of the process sees the last one."""

    snapshot: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast each kind of emission may leave; shared by all messages of a process."""

    data: Rate
    error: Rate
    snapshot: Rate

    @classmethod
    def of(cls, settings: Settings) -> "Rates":
        """The platform's rates for this step."""
        limits = settings.data_rate_limit, settings.error_rate_limit, settings.snapshot_rate_limit
        return cls(*(Rate(limit, settings.rate_interval) for limit in limits))


@dataclass(frozen=True, slots=True)
class Tools:
    """What all messages of a step share."""

    settings: Settings
    step: StepData
    place: Place
    rates: Rates
    outcomes: Outcomes
    outlet: Outlet
    storage: Storage
    api: Api
    log: Log
    new_id: Callable[[], str]
    stop: asyncio.Event


class Emitter:
    """One message's emissions. `errors` counts what fails the message, `emitted` says whether data have left."""

    def __init__(self, tools: Tools, origin: Origin, log: Log) -> None:
        self._tools, self._origin, self._log = tools, origin, log
        self.errors, self.emitted = 0, False

    async def emit(self, emission: Emission, message: Incoming) -> None:
        """Publishes one emission; Failure for one that cannot be, where the original raises into the component."""
        if type(emission) is Data:
            await self._data(emission, message)
        else:
            await _KINDS[type(emission)](self, emission)

    async def _data(self, data: Data, message: Incoming) -> None:
        """A message that cannot be sent is an error of the input, not of the component's call."""
        try:
            await self._sent_data(data, message)
        except Stopped:
            raise
        except Exception as error:
            self._log.error("A message could not be sent", error)
            await self.fail(error)

    async def _sent_data(self, data: Data, message: Incoming) -> None:
        tools, settings = self._tools, self._tools.settings
        members = data_members(data)
        if tools.step.is_passthrough:
            before = self._origin.incoming_headers.get("stepId") if settings.no_self_passtrhough else None
            members["passthrough"] = passed_on(message.passthrough, before, message.members)
        if settings.emit_lightweight_message:
            members = await tools.storage.lightened(members)
        elif members.get("passthrough"):
            members["passthrough"] = await tools.storage.inlined(members["passthrough"])
        if tools.step.is_passthrough and not settings.no_self_passtrhough:
            members["passthrough"] = passed_on(members["passthrough"], settings.step_id, members)
        headers = {**self._origin.headers, "messageId": data.id or tools.new_id(), "end": now_ms()}
        outgoing = tools.outcomes.data(members, headers)
        await tools.rates.data.turn()
        await tools.outlet.send(outgoing)
        self.emitted = True

    async def fail(self, error: BaseException | str) -> None:
        """Reports an error; the input will be rejected."""
        self.errors += 1
        await self._tools.rates.error.turn()
        await self.report(error, {**self._origin.headers, "end": now_ms()})

    async def report(self, error: BaseException | str, headers: Headers) -> None:
        """Publishes the error, for the platform and for whoever waits for a reply."""
        for outgoing in self._tools.outcomes.errors(error, headers, self._origin):
            try:
                await self._tools.outlet.send(outgoing)
            except Failure as failure:
                self._log.error("An error could not be reported", failure)

    async def come_back(self, reason: BaseException | str) -> None:
        """Sends the input back, to come again later; one that came back too often is an error that does not reject it."""
        outgoing = self._tools.outcomes.rebound(reason, self._origin, now_ms())
        if outgoing is None:
            await self.report(Failure("Rebound limit exceeded"), self._origin.headers)
        else:
            await self._tools.outlet.send(outgoing)

    async def _error(self, emission: Error) -> None:
        await self.fail(emission.error)

    async def _rebound(self, emission: Rebound) -> None:
        await self.come_back(emission.reason)

    async def _snapshot(self, emission: Snapshot) -> None:
        tools = self._tools
        tools.place.snapshot = emission.value
        outgoing = tools.outcomes.snapshot(emission.value, self._origin.headers, "snapshot")
        await tools.rates.snapshot.turn()
        await tools.outlet.send(outgoing)

    async def _update(self, emission: SnapshotUpdate) -> None:
        tools, delta = self._tools, emission.delta
        if not isinstance(delta, Mapping):
            self._log.error("You should pass an object to the `updateSnapshot` event")
        elif delta.get("$set"):
            self._log.warn("ERROR: $set is not supported any more in `updateSnapshot` event")
        else:
            known = tools.place.snapshot
            tools.place.snapshot = {**(known if isinstance(known, Mapping) else {}), **delta}
            await tools.outlet.send(tools.outcomes.snapshot(delta, self._origin.headers, "updateSnapshot"))

    async def _reply(self, emission: HttpReply) -> None:
        await self._tools.outlet.send(self._tools.outcomes.reply(emission, self._origin.headers))

    async def _keys(self, emission: Keys) -> None:
        account = self._tools.step.config.get("_account")
        try:
            if not account:
                raise Refused("Missing value for parameter '{id}'. Please provide argument: 0")
            await self._tools.api.update_account(str(account), emission.keys)
        except Refused as error:
            self._log.error("Failed to update keys", error)
            await self.fail(error)


_KINDS: dict[type, Callable[[Emitter, Any], Awaitable[None]]] = {
    Error: Emitter._error,
    Rebound: Emitter._rebound,
    Snapshot: Emitter._snapshot,
    SnapshotUpdate: Emitter._update,
    HttpReply: Emitter._reply,
    Keys: Emitter._keys,
}


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(time.time() * 1000)

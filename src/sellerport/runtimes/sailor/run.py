"""The long-running step: boots in the platform's order, works until it is told to end, and ends.

Source: elasticio-sailor-nodejs 2.7.8, run.js.
"""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Mapping
from typing import TypeVar

from sellerport.contract import Component
from sellerport.errors import Stopped
from sellerport.runtimes.sailor.api import Api, StepData
from sellerport.runtimes.sailor.cipher import Cipher
from sellerport.runtimes.sailor.emitter import Place, Rates, Tools
from sellerport.runtimes.sailor.envelope import step_headers
from sellerport.runtimes.sailor.hooks import Hooks
from sellerport.runtimes.sailor.ids import ids
from sellerport.runtimes.sailor.intake import Intake
from sellerport.runtimes.sailor.loading import Load, function_of
from sellerport.runtimes.sailor.log import Log, take_events
from sellerport.runtimes.sailor.outcome import Outcomes
from sellerport.runtimes.sailor.outlet import Outlet
from sellerport.runtimes.sailor.rest import Rest
from sellerport.runtimes.sailor.settings import Settings
from sellerport.runtimes.sailor.step import Step
from sellerport.runtimes.sailor.storage import Storage

T = TypeVar("T")


async def sail(settings: Settings, load: Load, *, env: Mapping[str, str], log: Log, stop: asyncio.Event) -> int:
    """Runs the step until `stop` is set; the exit code."""
    _listen_for_the_end(stop, log)
    rest = Rest()
    try:
        if settings.hook_shutdown:
            return await _shut_down(settings, load, api=Api(settings, rest), log=log)
        return await _Process(settings, load, env=env, log=log, stop=stop, rest=rest).run()
    finally:
        rest.close()


def _listen_for_the_end(stop: asyncio.Event, log: Log) -> None:
    def end(name: str) -> None:
        log.info(f"Received {name}")
        stop.set()

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, facts: log.error(str(facts.get("message")), facts.get("exception")))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, number.name)


async def _shut_down(settings: Settings, load: Load, *, api: Api, log: Log) -> int:
    """The process that only runs the shutdown hook; it knows no broker."""
    try:
        step = await api.step()
        component = load()
        await Hooks(function_of(component, settings.function), step=step, api=api, log=log).shutdown()
        await component.close()
    except Exception as error:
        log.fatal("putOutToSea.catch", error)
        return 1
    return 0


class _Process:
    """One step process from its first connection to its last."""

    def __init__(
        self, settings: Settings, load: Load, *, env: Mapping[str, str], log: Log, stop: asyncio.Event, rest: Rest
    ) -> None:
        self._settings, self._load, self._env, self._log, self._stop = settings, load, env, log, stop
        self._rest, self._api = rest, Api(settings, rest)
        self._outcomes = Outcomes(settings, Cipher(settings.message_crypto_password, settings.message_crypto_iv))
        self._outlet = Outlet(settings, log, stop=stop)
        self._intake = Intake(settings, log, stop=stop)
        self._ids = ids()
        self._component: Component | None = None

    async def run(self) -> int:
        """The exit code: 0 after a graceful end, 1 where the step could not start."""
        connected = False
        try:
            await self._unless_stopped(self._outlet.open())
            await self._unless_stopped(self._intake.open())
            connected = True
            await self._boot()
        except Stopped:
            await self._close()
            return 0
        except Exception as error:
            if connected:
                await self._report(error)
            self._log.fatal("putOutToSea.catch", error)
            await self._close()
            return 1
        gc.freeze()  # what was loaded stays: no need to look through it again and again
        gc.set_threshold(20_000, 20, 20)  # a message makes some hundred objects and no circles
        self._log.info("Fully initialized and waiting for messages")
        await self._stop.wait()
        return await self._end()

    async def _boot(self) -> None:
        data = await self._unless_stopped(self._api.step())
        component = self._component = self._load()
        function = function_of(component, self._settings.function)
        take_events(self._log)
        hooks = Hooks(function, step=data, api=self._api, log=self._log)
        if self._settings.startup_required:
            await hooks.startup()
        await hooks.init()
        step = Step(self._tools(data), component, env=self._env)
        if not self._stop.is_set():
            await self._intake.consume(step.handle)

    def _tools(self, data: StepData) -> Tools:
        settings, log, cipher = self._settings, self._log, self._outcomes.cipher
        return Tools(
            settings=settings,
            step=data,
            place=Place(data.snapshot),
            rates=Rates.of(settings),
            outcomes=self._outcomes,
            outlet=self._outlet,
            storage=Storage(settings, cipher, rest=self._rest, env=self._env, log=log),
            api=self._api,
            log=log,
            new_id=self._ids.__next__,
            stop=self._stop,
        )

    async def _unless_stopped(self, work: Awaitable[T]) -> T:
        """The work's result; Stopped, and the work cancelled, where the process is told to end before."""
        task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if task.done():
            return task.result()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise Stopped("stopped while starting")

    async def _report(self, error: Exception) -> None:
        """Tells the platform why the step could not start."""
        headers = {**self._settings.more_headers, **step_headers(self._settings), "messageId": next(self._ids)}
        try:
            for outgoing in self._outcomes.errors(error, headers):
                await self._outlet.send(outgoing)
        except Exception as failure:
            self._log.error("The error could not be reported", failure)

    async def _end(self) -> int:
        """Lets the running work end, then leaves; what is not settled goes back to the queue."""
        self._outlet.hurry()
        await self._intake.stop()
        self._log.info("Disconnecting...")
        await self._close()
        self._log.info("Successfully disconnected")
        return 0

    async def _close(self) -> None:
        for ended in await asyncio.gather(self._intake.close(), self._outlet.close(), return_exceptions=True):
            if isinstance(ended, Exception):
                self._log.warn("A connection did not end as it should", ended)
        if self._component is not None:
            await self._component.close()

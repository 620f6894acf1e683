"""The platform's hooks: startup when a flow begins, init with each process, shutdown when the flow ends.

Source: elasticio-sailor-nodejs 2.7.8, lib/sailor.js startup, runHookInit, runHookShutdown.
"""

import copy
from typing import Any, Literal

from sellerport.contract import Function
from sellerport.runtimes.sailor.api import Api, Refused, StepData
from sellerport.runtimes.sailor.log import Log

CONFLICT = 409


class Hooks:
    """The hooks of one function; one that it does not have is passed over."""

    def __init__(self, function: Function, *, step: StepData, api: Api, log: Log) -> None:
        self._function, self._step, self._api, self._log = function, step, api, log

    async def startup(self) -> None:
        """Runs at the start of a flow; what it returns is kept for `shutdown`."""
        state = await self._called("startup") or {}
        try:
            await self._api.startup_state("POST", state)
        except Refused as error:
            if error.status != CONFLICT:
                raise
            self._log.warn("Startup data already exists. Rewriting.")
            await self._api.startup_state("DELETE")
            await self._api.startup_state("POST", state)

    async def init(self) -> None:
        """Runs in every process before its first message."""
        await self._called("init")

    async def shutdown(self) -> None:
        """Runs at the end of a flow, with what `startup` returned, which is then forgotten."""
        state = await self._api.startup_state("GET")
        await self._called("shutdown", state)
        await self._api.startup_state("DELETE")

    async def _called(self, name: Literal["startup", "init", "shutdown"], *more: Any) -> Any:
        hook = getattr(self._function, name)
        if hook is None:
            self._log.warn(f"invokeModuleFunction – {name} is not found")
            return None
        return await hook(copy.deepcopy(dict(self._step.config)), *more)

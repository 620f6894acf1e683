"""What a person sees while a run works: a status line with the count of messages and the time left of a wait.

On a terminal only; elsewhere a wait is a log line.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from sellerport.contract import Data, Emission
from sellerport.runtimes.cli.logs import is_terminal

log = structlog.get_logger()


class Progress:
    """The status line of one run; a context manager."""

    def __init__(self) -> None:
        self._status: Any = None
        self._messages = 0
        self._countdown: asyncio.Task[None] | None = None

    def __enter__(self) -> "Progress":
        if is_terminal():
            from rich.console import Console

            self._status = Console(stderr=True).status("asking Amazon")
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_countdown()
        if self._status is not None:
            self._status.stop()

    def emitted(self, emission: Emission) -> None:
        """Another emission is out."""
        if isinstance(emission, Data):
            self._messages += 1
            self._end_countdown()
            self._show(f"{self._messages} messages")

    def told(self, event: str, facts: Mapping[str, Any]) -> None:
        """News from the run: `wait` with operation and seconds, others with counts."""
        if self._status is None:
            if event == "wait":
                log.info("waiting", **facts)
            return
        self._end_countdown()
        if event == "wait":
            self._countdown = asyncio.ensure_future(self._count(facts["operation"], float(facts["seconds"])))
        else:
            self._show(", ".join(f"{value} {name}" for name, value in facts.items()))

    async def _count(self, operation: str, seconds: float) -> None:
        while seconds > 0:
            minutes, rest = divmod(int(seconds), 60)
            self._show(f"waiting for the quota of {operation}: {minutes}:{rest:02} left")
            await asyncio.sleep(1)
            seconds -= 1

    def _end_countdown(self) -> None:
        if self._countdown is not None:
            self._countdown.cancel()
            self._countdown = None

    def _show(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

"""One run on the command line: emissions become lines on stdout, snapshots a file."""

import re
import sys
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import structlog

from sellerport.contract import Component, Data, Emission, Error, Message, Rebound, Snapshot, SnapshotUpdate, execute
from sellerport.errors import SellerportError, Stopped
from sellerport.runtimes.cli import files
from sellerport.runtimes.cli.progress import Progress

log = structlog.get_logger()

#: Characters that some readers take for the end of a line, and how JSON spells them.
_LINE_ENDS = {"\x85".encode(): b"\\u0085", "\u2028".encode(): b"\\u2028", "\u2029".encode(): b"\\u2029"}
_LINE_END = re.compile(b"|".join(_LINE_ENDS))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for. `with_types` prints snapshots too, each line with its type."""

    function: str
    cfg: Mapping[str, Any] = field(repr=False)
    body: Any = field(repr=False)
    snapshot: Path | None
    surroundings: Mapping[str, Any] = field(repr=False)
    with_types: bool


async def carry_out(component: Component, wish: Wish) -> None:
    """Run the function; each emission is on its way (a line flushed, a snapshot on disk) before the next is asked.

    Told to stop, it ends after the next snapshot, or where the run itself gives up waiting.
    """
    files.check_place(wish.snapshot)
    with Progress() as progress:
        emissions = execute(
            component,
            wish.function,
            cfg=wish.cfg,
            message=Message(wish.body),
            snapshot=None if wish.surroundings["sample"] != "no" else files.snapshot(wish.snapshot),
            progress=progress.told,
            **wish.surroundings,
        )
        async with aclosing(emissions):
            async for emission in emissions:
                _emit(wish, emission)
                progress.emitted(emission)
                if isinstance(emission, Snapshot) and wish.surroundings["stop"].is_set():
                    raise Stopped("stopped; what was emitted is complete, run it again to go on")


def _emit(wish: Wish, emission: Emission) -> None:
    if isinstance(emission, Error | Rebound):
        _raise(emission.error if isinstance(emission, Error) else emission.reason)
    if isinstance(emission, Snapshot | SnapshotUpdate):
        _keep(wish, emission)
    elif isinstance(emission, Data):
        _line({"type": "data", "body": emission.body} if wish.with_types else emission.body)
    else:
        log.info("emission.ignored", kind=type(emission).__name__)


def _keep(wish: Wish, emission: Snapshot | SnapshotUpdate) -> None:
    if isinstance(emission, Snapshot):
        value = emission.value
    else:
        value = (files.snapshot(wish.snapshot) or {}) | dict(emission.delta)
    if wish.with_types:
        _line({"type": "snapshot", "body": value})
    if wish.snapshot is not None:
        files.replace(wish.snapshot, value)


def _line(value: Any) -> None:
    line = value if isinstance(value, msgspec.Raw) else msgspec.json.encode(value)
    if _LINE_END.search(line):
        line = _LINE_END.sub(lambda end: _LINE_ENDS[end[0]], line)
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except (OSError, AttributeError) as error:  # a full disk; no stdout at all
        raise Stopped(f"the output cannot be written: {error}; nothing is lost, run it again") from None


def _raise(error: BaseException | str) -> None:
    raise error if isinstance(error, BaseException) else SellerportError(error)

"""The same toy for our runtime: emits what its input's body asks for, or else the body itself."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from typing import Any

from sellerport.contract import (
    Action,
    Call,
    Component,
    Data,
    Emission,
    Error,
    HttpReply,
    Rebound,
    Snapshot,
    SnapshotUpdate,
)

MAKERS = {
    "data": lambda value: Data(value.get("body"), id=value.get("id"), headers=value.get("headers") or {}),
    "error": Error,
    "rebound": Rebound,
    "snapshot": Snapshot,
    "updateSnapshot": SnapshotUpdate,
    "httpReply": lambda value: HttpReply(value["body"], value["statusCode"], value["headers"]),
}


async def toy(call: Call, port: Any) -> AsyncIterator[Emission]:
    asked = call.body.get("emit") if isinstance(call.body, dict) else None
    for kind, value in asked or [["data", {"body": call.body}]]:
        yield MAKERS[kind](value)


async def slow(call: Call, port: Any) -> AsyncIterator[Emission]:
    await asyncio.sleep(0.5)
    yield Data(call.body)


async def who(call: Call, port: Any) -> AsyncIterator[Emission]:
    """Says which process worked on the input, after a while of its own choice."""
    await asyncio.sleep(random.random() / 10)
    yield Data({"n": call.body, "pid": os.getpid()})


COMPONENT = Component(
    functions={
        "toy": Action(title="Toy", help="Emits its body.", run=toy, input=Any),
        "slow": Action(title="Slow", help="Emits its body later.", run=slow, input=Any),
        "who": Action(title="Who", help="Emits who worked on its body.", run=who, input=Any),
        "unresolved": Action(title="Unresolved", help="Emits its body.", run=toy, input=Any, auto_resolve=False),
    }
)

"""The ASGI app: host and path choose a face, faults come between, the control plane sits under /_sim/.

Path -> face: `/_sim/` control, `/auth/o2/token` the token endpoint, `/_documents/` presigned storage, `/` and
`/Orders|Feeds|Sellers/…` MWS, everything else SP-API.

How an operation is added: write `def handle(world: World, ask: Ask) -> Answer` in a module of the face and name it in
the face's table (`spapi/table.py`: Operation(name, method, path, handle); `mws/handlers.py`: action -> handler). The
face has then already checked address, signature or token, seller, region of `ask.marketplaces` and quota; faults were
taken and the request was counted before that. A handler raises `Refusal(status, code, message)` for a documented
error. It runs synchronously, so what it does to the world is one step. `RIPEN` names what moves the world on by itself
(feeds that are due); it runs before every request.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from . import control, feeds
from .documents import FACE as DOCUMENTS
from .exchange import Answer, Face, Refusal, Wire
from .faults import Fault
from .mws.door import FACE as MWS
from .spapi.door import FACE as SPAPI
from .spapi.token import FACE as TOKEN
from .world import World

#: Called before every request: lets feeds move on that are due by the world's clock.
RIPEN: Final[tuple[Callable[[World], None], ...]] = (feeds.ripen,)

#: Path -> face, the first that fits; presigned storage comes before SP-API.
FACES: Final[tuple[tuple[re.Pattern[str], Face], ...]] = (
    (re.compile(r"/auth/o2/token"), TOKEN),
    (re.compile(r"/_documents/.*"), DOCUMENTS),
    (re.compile(r"/([A-Z].*)?"), MWS),
    (re.compile(r"/.*"), SPAPI),
)
HTML: Final = b"<html><head><title>Sorry</title></head><body><h1>We are sorry</h1></body></html>"
HTML_HEADERS: Final = {"content-type": "text/html"}

#: Cuts the connection of a request: the server's business where there is one.
Cut = Callable[[Scope], None]


def _no_line(scope: Scope) -> None:
    raise ConnectionResetError("the simulator cut the connection")


def _face(path: str) -> Face:
    return next(face for pattern, face in FACES if pattern.fullmatch(path))


async def _wire(scope: Scope, receive: Receive) -> Wire:
    request = Request(scope, receive)
    raw = scope.get("raw_path") or scope["path"].encode()
    return Wire(
        method=request.method,
        path=raw.decode("ascii", "replace"),
        query=scope["query_string"].decode("ascii", "replace"),
        headers=dict(request.headers),
        body=await request.body(),
    )


def _worked(world: World, face: Face, wire: Wire) -> Answer:
    """The face's own answer; a refusal is counted and written."""
    try:
        return face.answer(world, wire)
    except Refusal as error:
        world.counted(face.operation(wire)).refused[error.code] += 1
        return face.refusal(world, wire, error)


def _bent(wire: Wire, fault: Fault) -> Wire:
    """The request as a fault lets the face see it: under another clock, with a dead token."""
    skew = fault.seconds(3600) if fault.kind == "wrong-clock" else 0.0
    return replace(wire, expired=fault.kind == "expired-token", skew=skew)


def _spoiled(world: World, face: Face, wire: Wire, fault: Fault) -> Answer:
    """The answer under a fault that replaces or changes it."""
    if fault.kind in face.faults:
        error = face.faults[fault.kind]
        world.counted(face.operation(wire)).refused[error.code] += 1
        return face.refusal(world, wire, error)
    if fault.kind == "html":
        return Answer(503, HTML, HTML_HEADERS)
    if fault.kind == "garbage":
        return Answer(200, str(fault.options.get("body", HTML.decode())).encode(), HTML_HEADERS)
    answer = _worked(world, face, wire)
    return replace(answer, body=answer.body[: len(answer.body) // 2]) if fault.kind == "truncated" else answer


def _stamped(world: World, face: Face, wire: Wire, answer: Answer) -> Answer:
    """The answer with the headers that every answer of the face carries."""
    length = {"content-length": str(len(answer.body))}
    return replace(answer, headers={**face.stamp(world, wire), **answer.headers, **length})


async def _answered(world: World, face: Face, wire: Wire) -> Answer | None:
    """The answer, or None where the connection is to be cut."""
    operation = face.operation(wire)
    for ripen in RIPEN:
        ripen(world)
    world.counted(operation).requests += 1
    fault = world.faults.take(operation)
    if fault is None:
        return _stamped(world, face, wire, _worked(world, face, wire))
    if fault.kind == "reset":
        return None
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds(1))
    wire = _bent(wire, fault)
    answer = _stamped(world, face, wire, _spoiled(world, face, wire, fault))
    return None if fault.kind == "lost-reply" else answer


def create_app(world: World | None = None, *, cut: Cut = _no_line) -> Starlette:
    """The simulator as an ASGI app over `world` (by default one of 100 orders), which stands in `app.state.world`.

    `cut` ends a request's connection without an answer; in process it raises ConnectionResetError.
    """
    world = world or World()

    async def faces(scope: Scope, receive: Receive, send: Send) -> None:
        wire = await _wire(scope, receive)
        answer = await _answered(world, _face(wire.path), wire)
        if answer is None:
            return cut(scope)
        raw = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})
        return None

    app = Starlette(routes=[Mount("/_sim", routes=control.routes(world)), Mount("/", app=faces)])
    app.state.world = world
    return app

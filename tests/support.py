"""Component and simulator in one process: no socket, no sleep, one time for both.

    async with bench(orders=60, quota=True) as b:
        emissions = await b.run("getNewAndUpdatedOrders", b.cfg("MWS", orderStatus="Shipped"))

Everything that goes over the line stands in `b.wire.seen`; `b.wire.spoil` may answer in Amazon's place. Whoever sleeps
moves the time, so that quotas refill and tokens age while nobody waits. A fault that was ordered and that nobody ran
into fails the test.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import msgspec
import stamina

from sellerport.amazon.connect import Connector
from sellerport.amazon.http import HttpTransport
from sellerport.component import component
from sellerport.contract import Component, Data, Emission, Message, Snapshot, execute
from sellerport.errors import SellerportError
from sellersim import Clock, World, create_app
from sellersim.replay import recordings

VECTORS = Path(__file__).parent / "vectors"
START = datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()
ENDPOINT = "http://127.0.0.1:8080"
APIS = ("SP-API", "MWS")
TRIGGER = "getNewAndUpdatedOrders"
SECRETS = ("clientSecret", "refreshToken", "mwsSecretKey", "mwsAuthToken", "mwsAccessKey")
#: What a page of orders is asked by, on either protocol.
PAGES = ("searchOrders", "ListOrders", "ListOrdersByNextToken")


class Time:
    """The client's clock and the world's: it stands still until somebody sleeps, then it is as late as he wanted."""

    def __init__(self, start: float = START) -> None:
        self.at = start
        self.slept: list[float] = []
        self._ends: list[float] = []
        self._working: set[asyncio.Future[Any]] = set()

    def now(self) -> float:
        return self.at

    def chance(self) -> float:
        return 0.5

    async def sleep(self, seconds: float) -> None:
        """Let the time pass; of several sleepers the one who wakes first moves it first."""
        self.slept.append(seconds)
        end = self.at + seconds
        self._ends.append(end)
        try:
            while self.at < end:
                await self._others()
                if end <= min(self._ends):
                    self.at = max(self.at, end)
        finally:
            self._ends.remove(end)

    async def _others(self) -> None:
        """Let everybody go on who can, so that time passes only where all wait for it."""
        ready: Any = asyncio.get_running_loop()._ready  # type: ignore[attr-defined] # there is no public way to ask
        for _ in range(5):
            await asyncio.sleep(0)
        while self._working or len(ready) >= len(self._ends):  # noqa: ASYNC110 - no event tells that nobody is ready
            await asyncio.sleep(0)

    @contextmanager
    def knowing_threads(self) -> Iterator[None]:
        """While work goes on in a thread (the store's), no time passes."""
        loop = asyncio.get_running_loop()
        original = loop.run_in_executor

        def run(*arguments: Any) -> asyncio.Future[Any]:
            future = original(*arguments)
            self._working.add(future)
            future.add_done_callback(self._working.discard)
            return future

        loop.run_in_executor = run  # type: ignore[method-assign]
        try:
            yield
        finally:
            loop.run_in_executor = original  # type: ignore[method-assign]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it went over the line. `params` are those of query and form."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def params(self) -> dict[str, str]:
        form = self.body.decode() if "form-urlencoded" in self.headers.get("content-type", "") else ""
        return dict(parse_qsl(urlsplit(self.url).query + "&" + form, keep_blank_values=True))

    @property
    def name(self) -> str:
        """Amazon's name of the operation."""
        if "Action" in self.params:
            return self.params["Action"]
        for start, name in OPERATIONS:
            if f"{self.method} {self.path}".startswith(start):
                return name
        return f"{self.method} {self.path}"


OPERATIONS = (
    ("POST /auth/o2/token", "token"),
    ("GET /orders/2026-01-01/orders/", "getOrder"),
    ("GET /orders/2026-01-01/orders", "searchOrders"),
    ("GET /sellers/v1/marketplaceParticipations", "getMarketplaceParticipations"),
)

Forward = Callable[[], Awaitable[httpx2.Response]]
Spoil = Callable[[Asked, Forward], Awaitable[httpx2.Response | None]]


class Wire(httpx2.AsyncBaseTransport):
    """The line: passes requests on to the simulator. `spoil(asked, forward)` may answer instead, or raise."""

    def __init__(self, app: Any) -> None:
        self.seen: list[Asked] = []
        self.spoil: Spoil | None = None
        self._next = httpx2.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        asked = Asked(request.method, str(request.url), dict(request.headers), await request.aread())
        self.seen.append(asked)

        async def forward() -> httpx2.Response:
            try:
                return await self._next.handle_async_request(request)
            except ConnectionResetError as error:
                raise httpx2.ReadError("cut") from error

        answer = await self.spoil(asked, forward) if self.spoil else None
        return answer or await forward()

    @property
    def counts(self) -> Counter[str]:
        """Requests by operation."""
        return Counter(asked.name for asked in self.seen)

    def pages(self) -> list[Asked]:
        """The requests for a page of orders."""
        return [asked for asked in self.seen if asked.name in PAGES]

    def answering(self, *names: str, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """From now on the named operations are answered like this (with no names, every one but the token)."""

        async def spoil(asked: Asked, forward: Forward) -> httpx2.Response | None:
            chosen = asked.name in names if names else asked.name != "token"
            return reply(status, body, headers) if chosen else None

        self.spoil = spoil


def reply(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> httpx2.Response:
    """An answer as it comes over a line: not read yet."""
    return httpx2.Response(status, stream=httpx2.ByteStream(body), headers=dict(headers or {}))


@dataclass(slots=True)
class Bench:
    """One world, and the component that talks to it."""

    time: Time
    world: World
    wire: Wire
    connector: Connector
    component: Component
    progress: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def cfg(self, api: str, **fields: Any) -> dict[str, Any]:
        """A cfg of the world's seller, with fields of the step."""
        name = {"SP-API": "spapi", "MWS": "mws"}[api]
        return {**self.world.cfgs(ENDPOINT)[name], **fields}

    async def run(self, function: str, cfg: Mapping[str, Any], body: Any = None, **surroundings: Any) -> list[Emission]:
        """All emissions of one run."""
        return [emission async for emission in self.stream(function, cfg, body, **surroundings)]

    async def ended(
        self, function: str, cfg: Mapping[str, Any], body: Any = None, **surroundings: Any
    ) -> tuple[list[Emission], SellerportError | None]:
        """The emissions of a run that may end with an error, and the error."""
        emitted: list[Emission] = []
        try:
            async for emission in self.stream(function, cfg, body, **surroundings):
                emitted.append(emission)
        except SellerportError as error:
            return emitted, error
        return emitted, None

    async def stream(
        self, function: str, cfg: Mapping[str, Any], body: Any = None, **surroundings: Any
    ) -> AsyncIterator[Emission]:
        """The emissions of one run, one after the other."""
        given = {"progress": lambda event, facts: self.progress.append((event, facts)), **surroundings}
        message = Message({} if body is None else body)
        async with aclosing(execute(self.component, function, cfg=cfg, message=message, **given)) as emissions:
            async for emission in emissions:
                yield emission

    async def verify(self, cfg: Mapping[str, Any], env: Mapping[str, str] | None = None) -> list[str]:
        """The warnings of a verification."""
        assert self.component.verify is not None
        return await self.component.verify(cfg, env or {})

    def ids(self, status: str) -> list[str]:
        """The world's orders of a status, the one changed longest ago first."""
        return [order.id for order in self.world.orders.all() if order.status == status]


@asynccontextmanager
async def bench(*, scale: float = 1.0, replay: Path | None = None, **world: Any) -> AsyncIterator[Bench]:
    """A bench over a new world (60 orders, no quota); the faults that a test ordered must have happened at its end."""
    time = Time()
    clock = Clock(datetime.fromtimestamp(START, UTC), scale=scale, real=time.now)
    made = World(clock=clock, **{"orders": 60, "seed": 5, "quota": False, **world})
    if replay is not None:
        made.replay_from(recordings(replay))
    wire = Wire(create_app(made))
    connector = Connector("0", clock=time, transport=lambda: HttpTransport(httpx2.AsyncClient(transport=wire)))
    whole = component(connector)
    with patient(), time.knowing_threads():
        try:
            yield Bench(time, made, wire, connector, whole)
        finally:
            await whole.close()
    assert not made.faults.owed(), "a fault was ordered that nobody ran into"


@contextmanager
def patient() -> Iterator[None]:
    """The pauses between the tries of a request take no time; the number of tries stays."""
    with stamina.set_testing(True, attempts=1000, cap=True):
        yield


def bodies(emissions: list[Emission]) -> list[Any]:
    """The bodies of the messages among emissions."""
    return [emission.body for emission in emissions if isinstance(emission, Data)]


def orders(emissions: list[Emission]) -> list[dict[str, Any]]:
    """Every order among emissions, whether emitted alone or in lists."""
    found: list[dict[str, Any]] = []
    for body in bodies(emissions):
        found += body.get("orders", [body])
    return found


def ids(emissions: list[Emission]) -> list[str]:
    """The ids of all orders among emissions."""
    return [order["amazonOrderId"] for order in orders(emissions)]


def snapshots(emissions: list[Emission]) -> list[Any]:
    """The snapshots among emissions, as they come back: through JSON."""
    return [json.loads(msgspec.json.encode(e.value)) for e in emissions if isinstance(e, Snapshot)]


def leaves(value: Any) -> Iterator[Any]:
    """Every text, number and truth in a JSON value."""
    if isinstance(value, dict):
        for member in value.values():
            yield from leaves(member)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member)
    elif value is not None:
        yield value


def shuffled(seed: int) -> random.Random:
    """Chance that a seed repeats."""
    return random.Random(seed)

"""One operation's way: its turn, the waits after a throttle, what is repeated, and how a run is told to end."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import stamina

from sellerport.amazon.exchange import Exchange, NoTurns, hidden
from sellerport.amazon.http import Answer, LineLost, Request
from sellerport.amazon.patience import Patience
from sellerport.errors import Rejected, SellerportError, Stopped, Throttled, Unavailable
from support import Time, patient

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    with patient():
        yield


class Line:
    """Answers as it was told, one after the other; what is an exception is raised."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.sent = 0

    async def send(self, request: Request, *, limit: int = 0) -> Answer:
        self.sent += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer, {"x-amzn-requestid": "req-7"}, b"body")


class Turns(NoTurns):
    """Keeps what it is asked and told."""

    def __init__(self, *, known: float = 0.0, refusing: Exception | None = None) -> None:
        self.told: list[str] = []
        self.known, self.refusing = known, refusing

    async def turn(self, operation: str) -> None:
        self.told.append("turn")
        if self.refusing:
            raise self.refusing

    async def refused(self, operation: str) -> float:
        self.told.append("refused")
        return self.known


def refusal(answer: Answer) -> SellerportError | None:
    return {429: Throttled("slow down", status=429), 503: Unavailable("down", status=503)}.get(answer.status)


def exchange(line: Any, turns: Any = None, **patience: Any) -> tuple[Exchange, Time]:
    time = Time()
    return Exchange(line, turns or NoTurns(), Patience(time, **patience), refusal), time


async def make() -> Request:
    return Request("GET", "http://amazon/")


def read(answer: Answer) -> bytes:
    return answer.body


async def test_every_try_takes_a_turn() -> None:
    turns = Turns()
    whole, _ = exchange(Line(503, LineLost("cut", sent=True), 200), turns)
    assert await whole.send("ListOrders", make, read) == b"body"
    assert turns.told == ["turn"] * 3


async def test_what_is_not_safe_is_sent_once() -> None:
    for fault in (503, LineLost("cut", sent=True)):
        line = Line(fault, 200)
        with pytest.raises(Unavailable):
            await exchange(line)[0].send("SubmitFeed", make, read, safe=False)
        assert line.sent == 1


async def test_a_throttled_submission_did_nothing_and_is_sent_again() -> None:
    line = Line(429, 200)
    assert await exchange(line)[0].send("SubmitFeed", make, read, safe=False) == b"body"


@pytest.mark.parametrize(("known", "floor", "waited"), [(178.0, 30.0, 178.0), (5.0, 30.0, 30.0), (0.0, 30.0, 30.0)])
async def test_a_throttle_waits_the_longer_of_quota_and_floor(known: float, floor: float, waited: float) -> None:
    whole, time = exchange(Line(429, 200), Turns(known=known))
    await whole.send("searchOrders", make, read, floor=floor)
    assert time.slept == [waited]


async def test_pauses_grow_where_nothing_is_known() -> None:
    whole, time = exchange(Line(*[429] * 7, 200))
    await whole.send("getOrder", make, read)
    assert time.slept == [1, 2, 4, 8, 16, 30, 30]


async def test_a_run_without_patience_never_waits() -> None:
    line, turns = Line(429, 200), Turns(known=60)
    whole, time = exchange(line, turns, limit=0)
    with pytest.raises(Throttled):
        await whole.send("ListOrders", make, read)
    assert (line.sent, time.slept) == (1, [])
    assert turns.told == ["turn", "refused"], "the others learn of it all the same"


async def test_a_wait_over_the_limit_is_the_callers_with_its_length() -> None:
    whole, time = exchange(Line(429, 200), Turns(known=60), limit=45.0)
    with pytest.raises(Throttled) as raised:
        await whole.send("ListOrders", make, read)
    assert (raised.value.wait, time.slept) == (60, [])


async def test_our_own_quota_is_no_refusal_of_amazons() -> None:
    turns = Turns(refusing=Throttled("the quota is used up", wait=60))
    with pytest.raises(Throttled):
        await exchange(Line(), turns, limit=45.0)[0].send("ListOrders", make, read)
    assert turns.told == ["turn"]


async def test_a_throttled_token_is_no_refusal_of_the_operation() -> None:
    async def ready() -> None:
        raise Throttled("too many tokens", status=429)

    turns = Turns()
    whole = Exchange(Line(), turns, Patience(Time(), limit=0), refusal, ready=ready)
    with pytest.raises(Throttled):
        await whole.send("searchOrders", make, read)
    assert turns.told == []


async def test_a_stopped_run_asks_nothing() -> None:
    stop, line = asyncio.Event(), Line(200)
    stop.set()
    with pytest.raises(Stopped):
        await exchange(line, stop=stop)[0].send("ListOrders", make, read)
    assert line.sent == 0


class Silent:
    """Never answers."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.cancelled = False

    async def send(self, request: Request, *, limit: int = 0) -> Answer:
        self.asked.set()
        try:
            return await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def test_a_read_that_amazon_does_not_answer_ends_when_the_run_is_told_to() -> None:
    stop, line = asyncio.Event(), Silent()
    run = asyncio.ensure_future(exchange(line, stop=stop)[0].send("ListOrders", make, read))
    await line.asked.wait()
    stop.set()
    with pytest.raises(Stopped):
        await run
    assert line.cancelled


async def test_a_submission_under_way_is_not_cut_off() -> None:
    stop, line = asyncio.Event(), Silent()
    run = asyncio.ensure_future(exchange(line, stop=stop)[0].send("SubmitFeed", make, read, safe=False))
    await line.asked.wait()
    stop.set()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not run.done()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def test_a_cancelled_run_cancels_its_request() -> None:
    line = Silent()
    run = asyncio.ensure_future(exchange(line)[0].send("ListOrders", make, read))
    await line.asked.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert line.cancelled


class Ending(Line):
    """A line on which the run is told to end while it is asked."""

    def __init__(self, stop: asyncio.Event) -> None:
        super().__init__(503, 200)
        self.stop = stop

    async def send(self, request: Request, *, limit: int = 0) -> Answer:
        self.stop.set()
        return await super().send(request, limit=limit)


async def test_the_run_ends_at_once_in_the_pause_between_two_tries() -> None:
    stop = asyncio.Event()
    line = Ending(stop)
    with stamina.set_testing(False), pytest.raises(Stopped):
        await exchange(line, stop=stop)[0].send("ListOrders", make, read)
    assert line.sent == 1


async def test_an_answer_that_cannot_be_read_is_not_repeated_and_says_where_it_came_from() -> None:
    def unreadable(answer: Answer) -> None:
        raise Rejected("the answer is not JSON")

    line = Line(200, 200)
    with pytest.raises(Rejected) as raised:
        await exchange(line)[0].send("searchOrders", make, unreadable)
    assert (line.sent, raised.value.status, raised.value.request_id) == (1, 200, "req-7")


@pytest.mark.parametrize(
    ("text", "left"),
    [("a Atzr|IwEBIG-secret+1 b", "a … b"), ("a Atzr%7CIwEBIG-secret%2B1 b", "a … b"),
     ("it begins 'Atzr|IwEBIG-sec'", "it begins '…'"), ("nothing", "nothing")],
)  # fmt: skip
def test_a_secret_is_hidden_however_it_stands_in_a_text(text: str, left: str) -> None:
    assert hidden(text, ("Atzr|IwEBIG-secret+1",)) == left


def test_a_value_too_short_for_a_secret_hides_nothing() -> None:
    assert hidden("a test of tests", ("test",)) == "a test of tests"

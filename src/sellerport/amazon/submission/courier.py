"""What feeding needs of a protocol: the same few steps over MWS and over SP-API."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sellerport.amazon.feeds import FeedState, ListingsFeed, XmlFeed
from sellerport.amazon.http import ANSWER_LIMIT, Answer, LineLost, Request, Transport
from sellerport.amazon.submission.documents import Frame
from sellerport.errors import Throttled, Unavailable


@dataclass(frozen=True, slots=True)
class Document:
    """One feed document, ready to be posted."""

    feed_type: str
    content_type: str
    body: bytes = field(repr=False)


class Prepared(NamedTuple):
    """What Amazon knows of a document before the submission: its name there, and Amazon's own time of that answer."""

    handle: str
    at: float | None


@dataclass(frozen=True, slots=True)
class Gate:
    """What happens around the one request that submits: `before()` ends when it may go out.

    `after(what came, taken)` is told afterwards; `taken` is false where Amazon certainly has nothing of it.
    """

    before: Callable[[], Awaitable[None]]
    after: Callable[[Answer | LineLost, bool], Awaitable[None]]


class Courier(Protocol):
    """Feeds of one seller over one protocol."""

    def feed_type(self, feed: XmlFeed | ListingsFeed) -> str:
        """The feed's type as this protocol spells it."""
        ...

    def frame(self, feed: XmlFeed | ListingsFeed) -> Frame:
        """How its documents are written."""
        ...

    async def time(self) -> float:
        """Amazon's own time, asked for."""
        ...

    async def prepare(self, document: Document) -> Prepared:
        """Bring the document to Amazon as far as can be done without submitting it."""
        ...

    async def submit(self, document: Document, prepared: Prepared, gate: Gate) -> FeedState:
        """Submit it: one request, never repeated unless Amazon refused it before any work."""
        ...

    async def states(self, ids: Sequence[str]) -> dict[str, FeedState]:
        """What Amazon says of those feeds; an id that it does not know is not in it."""
        ...

    async def report(self, state: FeedState) -> Answer | None:
        """The report on a feed that has ended, or None where there is none (yet)."""
        ...

    async def since(self, feed_type: str, at: float) -> list[FeedState]:
        """The feeds of that type that Amazon created since that second of its own time, in this marketplace."""
        ...


class Guarded:
    """A transport with a gate before the requests that submit. `refusal` is the protocol's reading of an answer."""

    def __init__(
        self,
        inner: Transport,
        gate: Gate,
        *,
        submits: Callable[[Request], bool],
        refusal: Callable[[Answer], Exception | None],
    ) -> None:
        self._inner, self._gate, self._submits, self._refusal = inner, gate, submits, refusal

    async def send(self, request: Request, *, limit: int = ANSWER_LIMIT) -> Answer:
        """As the inner transport does, between `before` and `after`."""
        if not self._submits(request):
            return await self._inner.send(request, limit=limit)
        await self._gate.before()
        try:
            answer = await self._inner.send(request, limit=limit)
        except LineLost as lost:
            await self._gate.after(lost, lost.sent)
            raise
        await self._gate.after(answer, _may_be_taken(self._refusal(answer)))
        return answer


def _may_be_taken(refused: Exception | None) -> bool:
    """Whether Amazon may have the submission: a success, a server error, or a refusal that is none of Amazon's words."""
    if refused is None or isinstance(refused, Unavailable):
        return True
    return not getattr(refused, "code", "") and not isinstance(refused, Throttled)

"""What one submission says: its rows, what was found out about their SKUs, and the documents that they become."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from sellerport.amazon.feeds import Context, Issue, ListingMessage, ListingsFeed, Marketplace, Rows, Said, XmlFeed
from sellerport.amazon.submission.documents import Frame, Piece, again, cut
from sellerport.amazon.submission.entries import Part
from sellerport.amazon.submission.joining import issue_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a caller wants submitted, and under which key. `options` are the fields that change what is submitted.

    `prepare(rows, context)` fetches what has to be known before anything can be said, or raises an InputError.
    """

    function: str
    feed: XmlFeed | ListingsFeed
    rows: Sequence[Any] = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    product_type: str | None = None
    key: str | None = None
    strict: bool = False
    prepare: Callable[[Rows, Context], Awaitable[Context]] | None = None

    def content(self) -> str:
        """A hash of everything that makes this wish differ from another."""
        made = hashlib.sha256(
            msgspec.json.encode([self.feed.feed_type, self.product_type, self.options], order="sorted")
        )
        for row in self.rows:
            made.update(msgspec.json.encode(row, order="deterministic") + b"\n")
        return made.hexdigest()


@dataclass(frozen=True, slots=True)
class Listing:
    """What a look-up found out about a SKU."""

    product_type: str | None
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What Amazon answers to a single call: its status, the submission's id where it gave one, its issues."""

    status: str
    submission: str | None
    issues: tuple[Issue, ...]


class Listings(Protocol):
    """Single listings of one seller."""

    async def found(self, skus: Sequence[str], *, themes: bool) -> dict[str, Listing]:
        """The listings of those SKUs that there are."""
        ...

    async def call(self, message: ListingMessage, *, preview: bool = False) -> Answered:
        """Do to one listing what the message says, or with `preview` only say what would come of it."""
        ...


class NoListings:
    """A protocol that knows no single listings."""

    async def found(self, skus: Sequence[str], *, themes: bool) -> dict[str, Listing]:
        return {}

    async def call(self, message: ListingMessage, *, preview: bool = False) -> Answered:
        raise AssertionError("single calls are refused before this protocol is asked for one")


async def learned(wish: Wish, place: Marketplace, listings: Listings) -> dict[str, Any]:
    """What has to be known before the rows can be said: product types and themes by SKU, and the rows without a SKU."""
    context = Context(place, wish.product_type)
    if not isinstance(wish.feed, ListingsFeed) or wish.feed.look_up is None:
        return {"left_out": []}
    wanted: dict[str, list[int]] = {}
    for row, sku in wish.feed.look_up(enumerate(wish.rows), context):
        wanted.setdefault(sku, []).append(row)
    found = await listings.found(list(wanted), themes=wish.feed.themes) if wanted else {}
    missing = [(sku, rows) for sku, rows in wanted.items() if not (sku in found and found[sku].product_type)]
    return {
        "types": {sku: listing.product_type for sku, listing in found.items() if listing.product_type},
        "themes": {sku: listing.theme for sku, listing in found.items() if listing.theme},
        "left_out": [_missing(sku, row) for sku, rows in missing for row in rows],
    }


def _missing(sku: str, row: int) -> dict[str, Any]:
    text = (
        "Amazon knows no listing of this SKU in this marketplace, so that its product type is unknown; not submitted."
    )
    return issue_json(Issue("SKU_NOT_FOUND", "ERROR", text, sku=sku), (row,))


async def spoken(wish: Wish, place: Marketplace, frame: Frame, intent: Mapping[str, Any]) -> "Sentence":
    """The wish, ready to be said; InputError where what is fetched for it shows that its rows are wrong."""
    context = Context(place, wish.product_type, intent.get("types", {}), intent.get("themes", {}))
    out = frozenset(issue["row"] for issue in intent.get("left_out", []))
    sentence = Sentence(wish, frame, context, out)
    if wish.prepare is not None:
        sentence.context = await wish.prepare(sentence.rows(), context)
    return sentence


@dataclass(slots=True)
class Sentence:
    """The rows of a wish as messages and documents, the same each time they are asked for."""

    wish: Wish
    frame: Frame
    context: Context
    left_out: frozenset[int] = frozenset()
    _only: Piece | None = field(default=None, repr=False)

    def rows(self) -> Iterator[tuple[int, Any]]:
        """The rows that were not left out, with their indexes."""
        return ((n, row) for n, row in enumerate(self.wish.rows) if n not in self.left_out)

    def said(self) -> Iterator[Said]:
        """Their messages."""
        return self.wish.feed.say(self.rows(), self.context)

    def parts(self, submission: int) -> tuple[Part, ...]:
        """The split: how many messages each document has, and the rows of each."""
        found = []
        for number, piece in enumerate(cut(self.said(), self.frame)):
            self._only = piece if number == 0 else None
            found.append(Part(submission, number, len(piece.rows), piece.rows))
        return tuple(found)

    def documents(self, parts: Sequence[Part]) -> Iterator[tuple[Part, bytes]]:
        """Each part that Amazon does not have yet, with its document; one document is in memory at a time."""
        if self._only is not None:
            body, self._only = self._only.body, None
            yield parts[0], body
            return
        wanted = [(part.messages, part.state != "submitted") for part in parts]
        pieces = again(self.said(), self.frame, wanted)
        for part in parts:
            piece = next(pieces)
            if piece is not None:
                body, piece = piece.body, None
                yield part, body
                del body  # before the next one is made

"""The shape most actions share: rows in, one feed, Amazon's submission or its report out.

An action says what its rows look like and how they are said; this module reads one record or `{"messages": [...]}`,
lists what is wrong before anything is sent, and turns what the feed came to into the answer. It knows no protocol.
"""

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, overload

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from sellerport.actions._answers import FeedAnswer
from sellerport.actions._rows import ProductType
from sellerport.amazon.account import marketplace
from sellerport.amazon.feeds import Check, Feed, ListingsFeed, Wrong, XmlFeed
from sellerport.contract import Action, Call, Emission, Function, Json
from sellerport.errors import InputError, Problem
from sellerport.reading import json_in, read_body

YesNo = Literal["yes", "no"]
WAIT = Meta(
    title="Wait for Result",
    description="yes: answer with Amazon's report. no: answer with the submission as soon as Amazon has it.",
)
SUBMIT_BY = Meta(
    title="Submit by",
    description="SP-API: one feed of all rows, or a single Listings Items call a SKU, which answers at once. MWS: feed.",
)
VALIDATE = Meta(
    title="Validate Only",
    description="yes: check the rows and answer with the issues; nothing is submitted.",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one message. `many` is False where the body was one record; `indexes` where rows could not be read."""

    rows: Sequence[Any] = field(repr=False)
    many: bool = True
    indexes: Sequence[int] | None = None

    def numbered(self) -> Iterator[tuple[int, Any]]:
        """The rows with their indexes."""
        return enumerate(self.rows) if self.indexes is None else zip(self.indexes, self.rows, strict=True)

    def path(self, row: int, path: str) -> str:
        """Where a row's member stands in the body: `$.messages[3].sku`, or `$.sku` in a single record."""
        start = f"$.messages[{row}]" if self.many else "$"
        return f"{start}.{path}" if path and not path.startswith("[") else start + path


def form(name: str, *, waits: YesNo = "no", listings: bool = True, first: Sequence[Any] = ()) -> type[Struct]:
    """A feed action's form: `first` (fields as `msgspec.defstruct` takes them), then what all feed actions have."""
    common: list[Any] = [
        ("wait_for_result", Annotated[YesNo, WAIT], msgspec.field(name="waitForResult", default=waits))
    ]
    if listings:
        by = Annotated[Literal["feed", "listings"], SUBMIT_BY]
        common += [
            ("submit_by", by, msgspec.field(name="submitBy", default="feed")),
            ("product_type", ProductType | UnsetType, msgspec.field(name="productType", default=UNSET)),
        ]
    common.append(("validate_only", Annotated[YesNo, VALIDATE], msgspec.field(name="validateOnly", default="no")))
    return msgspec.defstruct(name, [*first, *common], kw_only=True, frozen=True)


def feed_action(
    *,
    title: str,
    help: str,
    row: Any,
    feed: Feed | Callable[[Any], Feed],
    example: Mapping[str, Any],
    fields: type[Struct] | None = None,
    waits: YesNo = "no",
    listings: bool = True,
    check: Check | None = None,
    read: Callable[[Any, Json], Batch] | None = None,
    takes: Literal["record", "messages"] = "record",
    **facts: Any,
) -> Function:
    """An action that submits one feed.

    `row` is the type of one record; a message is one record or `{"messages": [records]}`, `takes` says which of them the
    form shows. `feed` is the sentence in both protocols, or makes it from the fields. `waits` is the default of
    waitForResult; `listings` says whether single Listings Items calls can do the work too. `check(rows, marketplace)`
    lists what types cannot say. `fields` and `read(fields, body)` replace the form and the reading of the body.
    """
    many = msgspec.defstruct(
        f"{row.__name__}Messages",
        [("messages", Annotated[list[row], Meta(title="Messages", min_length=1)])],
        forbid_unknown_fields=True,
    )

    if isinstance(feed, Feed):
        facts.setdefault("operations", operations(feed))

    def sentence(fields: Any) -> Feed:
        return feed if isinstance(feed, Feed) else feed(fields)

    async def run(call: Call, port: Any) -> AsyncGenerator[Emission, None]:
        from sellerport.actions._submit import answers

        async for emission in answers(call, port, sentence(call.fields)):
            yield emission

    return Action(
        title=title,
        help=help,
        run=run,
        input=row if takes == "record" else many,
        output=FeedAnswer,
        fields=fields or form("Fields", waits=waits, listings=listings),
        read=read or (lambda fields, body: read_rows(row, many, body, takes=takes)),
        check=lambda call: _checked(call, sentence(call.fields).by(call.credentials.api), check),
        example=example,
        **facts,
    )


def _checked(call: Call, spoken: XmlFeed | ListingsFeed, check: Check | None) -> list[Problem]:
    """What is wrong with the rows beyond their types, in themselves and in this protocol."""
    place = marketplace(call.credentials)
    checks = [each for each in (check, spoken.refuse) if each is not None]
    found = [problem(call.body, wrong) for each in checks for wrong in each(call.body.numbered(), place)]
    if getattr(call.fields, "submit_by", "feed") == "listings" and isinstance(spoken, XmlFeed):
        text = f"Expected feed: {call.credentials.api} has no single calls for this"
        found.append(Problem("cfg", "$.submitBy", text))
    return found


FEEDS = {
    "MWS": ("SubmitFeed", "GetFeedSubmissionList", "GetFeedSubmissionResult"),
    "SP-API": ("createFeedDocument", "createFeed", "getFeeds", "getFeed", "getFeedDocument"),
}


def operations(feed: Feed) -> dict[str, tuple[str, ...]]:
    """Amazon's operations that submitting such a feed, or its single calls, needs."""
    if isinstance(feed.sp, XmlFeed):
        return FEEDS
    single = ("patchListingsItem", *(("searchListingsItems",) if feed.sp.look_up else ()))
    return {**FEEDS, "SP-API": (*FEEDS["SP-API"], *single)}


def problem(batch: Batch, wrong: Wrong) -> Problem:
    """What is wrong with a row, at its place in the body."""
    return Problem("body", batch.path(wrong.row, wrong.path), wrong.text)


def read_rows(row: Any, many: Any, body: Json, *, takes: str = "record") -> Batch:
    """The body as rows: one record, or a list of them under `messages`; an InputError names every wrong member."""
    if _holds_messages(body, empty=takes == "messages"):
        if isinstance(body, msgspec.Raw) and (lazily := RawRows.of(body, row)):
            return Batch(lazily)
        try:
            return Batch(read_body(many, body).messages)
        except InputError as error:
            error.readable = _readable(row, body)
            raise
    return Batch([read_body(row, body)], many=False)


class _Messages(Struct, forbid_unknown_fields=True):
    messages: list[msgspec.Raw]


class RawRows(Sequence[Any]):
    """Rows that stay the bytes they came as, and are read each time somebody goes through them: a fifth of the memory."""

    def __init__(self, raws: Sequence[msgspec.Raw], row: Any) -> None:
        self._raws, self._reader = raws, msgspec.json.Decoder(row)

    @classmethod
    def of(cls, body: msgspec.Raw, row: Any) -> "RawRows | None":
        """The rows of a body of which each can be read; None for any other body."""
        try:
            found = cls(msgspec.json.decode(body, type=_Messages).messages, row)
            for _ in found:
                pass
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return found if len(found) else None

    def __len__(self) -> int:
        return len(self._raws)

    def __iter__(self) -> Iterator[Any]:
        return map(self._reader.decode, self._raws)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        chosen = self._raws[place]
        return self._reader.decode(chosen) if isinstance(chosen, msgspec.Raw) else [*map(self._reader.decode, chosen)]


def _readable(row: Any, body: Json) -> Batch | None:
    """The rows that can be read of a body that cannot, so that what is wrong with their meaning is told too."""
    whole = json_in(body) if isinstance(body, msgspec.Raw) else body
    rows = next((value for name, value in whole.items() if str(name).lower() == "messages"), None)
    found: list[tuple[int, Any]] = []
    for index, one in enumerate(rows if isinstance(rows, list) else ()):
        try:
            found.append((index, read_body(row, one)))
        except InputError:
            continue
    return Batch([one for _, one in found], indexes=[index for index, _ in found]) if found else None


def _holds_messages(body: Json, *, empty: bool) -> bool:
    """Whether the body is a list of records; an empty one is taken for what the action expects."""
    if isinstance(body, msgspec.Raw):
        try:
            body = json_in(body, dict[str, msgspec.Raw])
        except msgspec.ValidationError:
            return False
    if not isinstance(body, Mapping):
        return False
    return (empty and not body) or any(str(name).lower() == "messages" for name in body)

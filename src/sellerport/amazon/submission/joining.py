"""Amazon's report joined to the input rows: which rows an issue concerns, and how many rows came through. Pure.

Amazon counts messages; a caller counts rows. Several rows can be one message and one row several, so rows are counted
by what happened to the messages that say them.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sellerport.amazon.feeds import Issue
from sellerport.amazon.http import Answer
from sellerport.amazon.submission.reports import Counts, read

Summary = dict[str, int]
Json = dict[str, Any]
COUNTS = ("processed", "successful", "withError", "withWarning")
MANY = 2000  # issues that are handed on as objects; an answer with more is the bytes that will be written


class Joined(msgspec.Struct, frozen=True):
    """A report whose summary counts rows and whose issues name them. `packed` holds the `count` issues, packed JSON."""

    summary: Summary
    count: int
    packed: bytes

    def issues(self) -> bytes:
        """The issues as JSON objects with commas between them."""
        return zlib.decompress(self.packed)


class Joining:
    """Joins issues to rows as they come, and packs them. Without `rows` nobody knows which rows they concern."""

    def __init__(self, rows: Sequence[tuple[int, ...]] | None) -> None:
        self._rows = rows
        self._tally, self._encoder, self._packing = _Tally(), msgspec.json.Encoder(), zlib.compressobj(1)
        self._packed = bytearray()

    def add(self, issue: Issue) -> None:
        """One more issue."""
        place = _rows_of(issue, self._rows)
        self._tally.add(issue, place)
        said = self._encoder.encode(issue_json(issue, place))
        self._packed += self._packing.compress((b"," if self._tally.count > 1 else b"") + said)

    def done(self, counts: Counts) -> Joined:
        """The report, now that all of its issues came; counted in messages where nobody knows the rows."""
        packed = bytes(self._packed + self._packing.flush())
        if self._rows is not None:
            return Joined(self._tally.summary(counts, self._rows), self._tally.count, packed)
        said = (counts.processed, counts.successful, counts.with_error, counts.with_warning)
        return Joined(dict(zip(COUNTS, said, strict=True)), self._tally.count, packed)


def read_joined(answer: Answer, rows: Sequence[tuple[int, ...]] | None) -> tuple[Counts, Joined]:
    """Amazon's counts, and the report joined to the rows; Rejected where it cannot be read."""
    joining = Joining(rows)
    counts = read(answer.body, answer.headers.get("content-type", ""), joining.add)
    return counts, joining.done(counts)


def with_issues(said: Json, reports: Sequence[Joined], first: Sequence[Json] = ()) -> Json | msgspec.Raw:
    """The answer with the issues of several reports after those that come first; as JSON bytes where they are many."""
    if sum(one.count for one in reports) + len(first) <= MANY:
        lists = [msgspec.json.decode(b"[" + one.issues() + b"]") for one in reports]
        return said | {"issues": [*first, *(issue for issues in lists for issue in issues)]}
    made = bytearray(msgspec.json.encode(said)[:-1] + b',"issues":[' + msgspec.json.encode(list(first))[1:-1])
    for one in reports:
        if one.count:
            made += b"" if made.endswith(b"[") else b","
            made += one.issues()
    made += b"]}"
    return msgspec.Raw(made)


class _Tally:
    """Which rows issues concern."""

    def __init__(self) -> None:
        self.wrong = set[int]()
        self.failed = set[str | None]()  # messages
        self.warned = set[int]()
        self.whole = False
        self.count = 0

    def add(self, issue: Issue, rows: tuple[int, ...] | None) -> None:
        self.count += 1
        if issue.severity == "ERROR":
            self.wrong |= set(rows or ())
            self.failed |= {issue.message_id} if rows else set()
            self.whole = self.whole or not rows
        elif issue.severity == "WARNING":
            self.warned |= set(rows or ())

    def summary(self, counts: Counts, rows: Sequence[tuple[int, ...]]) -> Summary:
        """Counts in rows. A message that Amazon never reached, or that an issue of the whole feed kept back, failed.

        Where Amazon counts more failures than it tells, no more rows came through than it says.
        """
        processed = counts.processed if counts.known else len(rows)
        reached = {row for message in rows[:processed] for row in message}
        unreached = {row for message in rows[processed:] for row in message}
        wrong = self.wrong | unreached if self.whole else self.wrong
        apart = sum(map(len, rows)) == len(reached) + len(unreached)  # no row is in two messages
        untold = counts.known and counts.with_error > len(self.failed)
        successful = len(reached - wrong)
        if self.whole or untold or (counts.known and (apart or not counts.successful)):
            successful = min(successful, _most(counts.successful, rows, apart=apart))
            wrong = wrong | reached | unreached if self.whole and not successful else wrong
        with_error = max(len(wrong), len(reached) - successful) if untold and apart else len(wrong)
        return dict(zip(COUNTS, (len(reached | wrong), successful, with_error, len(self.warned)), strict=True))


def issue_json(issue: Issue, rows: tuple[int, ...] | None) -> Json:
    """An issue as answers have it."""
    said: Json = {} if not rows else {"row": rows[0], "rows": list(rows)}
    if issue.message_id is not None:
        said["messageId"] = int(issue.message_id) if issue.message_id.isdigit() else issue.message_id
    if issue.sku is not None:
        said["sku"] = issue.sku
    if issue.amazon_order_id is not None:
        said["amazonOrderId"] = issue.amazon_order_id
    return said | {"code": issue.code, "severity": issue.severity, "message": issue.message}


def _rows_of(issue: Issue, rows: Sequence[tuple[int, ...]] | None) -> tuple[int, ...] | None:
    number = _number(issue.message_id)
    if rows is None or not 1 <= number <= len(rows):
        return None
    return tuple(sorted(rows[number - 1]))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _most(successful: int, rows: Sequence[tuple[int, ...]], *, apart: bool) -> int:
    """How many rows so many successful messages can be at most."""
    if apart:
        return sum(sorted(map(len, rows), reverse=True)[:successful])
    return len({row for message in rows for row in message}) if successful else 0


def added(parts: Iterable[Mapping[str, int]]) -> Summary:
    """The counts of several reports together."""
    total = dict.fromkeys(COUNTS, 0)
    for part in parts:
        for name in COUNTS:
            total[name] += part[name]
    return total

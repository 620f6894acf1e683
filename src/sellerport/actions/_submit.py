"""What a feed action does with its rows: submit them as a feed or call by call, or only check them; and its answer."""

import zlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from sellerport.actions._feed import Batch, problem
from sellerport.amazon.feeds import Context, Feed, ListingMessage, ListingsFeed, Rows, Said, XmlFeed
from sellerport.amazon.submission.entries import Entry, Part
from sellerport.amazon.submission.feeding import Feeds
from sellerport.amazon.submission.joining import Joined, added, issue_json, with_issues
from sellerport.amazon.submission.ongoing import Ongoing
from sellerport.amazon.submission.sentence import Answered, Wish, learned, spoken
from sellerport.contract import Call, Data, Emission
from sellerport.errors import AmazonError, FeedFailed, InputError

Answer = dict[str, Any]
_PREVIEWED = ("UPDATE", "PARTIAL_UPDATE")
_FIRST = ("IN_QUEUE", "IN_PROGRESS", "FATAL", "CANCELLED", "DONE")
_NOT_CONTENT = ("waitForResult", "validateOnly", "productType")


async def answers(call: Call, port: Any, feed: Feed) -> AsyncGenerator[Emission, None]:
    """The one answer of a feed action."""
    feeds: Feeds = port.feeds
    wish = _wish(call, port, feed.by(port.api))
    if call.fields.validate_only == "yes":
        yield Data(await _validated(feeds, wish))
    elif getattr(call.fields, "submit_by", "feed") == "listings":
        async with await feeds.recorded(wish) as record:
            said = record.answer or await _one_by_one(feeds, wish)
            yield Data(said)
            await record.finish(said)
    else:
        until = _until(call, feeds)
        async with await feeds.once(wish, until) as ongoing:
            await ongoing.submit()
            if call.fields.wait_for_result == "yes" or ongoing.unproven:
                await ongoing.wait(until if ongoing.guest else _until(call, feeds))
            yield Data(_answer(ongoing, waited=call.fields.wait_for_result == "yes"))
            await ongoing.finish()


def _until(call: Call, feeds: Any) -> float:
    """When waiting for a result ends, counted from now."""
    until: float = feeds.until(call.deadline, sample=call.sample != "no")
    return until


def _wish(call: Call, port: Any, sentence: XmlFeed | ListingsFeed) -> Wish:
    batch: Batch = call.body
    prepare = sentence.prepare if isinstance(sentence, ListingsFeed) else None

    async def prepared(rows: Rows, context: Context) -> Context:
        assert prepare is not None
        context, wrong = await prepare(rows, context, port)
        if wrong:
            raise InputError([problem(batch, one) for one in wrong])
        return context

    product_type = getattr(call.fields, "product_type", UNSET)
    return Wish(
        function=call.function,
        feed=sentence,
        rows=batch.rows,
        options=_options(call.fields),
        product_type=product_type if isinstance(product_type, str) else None,
        key=call.key,
        strict=call.key_is_strict,
        prepare=prepared if prepare else None,
    )


def _options(fields: Any) -> dict[str, str]:
    """The fields that change what is submitted."""
    from msgspec.structs import fields as members

    values = {member.encode_name: getattr(fields, member.name) for member in members(type(fields))}
    return {name: str(value) for name, value in values.items() if name not in _NOT_CONTENT and value is not UNSET}


def _answer(ongoing: Ongoing, *, waited: bool) -> Answer | msgspec.Raw:
    parts = ongoing.entry.parts
    if (not waited and parts) or not all(part.over for part in parts):
        return submission(ongoing.entry)
    if parts and all(part.report is None for part in parts):
        ongoing.refused = True
        raise FeedFailed("no report: Amazon ended feed " + ", ".join(f"{part.feed} as {part.status}" for part in parts))
    return report(ongoing.entry)


def submission(entry: Entry) -> Answer:
    """Which feeds the rows became, and how far Amazon is with them."""
    said = _ids(entry)
    left_out = list(entry.intent.get("left_out", []))
    return said | ({"issues": left_out} if left_out else {})


def _ids(entry: Entry) -> Answer:
    if not entry.parts:
        return {"feedType": entry.feed_type, "feedProcessingStatus": "DONE"}
    first, statuses = entry.parts[0], {part.status for part in entry.parts}
    said: Answer = {"feedSubmissionId": first.feed, "feedType": entry.feed_type}
    if len(entry.parts) > 1:
        said["feedSubmissionIds"] = entry.ids()
    if first.submitted is not None:
        said["submittedDate"] = first.submitted
    return said | {"feedProcessingStatus": next(word for word in _FIRST if word in statuses)}


def report(entry: Entry) -> Answer | msgspec.Raw:
    """Amazon's reports on all parts in one, with the rows that were left out."""
    reports = [part.report or _without_report(part) for part in entry.parts]
    return reported(_ids(entry), reports, entry.intent.get("left_out", ()))


def reported(said: Answer, reports: Sequence[Joined], left_out: Sequence[Answer]) -> Answer | msgspec.Raw:
    """The answer with summary and issues of several reports, and of the rows that never came into one."""
    rows = len({issue["row"] for issue in left_out})
    out = {"processed": rows, "successful": 0, "withError": rows, "withWarning": 0}
    return with_issues(said | {"summary": added([out, *(one.summary for one in reports)])}, reports, left_out)


def _without_report(part: Part) -> Joined:
    """A part of a split that ended without a report: all its rows failed."""
    rows = sorted({row for message in part.rows for row in message})
    text = f"Feed {part.feed} with rows {rows[0]} to {rows[-1]} ended as {part.status} without a report."
    counts = {"processed": len(rows), "successful": 0, "withError": len(rows), "withWarning": 0}
    issue = {"code": "NO_REPORT", "severity": "ERROR", "message": text}
    return Joined(counts, 1, zlib.compress(msgspec.json.encode(issue)))


@dataclass(slots=True)
class _Tally:
    """What single calls came to, row by row."""

    issues: list[dict[str, Any]]
    wrong: set[int]
    warned: set[int]

    def add(self, said: Said, sku: str, answered: Answered) -> None:
        self.issues += [issue_json(issue, said.rows) for issue in answered.issues]
        words = {issue.severity for issue in answered.issues}
        if answered.status == "INVALID" or "ERROR" in words:
            self.wrong |= set(said.rows)
            if "ERROR" not in words:
                text = f"Amazon calls the listing {sku} invalid and says no more."
                self.issues.append({"row": said.rows[0], "rows": list(said.rows), "sku": sku,
                                    "code": "INVALID", "severity": "ERROR", "message": text})  # fmt: skip
        if "WARNING" in words:
            self.warned |= set(said.rows)

    def report(self, rows: int) -> Answer:
        counts = {
            "processed": rows,
            "successful": rows - len(self.wrong),
            "withError": len(self.wrong),
            "withWarning": len(self.warned),
        }
        return {"summary": counts, "issues": self.issues}


async def _one_by_one(feeds: Feeds, wish: Wish) -> Answer:
    """One call a message; a call is idempotent, so nothing has to be remembered."""
    intent = await learned(wish, feeds.place, feeds.listings)
    sentence = await spoken(wish, feeds.place, feeds.courier.frame(wish.feed), intent)
    tally = _Tally(list(intent["left_out"]), set(sentence.left_out), set())
    submissions: list[dict[str, Any]] = []
    for said in sentence.said():
        assert isinstance(said.message, ListingMessage)
        try:
            answered = await feeds.listings.call(said.message)
        except AmazonError as error:
            if submissions:
                done = f"{len(submissions)} calls were made before it, the last for row {submissions[-1]['row']}"
                error.message += f" ({done}; they may be made again)"
            raise
        tally.add(said, said.message.sku, answered)
        one = {"row": said.rows[0], "sku": said.message.sku, "status": answered.status}
        submissions.append(one | ({"submissionId": answered.submission} if answered.submission else {}))
    return {"feedProcessingStatus": "DONE"} | tally.report(len(wish.rows)) | {"submissions": submissions}


async def _validated(feeds: Feeds, wish: Wish) -> Answer:
    """What Amazon's preview says of whole and partial updates; everything else was checked before."""
    tally = _Tally([], set(), set())
    if isinstance(wish.feed, ListingsFeed) and wish.feed.preview:
        intent = await learned(wish, feeds.place, feeds.listings)
        sentence = await spoken(wish, feeds.place, feeds.courier.frame(wish.feed), intent)
        tally = _Tally(list(intent["left_out"]), set(sentence.left_out), set())
        for said in sentence.said():
            if isinstance(said.message, ListingMessage) and said.message.operation in _PREVIEWED:
                tally.add(said, said.message.sku, await feeds.listings.call(said.message, preview=True))
    return {"validated": True} | tally.report(len(wish.rows))

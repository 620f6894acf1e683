"""An Amazon of feeds alone, exact about what a submission is, with deaths and losses at any touch of wire or store.

It knows both protocols as far as a feed needs them, counts what it was given, and shows a new feed in its list only
after a while, as the real one may. A `Process` is a connector whose every touch of the wire and of the store is counted;
at one of them it dies: what came before has happened, and nothing more does.
"""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sellerport.amazon.connect import Connector
from sellerport.amazon.http import ANSWER_LIMIT, Answer, LineLost, Request
from sellerport.component import component
from sellerport.contract import Data, Message, execute
from sellerport.store import Store
from support import ENDPOINT, Time

CFG = {
    "SP-API": {
        "api": "SP-API", "sellerId": "A1SELLER", "marketplaceId": "ATVPDKIKX0DER", "endpoint": ENDPOINT,
        "clientId": "amzn1.application-oa2-client.x", "clientSecret": "hush-hush", "refreshToken": "Atzr|hush",
        "quotaScale": "none",
    },
    "MWS": {
        "api": "MWS", "sellerId": "A1SELLER", "marketplaceId": "ATVPDKIKX0DER", "endpoint": ENDPOINT,
        "mwsAccessKey": "AKIAIOSFODNN7EXAMPLE", "mwsSecretKey": "x" * 40, "mwsAuthToken": "test", "quotaScale": "none",
    },
}  # fmt: skip


REFUSALS = {
    "500 before": (500, ("InternalFailure", "InternalError"), "oops"),
    "429": (429, ("QuotaExceeded", "RequestThrottled"), "too many"),
    "400": (400, ("InvalidInput", "InvalidFeedType"), "no such feed type"),
}


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Feed:
    """A feed as Amazon has it."""

    id: str
    type: str
    body: bytes
    created: float

    @property
    def messages(self) -> int:
        return self.body.count(b'"messageId"') + self.body.count(b"<MessageID>")


@dataclass
class FeedAmazon:
    """The service. `lag` is the seconds after which a new feed is listed."""

    time: Time
    lag: float = 0.0
    feeds: list[Feed] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    takes: float = 2.0
    fates: dict[str, str] = field(default_factory=dict)

    def submitted(self) -> int:
        """How often a feed was submitted."""
        return sum(many for name, many in self.counts.items() if name in ("SubmitFeed", "POST /feeds/2021-06-30/feeds"))

    def refusal(self, what: str, request: Request) -> Answer:
        """An answer of Amazon that has done nothing."""
        self.time.at += 0.01
        status, code, message = REFUSALS[what]
        if "Action=" in request.url:
            status = 503 if status == 429 else status
            text = f"<ErrorResponse><Error><Code>{code[1]}</Code><Message>{message}</Message></Error></ErrorResponse>"
            return self._raw(status, text.encode())
        return self._json(status, {"errors": [{"code": code[0], "message": message}]})

    def foreign(self, like: bytes) -> str:
        """A feed that another program submitted, of the type of the last one or of stock."""
        kind = "JSON_LISTINGS_FEED" if like[:1] == b"{" else "_POST_INVENTORY_AVAILABILITY_DATA_"
        return self._made(kind, like).id

    def answer(self, request: Request) -> Answer:
        """What Amazon does and says."""
        self.time.at += 0.01
        parts = urlsplit(request.url)
        body = request.content if isinstance(request.content, bytes) else b""
        query = dict(parse_qsl(parts.query))
        form = dict(parse_qsl(body.decode())) if "urlencoded" in request.headers.get("Content-Type", "") else {}
        name = {**form, **query}.get("Action") or f"{request.method} {parts.path}"
        self.counts[name] = self.counts.get(name, 0) + 1
        if parts.path.startswith("/Feeds/") or (parts.path == "/" and request.method == "GET"):
            return self._mws(name, {**form, **query}, body)
        return self._spapi(request.method, parts.path, query, body)

    def _made(self, feed_type: str, body: bytes) -> Feed:
        feed = Feed(str(50000 + len(self.feeds)), feed_type, body, self.time.at)
        self.feeds.append(feed)
        return feed

    def _listed(self, feed_type: str, since: str) -> list[Feed]:
        start = datetime.fromisoformat(since.replace("Z", "+00:00")).timestamp()
        seen = [feed for feed in self.feeds if feed.created + self.lag <= self.time.at]
        return [feed for feed in reversed(seen) if feed.type == feed_type and feed.created >= start]

    def _done(self, feed: Feed) -> bool:
        return self.time.at >= feed.created + self.takes

    def _spapi(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Answer:
        if path == "/auth/o2/token":
            return self._json(200, {"access_token": "Atza|x", "token_type": "bearer", "expires_in": 3600})
        if path.startswith("/_documents/"):
            number = path.rpartition("/")[2]
            if method == "PUT":
                self.documents[number] = body
                return self._raw(200, b"")
            return self._raw(200, self.documents[number])
        if path == "/feeds/2021-06-30/documents":
            number = f"doc-{len(self.documents)}"
            self.documents[number] = b""
            return self._json(201, {"feedDocumentId": number, "url": f"{ENDPOINT}/_documents/{number}"})
        if path.startswith("/feeds/2021-06-30/documents/"):
            number = path.rpartition("/")[2]
            return self._json(200, {"feedDocumentId": number, "url": f"{ENDPOINT}/_documents/{number}"})
        if (method, path) == ("POST", "/feeds/2021-06-30/feeds"):
            said = json.loads(body)
            feed = self._made(said["feedType"], self.documents[said["inputFeedDocumentId"]])
            return self._json(202, {"feedId": feed.id})
        if path == "/feeds/2021-06-30/feeds":
            found = self._listed(query["feedTypes"], query["createdSince"])
            return self._json(200, {"feeds": [self._feed(feed) for feed in found]})
        number = path.rpartition("/")[2]
        known = [feed for feed in self.feeds if feed.id == number]
        if not known:
            return self._json(404, {"errors": [{"code": "NotFound", "message": "no feed"}]})
        return self._json(200, self._feed(known[0]))

    def _feed(self, feed: Feed) -> dict[str, Any]:
        said = {
            "feedId": feed.id,
            "feedType": feed.type,
            "marketplaceIds": ["ATVPDKIKX0DER"],
            "createdTime": datetime.fromtimestamp(feed.created, UTC).isoformat(),
            "processingStatus": self.fates.get(feed.id, "DONE") if self._done(feed) else "IN_QUEUE",
        }
        if self._done(feed) and feed.id not in self.fates:
            number = f"report-{feed.id}"
            summary = {"errors": 0, "warnings": 0, "messagesProcessed": feed.messages,
                       "messagesAccepted": feed.messages, "messagesInvalid": 0}  # fmt: skip
            header = {"sellerId": "A1SELLER", "version": "2.0", "feedId": feed.id}
            self.documents[number] = json.dumps({"header": header, "issues": [], "summary": summary}).encode()
            said["resultFeedDocumentId"] = number
        return said

    def _mws(self, name: str, asked: Mapping[str, str], body: bytes) -> Answer:
        stamp = datetime.fromtimestamp(self.time.at, UTC).isoformat(timespec="milliseconds")
        if name == "GET /":
            return self._raw(200, f'<PingResponse><Timestamp timestamp="{stamp}"/></PingResponse>'.encode())
        if name == "SubmitFeed":
            assert asked["ContentMD5Value"] == base64.b64encode(hashlib.md5(body).digest()).decode()
            feed = self._made(asked["FeedType"], body)
            return self._result(name, self._info(feed))
        if name == "GetFeedSubmissionList":
            ids = {value for key, value in asked.items() if key.startswith("FeedSubmissionIdList.Id.")}
            found = (
                [feed for feed in self.feeds if feed.id in ids]
                if ids
                else self._listed(asked["FeedTypeList.Type.1"], asked["SubmittedFromDate"])
            )
            return self._result(name, "<HasNext>false</HasNext>" + "".join(map(self._info, found)))
        assert name == "GetFeedSubmissionResult"
        feed = next(feed for feed in self.feeds if feed.id == asked["FeedSubmissionId"])
        many = feed.messages
        report = (
            "<AmazonEnvelope><Header/><MessageType>ProcessingReport</MessageType><Message><MessageID>1</MessageID>"
            f"<ProcessingReport><DocumentTransactionID>{feed.id}</DocumentTransactionID><StatusCode>Complete</StatusCode>"
            f"<ProcessingSummary><MessagesProcessed>{many}</MessagesProcessed><MessagesSuccessful>{many}"
            "</MessagesSuccessful><MessagesWithError>0</MessagesWithError><MessagesWithWarning>0</MessagesWithWarning>"
            "</ProcessingSummary></ProcessingReport></Message></AmazonEnvelope>"
        ).encode()
        digest = base64.b64encode(hashlib.md5(report).digest()).decode()
        return self._raw(200, report, {"content-md5": digest})

    def _info(self, feed: Feed) -> str:
        status = f"_{self.fates.get(feed.id, 'DONE')}_" if self._done(feed) else "_SUBMITTED_"
        submitted = datetime.fromtimestamp(feed.created, UTC).isoformat(timespec="seconds")
        return (
            f"<FeedSubmissionInfo><FeedProcessingStatus>{status}</FeedProcessingStatus><FeedType>{feed.type}</FeedType>"
            f"<FeedSubmissionId>{feed.id}</FeedSubmissionId><SubmittedDate>{submitted}</SubmittedDate>"
            "</FeedSubmissionInfo>"
        )

    def _result(self, name: str, inside: str) -> Answer:
        text = f'<{name}Response xmlns="http://mws.amazonaws.com/doc/2009-01-01/"><{name}Result>{inside}</{name}Result>'
        return self._raw(200, f"{text}</{name}Response>".encode())

    def _json(self, status: int, body: Any) -> Answer:
        return self._raw(status, json.dumps(body).encode())

    def _raw(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        return Answer(status, {"date": formatdate(int(self.time.at), usegmt=True), **(headers or {})}, body)


def submits(request: Request) -> bool:
    """Whether the request submits a feed."""
    return "Action=SubmitFeed" in request.url or (request.method == "POST" and request.url.endswith("-30/feeds"))


@dataclass
class Life:
    """A process's life: it ends at the touch of that number, if ever."""

    ends: int | None = None
    touches: int = 0
    over: bool = False

    def touch(self) -> None:
        if self.over:
            raise Killed
        self.touches += 1
        if self.touches == self.ends:
            self.over = True
            raise Killed


@dataclass
class Line:
    """The wire of one process. `weather(request)` names what happens to a request: `fine`, `lost`, `unsent`, `500`."""

    amazon: FeedAmazon
    life: Life
    weather: Any = None

    async def send(self, request: Request, *, limit: int = ANSWER_LIMIT) -> Answer:
        self.life.touch()
        await asyncio.sleep(0)
        what = self.weather(request) if self.weather else "fine"
        if what == "unsent":
            raise LineLost("no connection", sent=False)
        if what == "lost before":
            raise LineLost("the line broke", sent=True)
        if what in REFUSALS:
            return self.amazon.refusal(what, request)
        answer = self.amazon.answer(request)
        self.life.touch()
        await asyncio.sleep(0)
        if what == "lost":
            raise LineLost("the line broke", sent=True)
        if what == "500":
            return Answer(500, {}, b"oops")
        if what == "empty 400":
            return Answer(400, {}, b"")
        return Answer(200, {}, b"what is this") if what == "unreadable" else answer


class TouchedStore:
    """A store whose every transaction is a touch before and a touch after."""

    def __init__(self, store: Store, life: Life) -> None:
        self._store, self._life = store, life
        self.lock = store.lock

    async def transact(self, work: Any, *, durable: bool = True) -> Any:
        self._life.touch()
        value = await self._store.transact(work, durable=durable)
        self._life.touch()
        return value

    async def number(self) -> int:
        self._life.touch()
        number = await self._store.number()
        self._life.touch()
        return number


class Process(Connector):
    """One process on a store that it shares with others."""

    def __init__(self, amazon: FeedAmazon, store: Store, life: Life, weather: Any = None) -> None:
        super().__init__("0", clock=amazon.time, transport=lambda: Line(amazon, life, weather))
        self._touched = TouchedStore(store, life)

    async def store(self, env: Mapping[str, str]) -> Any:
        return self._touched


async def run(
    process: Process,
    api: str,
    rows: list[dict[str, Any]],
    *,
    key: str | None = None,
    fields: Mapping[str, Any] | None = None,
    env: Mapping[str, str] | None = None,
    **surroundings: Any,
) -> AsyncIterator[Any]:
    """The bodies that updateItem emits."""
    emissions = execute(
        component(process),
        "updateItem",
        cfg={**CFG[api], **(fields or {})},
        message=Message({"messages": rows}),
        key=key,
        key_is_strict=True,
        env={"RESPONSE_CHECK_DELAY": "1000", **(env or {})},
        **surroundings,
    )
    async with aclosing(emissions):
        async for emission in emissions:
            assert isinstance(emission, Data)
            yield emission.body


def skus(feed: Feed) -> frozenset[str]:
    """The SKUs that a feed speaks of."""
    found = re.findall(r'"sku":"([^"]+)"|<SKU>([^<]+)</SKU>', unquote(feed.body.decode()))
    return frozenset(one or other for one, other in found)

"""Callers for the feed tests: both faces of one frozen world, in process, with hand-made requests."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx2
from lxml import etree

from sellersim import Clock, World, create_app

HOST = "sim.example:8080"
START = datetime(2026, 11, 20, 10, tzinfo=UTC)


def world(**options: Any) -> World:
    """A small shop whose clock stands still."""
    return World(clock=Clock(START, frozen=True), **{"orders": 20, "seed": 3, "quota": False, **options})


class Caller:
    """Sends to one world in process; `mws` signs, `sp` carries a token, `raw` does neither."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(create_app(world)), base_url=f"http://{HOST}", timeout=60
        )
        self.token = ""

    async def raw(self, method: str, url: str, **options: Any) -> httpx2.Response:
        """One request as it is."""
        return await self.http.request(method, url, **options)

    async def mws(self, action: str, body: bytes | None = None, headers: Any = None, **params: str) -> httpx2.Response:
        """A signed MWS Feeds request; `Id_1` in a name stands for `Id.1`."""
        seller = self.world.seller
        named = {name.replace("_", "."): value for name, value in params.items()}
        told = {
            "Action": action,
            "AWSAccessKeyId": seller.access_key,
            "MWSAuthToken": seller.auth_token,
            "SellerId": seller.id,
            "SignatureMethod": "HmacSHA256",
            "SignatureVersion": "2",
            "Timestamp": datetime.fromtimestamp(self.world.clock.real(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": "2009-01-01",
            **named,
        }
        query = "&".join(f"{quote(n, safe='-_.~')}={quote(told[n], safe='-_.~')}" for n in sorted(told))
        text = f"POST\n{HOST}\n/Feeds/2009-01-01\n{query}"
        mark = b64encode(hmac.new(seller.secret_key.encode(), text.encode(), hashlib.sha256).digest()).decode()
        url = f"/Feeds/2009-01-01?{query}&Signature={quote(mark, safe='')}"
        sent = {"content-type": "text/xml"} if body is not None else {}
        return await self.raw("POST", url, content=body or b"", headers={**sent, **(headers or {})})

    async def submit(self, feed_type: str, body: bytes, **params: str) -> str:
        """SubmitFeed with the right MD5; the submission id."""
        got = await self.mws("SubmitFeed", body, FeedType=feed_type, ContentMD5Value=md5(body), **params)
        assert got.status_code == 200, got.text
        return str(texts(got, "FeedSubmissionId")[0])

    async def report(self, feed_id: str) -> "Report":
        """The processing report of a submission once its time has come."""
        self.world.clock.advance(600)
        got = await self.mws("GetFeedSubmissionResult", FeedSubmissionId=feed_id)
        assert got.status_code == 200, got.text
        assert got.headers["content-md5"] == md5(got.content)
        return Report(got.content)

    async def sp(self, method: str, path: str, body: Any = None, **params: str) -> httpx2.Response:
        """An SP-API request with a token."""
        seller = self.world.seller
        if not self.token:
            form = {
                "grant_type": "refresh_token",
                "refresh_token": seller.refresh_token,
                "client_id": seller.client_id,
                "client_secret": seller.client_secret,
            }
            self.token = (await self.http.post("/auth/o2/token", data=form)).json()["access_token"]
        headers = {"x-amz-access-token": self.token}
        if body is not None:
            return await self.raw(method, path, params=params, json=body, headers=headers)
        return await self.raw(method, path, params=params, headers=headers)

    async def upload(self, content: bytes, kind: str = "application/json; charset=UTF-8") -> str:
        """A feed document with that content; its id."""
        got = await self.sp("POST", "/feeds/2021-06-30/documents", {"contentType": kind})
        assert got.status_code == 201, got.text
        put = await self.raw("PUT", got.json()["url"], content=content, headers={"content-type": kind})
        assert put.status_code == 200, put.text
        return str(got.json()["feedDocumentId"])

    async def feed(self, content: bytes, feed_type: str = "JSON_LISTINGS_FEED", **options: Any) -> str:
        """A feed of that content; its id."""
        kind = "application/json; charset=UTF-8" if feed_type == "JSON_LISTINGS_FEED" else "text/xml; charset=UTF-8"
        asked = {
            "feedType": feed_type,
            "marketplaceIds": [self.world.seller.marketplace],
            "inputFeedDocumentId": await self.upload(content, kind),
            **options,
        }
        got = await self.sp("POST", "/feeds/2021-06-30/feeds", asked)
        assert got.status_code == 202, got.text
        return str(got.json()["feedId"])

    async def ended(self, feed_id: str) -> dict[str, Any]:
        """The feed once its time has come."""
        self.world.clock.advance(600)
        got = await self.sp("GET", f"/feeds/2021-06-30/feeds/{feed_id}")
        assert got.status_code == 200, got.text
        return dict(got.json())

    async def document(self, document_id: str, **params: str) -> httpx2.Response:
        """The download of a result document."""
        got = await self.sp("GET", f"/feeds/2021-06-30/documents/{document_id}", **params)
        assert got.status_code == 200, got.text
        return await self.raw("GET", got.json()["url"])

    async def item(self, sku: str, included: str = "attributes") -> dict[str, Any]:
        """getListingsItem."""
        path = f"/listings/2021-08-01/items/{self.world.seller.id}/{quote(sku, safe='')}"
        got = await self.sp("GET", path, marketplaceIds=self.world.seller.marketplace, includedData=included)
        assert got.status_code == 200, got.text
        return dict(got.json())


class Report:
    """A ProcessingReport: its counts and its results as (message id, code, level, additional info)."""

    def __init__(self, content: bytes) -> None:
        self.root = etree.fromstring(content)
        names = ("Processed", "Successful", "WithError", "WithWarning")
        self.counts = tuple(int(self.root.findtext(f".//Messages{name}") or -1) for name in names)
        self.results = [
            (int(found.findtext("MessageID") or -1), found.findtext("ResultMessageCode"), found.findtext("ResultCode"))
            for found in self.root.iter("Result")
        ]
        self.words = [found.findtext("ResultDescription") or "" for found in self.root.iter("Result")]
        self.about = [[(e.tag, e.text) for e in info] for info in self.root.iter("AdditionalInfo")]


def md5(content: bytes) -> str:
    """Content-MD5."""
    return b64encode(hashlib.md5(content).digest()).decode()


def texts(got: httpx2.Response, name: str) -> list[str]:
    """The texts of all elements of that name in an MWS answer."""
    return [found.text or "" for found in etree.fromstring(got.content).iter(f"{{*}}{name}")]


def envelope(seller: str, kind: str, *bodies: str, operation: str = "Update", extra: str = "") -> bytes:
    """An XML feed of these bodies."""
    messages = "".join(
        f"<Message><MessageID>{n}</MessageID><OperationType>{operation}</OperationType>{body}</Message>\n"
        for n, body in enumerate(bodies, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<AmazonEnvelope>'
        f"<Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>{seller}</MerchantIdentifier></Header>"
        f"<MessageType>{kind}</MessageType>{extra}\n{messages}</AmazonEnvelope>"
    ).encode()


def listings_feed(seller: str, *messages: dict[str, Any], **header: Any) -> bytes:
    """A JSON listings feed of these messages, numbered from 1."""
    rows = [{"messageId": n, **message} for n, message in enumerate(messages, 1)]
    return json.dumps({"header": {"sellerId": seller, "version": "2.0", **header}, "messages": rows}).encode()

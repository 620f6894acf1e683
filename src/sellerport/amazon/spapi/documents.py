"""Documents of SP-API feeds: uploaded to and fetched from the addresses that Amazon signs.

Facts: Amazon's model `feeds_2021-06-30`; an address lives five minutes, the upload's Content-Type is signed with it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

import msgspec

from sellerport.amazon.exchange import Exchange, NoTurns, Refusal
from sellerport.amazon.http import MEGABYTE, Answer, Request
from sellerport.amazon.servertime import date
from sellerport.amazon.spapi.adapter import SpApi
from sellerport.amazon.spapi.refusal import json_of
from sellerport.amazon.xml import start
from sellerport.errors import Rejected, Unavailable

DOCUMENTS = "/feeds/2021-06-30/documents"
REPORT_LIMIT = 128 * MEGABYTE
TRIES = 3  # addresses that are asked for, should storage call one expired

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """A document's id, where it stands for the next minutes, and Amazon's time of the answer."""

    id: str
    url: str = field(repr=False)
    at: float | None


async def created(api: SpApi, content_type: str) -> Address:
    """A new document to upload."""
    content = msgspec.json.encode({"contentType": content_type})
    return await api.ask("createFeedDocument", "POST", DOCUMENTS, {}, read=_address, content=content)


async def upload(api: SpApi, address: Address, content_type: str, body: bytes) -> None:
    """Put the bytes there, with exactly the content type that the address was made for."""

    async def make() -> Request:
        return Request("PUT", address.url, {"Content-Type": content_type}, body, len(body))

    await storage(api).send("upload", make, lambda answer: None)


async def fetched(api: SpApi, document_id: str) -> Answer:
    """The document's bytes as they stand there, and the headers they came with."""
    path = f"{DOCUMENTS}/{quote(document_id, safe='')}"

    async def once() -> Answer:
        address = await api.ask("getFeedDocument", "GET", path, {}, read=_address)

        async def make() -> Request:
            return Request("GET", address.url)

        return await storage(api).send("download", make, lambda answer: answer, limit=REPORT_LIMIT)

    return await anew(once)


async def anew(once: Callable[[], Awaitable[T]]) -> T:
    """What `once()` brings; it is done again with a new address where storage refuses one that has expired."""
    for _ in range(TRIES - 1):
        try:
            return await once()
        except Rejected as refused:
            if refused.status != 403:
                raise
    return await once()


def storage(api: SpApi) -> Exchange:
    """Storage has no quota and no token of ours."""
    return Exchange(api.exchange.transport, NoTurns(), api.patience, _refusal, api.exchange.secrets)


def _refusal(answer: Answer) -> Refusal | None:
    if 200 <= answer.status < 300:
        return None
    said = f"the document's storage answers {start(answer.body)}"
    if answer.status >= 500:
        return Unavailable(said, status=answer.status)
    return Rejected(said, status=answer.status)


def _address(answer: Answer) -> Address:
    said = json_of(answer)
    if not isinstance(said.get("feedDocumentId"), str) or not isinstance(said.get("url"), str):
        raise Rejected("the answer holds no document's address")
    return Address(said["feedDocumentId"], said["url"], date(answer))

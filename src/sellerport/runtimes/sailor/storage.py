"""Large messages: bodies that lie in the platform's object storage (Maester), encrypted, with an id in their place.

Source: @elastic.io/maester-client 6.0.0 as elasticio-sailor-nodejs 2.7.8 uses it.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from sellerport.runtimes.sailor.cipher import Cipher, Unreadable
from sellerport.runtimes.sailor.envelope import OBJECT_ID, Incoming, Members
from sellerport.runtimes.sailor.log import Log
from sellerport.runtimes.sailor.outcome import Failure
from sellerport.runtimes.sailor.rest import LineLost, Rest, repeated
from sellerport.runtimes.sailor.settings import Settings, whole_number
from sellerport.runtimes.sailor.text import decoded, encoded, value_of

_EMPTY = msgspec.Raw(b"{}")


class Storage:
    """Fetches and keeps bodies. `env` may hold REQUEST_MAX_RETRY (0 to 4) and REQUEST_TIMEOUT (500 to 20000 ms)."""

    def __init__(self, settings: Settings, cipher: Cipher, *, rest: Rest, env: Mapping[str, str], log: Log) -> None:
        self._settings, self._cipher, self._rest, self._log = settings, cipher, rest, log
        retries = whole_number(env.get("REQUEST_MAX_RETRY")) or 2
        limit = whole_number(env.get("REQUEST_TIMEOUT")) or 10_000
        self._attempts = 1 + (retries if 0 <= retries <= 4 else 2)
        self._limit = (limit if 500 <= limit <= 20_000 else 10_000) / 1000
        self._headers = {
            "Authorization": f"Bearer {settings.object_storage_token}",
            "User-Agent": "sellerport",
            "x-request-id": f"f:{settings.flow_id};s:{settings.step_id};m:",
        }

    async def fetched(self, message: Incoming) -> Incoming:
        """The message with the bodies in their places: its own and those of the steps before."""
        if OBJECT_ID.encode() not in message.plain:
            return message
        members, *passed = await asyncio.gather(
            self._whole(message.members, message.headers.get(OBJECT_ID)),
            *(self._whole(passed, _object_id(passed)) for passed in message.passthrough.values()),
        )
        passthrough = dict(zip(message.passthrough, passed, strict=True))
        return Incoming(message.plain, members, message.headers, passthrough)

    async def inlined(self, passthrough: Mapping[str, Members]) -> dict[str, Members]:
        """The steps' messages with those bodies fetched that are empty and lie in the storage."""

        async def whole(passed: Members) -> Members:
            return await self._whole(passed, _object_id(passed)) if _is_empty(passed.get("body")) else passed

        return dict(zip(passthrough, await asyncio.gather(*map(whole, passthrough.values())), strict=True))

    async def _whole(self, members: Members, object_id: Any) -> Members:
        return {**members, "body": await self.body(str(object_id))} if object_id else members

    async def body(self, object_id: str) -> msgspec.Raw:
        """The body under that id; Failure in the original runtime's words."""
        try:
            content = await self._sent("GET", f"/objects/{quote(object_id, safe='')}")
            plain = self._cipher.decrypted(content)
            decoded(plain)
        except (LineLost, Unreadable, ValueError) as error:
            self._log.error("A body could not be fetched", error, objectId=object_id)
            raise Failure(f"Failed to get message body with id={object_id}") from None
        return msgspec.Raw(plain)

    async def lightened(self, members: Members) -> Members:
        """The message with all its bodies in the storage, if they are large together; else as it is."""
        bodies: dict[str | None, Any] = {None: members["body"]} | {
            step: passed.get("body") for step, passed in _passed(members).items()
        }
        texts = {step: encoded(body) for step, body in bodies.items()}
        if sum(map(len, texts.values())) <= self._settings.object_storage_size_threshold:
            return members
        known: dict[str | None, str | None] = {None: None}
        known |= {step: _object_id(passed) for step, passed in _passed(members).items()}
        try:
            ids = await asyncio.gather(*(self._kept(text, known[step]) for step, text in texts.items()))
        except (LineLost, ValueError, KeyError) as error:
            self._log.error("A body could not be stored", error)
            raise Failure("Lightweight message/passthrough body upload error") from None
        own, *others = ids
        light = _replaced(members, own)
        if "passthrough" in members:
            passed = zip(_passed(members).items(), others, strict=True)
            light["passthrough"] = {step: _replaced(entry, object_id) for (step, entry), object_id in passed}
        return light

    async def _kept(self, text: bytes, known: str | None) -> str:
        if known:
            return known
        answer = decoded(await self._sent("POST", "/objects", self._cipher.encrypted(text)))
        return str(answer["objectId"])

    async def _sent(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})
        url = self._settings.object_storage_uri.rstrip("/") + path

        async def attempt() -> Any:
            return await self._rest.send(method, url, headers=headers, body=body, limit=self._limit)

        answer = await repeated(attempt, attempts=self._attempts, delay=_pause)
        if answer.status >= 300:
            raise LineLost(f"HTTP {answer.status}")
        return bytes(answer.body)


def _pause(tried: int) -> float:
    """A tenth of a second, doubled each time, and up to a fifth more; 15 s at most."""
    return float(min(0.1 * 2**tried * (1 + random.random() / 5), 15.0))  # noqa: S311 - jitter, not a secret


def _passed(members: Members) -> dict[str, Members]:
    return members.get("passthrough") or {}


def _replaced(members: Members, object_id: str) -> Members:
    return {**members, "body": _EMPTY, "headers": {**_headers(members), OBJECT_ID: object_id}}


def _object_id(members: Members) -> str | None:
    return _headers(members).get(OBJECT_ID)


def _headers(members: Members) -> dict[str, Any]:
    return value_of(members.get("headers")) or {}


def _is_empty(body: Any) -> bool:
    value = decoded(body) if isinstance(body, msgspec.Raw) and len(body) < 16 else body
    return value in (None, {}, [], "")

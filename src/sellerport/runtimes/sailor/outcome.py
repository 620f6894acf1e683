"""What an emission becomes on the wire: content, headers and routing key, one function a kind. Pure.

Source: elasticio-sailor-nodejs 2.7.8, lib/sailor.js (onData ... onEnd) and lib/amqp.js (send...).
"""

import base64
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sellerport.contract import Data, HttpReply
from sellerport.runtimes.sailor import envelope
from sellerport.runtimes.sailor.cipher import Cipher
from sellerport.runtimes.sailor.envelope import Headers, Members
from sellerport.runtimes.sailor.own import OwnError
from sellerport.runtimes.sailor.settings import Settings
from sellerport.runtimes.sailor.text import encoded

_NOT_AVAILABLE = "Not Available"


class Failure(OwnError):
    """What the runtime itself has against an emission or an input, in the original runtime's words."""


class Outgoing(msgspec.Struct, frozen=True, eq=False):
    """One message to publish. `original` holds the properties of an input that is sent back as it came."""

    key: str
    content: bytes
    headers: Headers
    original: Any = None
    expiration: str = ""

    def __repr__(self) -> str:
        return f"Outgoing({self.key!r}, {len(self.content)} bytes)"


class Origin(msgspec.Struct, frozen=True, eq=False):
    """The input that is worked on, as far as the outgoing messages need it. `headers` are the outgoing ones' common part."""

    content: bytes
    incoming_headers: Headers
    properties: Any
    headers: Headers

    def __repr__(self) -> str:
        return f"Origin({len(self.content)} bytes)"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Makes outgoing messages for one step."""

    settings: Settings
    cipher: Cipher = field(repr=False)

    def data(self, members: Members, headers: Headers) -> Outgoing:
        """A message for the next step, encrypted in the flow's protocol version."""
        key = envelope.routing_key(members["headers"]) or self.settings.data_routing_key
        content = self._letter(members, self.settings.protocol_version)
        return Outgoing(key, content, {**headers, "protocolVersion": self.settings.protocol_version})

    def reply(self, reply: HttpReply, headers: Headers) -> Outgoing:
        """The answer to the request that started the flow; always in protocol version 1."""
        key = headers.get("reply_to")
        if not key:
            raise Failure("Component emitted 'httpReply' event but 'reply_to' was not found in AMQP headers")
        members = {"statusCode": reply.status_code, "headers": dict(reply.headers), "body": reply.body}
        return Outgoing(str(key), self._letter(members, 1), {**headers, "protocolVersion": 1})

    def _letter(self, members: Members, version: int) -> bytes:
        kept = {**members, "headers": envelope.without_routing_key(members["headers"])}
        secret = self.cipher.encrypted(encoded(kept))
        content = secret if version >= 2 else base64.b64encode(secret)
        limit = self.settings.outgoing_message_size_limit
        if len(content) > limit:
            raise Failure(f"Outgoing message size {len(content)} exceeds limit of {limit}.")
        return content

    def errors(self, error: BaseException | str, headers: Headers, origin: Origin | None = None) -> list[Outgoing]:
        """The error for the platform and, where somebody waits for a reply, the same for him."""
        secret = self._base64(encoded(told(error)))
        report = {"error": secret.decode()}
        if origin is not None and origin.content:
            report["errorInput"] = self._input(origin)
        found = [Outgoing(self.settings.error_routing_key, encoded(report), headers)]
        if "reply_to" in headers and not self.settings.no_error_replies:
            found.append(Outgoing(str(headers["reply_to"]), secret, {**headers, "x-eio-error-response": True}))
        return found

    def _input(self, origin: Origin) -> str:
        if self.settings.input_format == "error" or envelope.version(origin.incoming_headers) < 2:
            return origin.content.decode(errors="replace")
        return base64.b64encode(origin.content).decode()

    def _base64(self, plain: bytes) -> bytes:
        return base64.b64encode(self.cipher.encrypted(plain))

    def rebound(self, reason: BaseException | str, origin: Origin, end: int) -> Outgoing | None:
        """The input once more, as it came, after a pause that doubles; None where it came back too often."""
        before = origin.incoming_headers.get("reboundIteration")
        iteration = before + 1 if isinstance(before, int | float) and not isinstance(before, bool) and before else 1
        if iteration > self.settings.rebound_limit:
            return None
        wait = int(2 ** (iteration - 1) * self.settings.rebound_initial_expiration)
        more = {"end": end, "reboundReason": told(reason)["message"], "reboundIteration": iteration}
        headers = {**origin.incoming_headers, **more}
        return Outgoing(self.settings.rebound_routing_key, origin.content, headers, origin.properties, str(wait))

    def snapshot(self, value: Any, headers: Headers, event: str) -> Outgoing:
        """The step's new place, not encrypted: `event` is snapshot or updateSnapshot."""
        return Outgoing(self.settings.snapshot_routing_key, encoded(value), {**headers, "snapshotEvent": event})


def told(error: BaseException | str) -> dict[str, str]:
    """Name, message and stack of an error as the platform shows them."""
    if not isinstance(error, BaseException):
        return {"name": "Error", "message": error or _NOT_AVAILABLE, "stack": _NOT_AVAILABLE}
    if isinstance(error, OwnError):
        return {"name": "Error", "message": str(error), "stack": stack_of(error)}
    return {"name": type(error).__name__, "message": str(error) or type(error).__name__, "stack": stack_of(error)}


def stack_of(error: BaseException) -> str:
    """The traceback as text."""
    return "".join(traceback.format_exception(error)).rstrip() or _NOT_AVAILABLE


def data_members(data: Data) -> Members:
    """The parts of an emitted message; absent ones are left out."""
    members: Members = {"id": data.id} if data.id else {}
    members |= {"body": data.body, "headers": dict(data.headers)}
    if data.attachments:
        members["attachments"] = data.attachments
    if data.passthrough is not None:
        members["passthrough"] = {step: dict(passed) for step, passed in data.passthrough.items()}
    return members


def passed_on(
    passthrough: Mapping[str, Members], step: str | None, members: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The passthrough with one more step's message in it; unchanged where that step has no name."""
    own = {name: value for name, value in members.items() if name != "passthrough"}
    return {**passthrough, step: own} if step else dict(passthrough)

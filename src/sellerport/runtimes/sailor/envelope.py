"""What stands in a message: its content decrypted and taken apart, and the headers around it, in and out. Pure.

Members are kept as the JSON that came (`msgspec.Raw`): what a step does not look at goes on byte for byte.
Source: elasticio-sailor-nodejs 2.7.8, lib/amqp.js and lib/sailor.js.
"""

import binascii
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sellerport.contract import Message
from sellerport.runtimes.sailor.cipher import Cipher, Unreadable
from sellerport.runtimes.sailor.settings import Settings
from sellerport.runtimes.sailor.text import decoded, encoded, leniently, value_of

ROUTING_KEY = "x-eio-routing-key"
OBJECT_ID = "x-ipaas-object-storage-id"
_META = "x-eio-meta-"
_KEPT = ("stepId", "messageId", "parentMessageId", "reply_to")
_KNOWN = ("id", "body", "headers", "attachments", "passthrough")

Headers = dict[str, Any]
Members = dict[str, Any]
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_PASSED = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]] | None)
_TABLE = msgspec.json.Decoder(dict[str, Any] | None)
_NOTHING = msgspec.Raw(b"{}")


class Incoming(msgspec.Struct, frozen=True, eq=False):
    """One message as it came: `members` are its parts, `headers` and `passthrough` taken apart one level."""

    plain: bytes
    members: Members
    headers: Headers
    passthrough: dict[str, Members]

    def __repr__(self) -> str:
        return f"Incoming({len(self.plain)} bytes)"

    def message(self) -> Message:
        """The message as a function sees it."""
        members = self.members
        return Message(
            body=members.get("body", _NOTHING),
            id=value_of(members.get("id")),
            headers=self.headers,
            attachments=value_of(members.get("attachments")) or {},
            passthrough=self.passthrough,
            extra={name: value_of(value) for name, value in members.items() if name not in _KNOWN},
        )


def incoming(content: bytes, headers: Headers | None, cipher: Cipher, settings: Settings) -> Incoming:
    """The message in that content; Unreadable where it is none that this step can work on."""
    if headers is None:
        raise Unreadable("the message has no headers")
    try:
        if settings.input_format == "error":
            return _error_report(content, headers, cipher)
        return _taken_apart(cipher.decrypted(ciphertext(content, headers)), headers)
    except (ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"not the JSON of a message: {type(error).__name__}") from None


def ciphertext(content: bytes, headers: Headers) -> bytes:
    """The encrypted bytes: protocol version 1, and none, writes them as base64, later ones as they are."""
    return content if version(headers) >= 2 else base64_bytes(content)


def version(headers: Headers) -> float:
    """The protocol version that the headers name; 1 where they name none."""
    try:
        return float(headers.get("protocolVersion") or 1)
    except (TypeError, ValueError):
        return 2


def base64_bytes(text: bytes) -> bytes:
    """What the base64 says, read as leniently as Node.js reads it: either alphabet, padding optional."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        digits = text.translate(bytes.maketrans(b"-_", b"+/"), b"=\r\n \t")
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _taken_apart(plain: bytes, headers: Headers) -> Incoming:
    try:
        members: Members = dict(_MEMBERS.decode(plain))
        passthrough = _PASSED.decode(members["passthrough"]) if "passthrough" in members else None
        own = _TABLE.decode(members["headers"]) if "headers" in members else None
    except (msgspec.DecodeError, UnicodeDecodeError):  # text that only JavaScript calls JSON
        members = dict(leniently(plain))
        own, passthrough = members.get("headers"), members.get("passthrough")
    own = dict(own or {})
    if reply_to := headers.get("reply_to"):
        own["reply_to"] = reply_to
    members["headers"] = own
    return Incoming(plain, members, own, {step: dict(passed) for step, passed in (passthrough or {}).items()})


def _error_report(content: bytes, headers: Headers, cipher: Cipher) -> Incoming:
    """The input of a flow's own error handler: plain JSON whose two values are encrypted."""
    body = dict(decoded(content))
    for part in ("error", "errorInput"):
        if body.get(part):
            body[part] = msgspec.Raw(cipher.decrypted(base64_bytes(body[part].encode())))
    members: Members = {"body": msgspec.Raw(encoded(body)), "headers": dict(headers)}
    return Incoming(content, members, members["headers"], {})


def kept_headers(headers: Headers, new_id: Callable[[], str]) -> Headers:
    """What the outgoing headers keep of the incoming ones; `new_id` names the thread where none is named yet."""
    meta = {name.lower(): value for name, value in headers.items() if name[:11].lower() == _META}
    meta["threadId"] = headers.get("threadId") or meta.get(_META + "trace-id") or new_id()
    return meta | {name: headers[name] for name in _KEPT if headers.get(name)}


def step_headers(settings: Settings) -> Headers:
    """The headers that say where a message comes from."""
    return {
        "execId": settings.exec_id,
        "taskId": settings.flow_id,
        "workspaceId": settings.workspace_id,
        "containerId": settings.container_id,
        "userId": settings.user_id,
        "stepId": settings.step_id,
        "compId": settings.comp_id,
        "function": settings.function,
    }


def outgoing_headers(kept: Headers, settings: Settings, *, step: Headers, message_id: str, start: int) -> Headers:
    """The headers of everything that is emitted while one message is worked on; absent values are left out."""
    parent, thread = kept.get("messageId"), kept["threadId"]
    own = {"parentMessageId": parent, "threadId": thread, "messageId": message_id, "start": start}
    headers = {**kept, **settings.more_headers, **own, **step}
    if parent is None:
        del headers["parentMessageId"]
    return headers


def routing_key(headers: Mapping[str, Any]) -> str | None:
    """Where the message's own headers want it to go."""
    for name, value in headers.items():
        if name.lower() == ROUTING_KEY:
            return str(value) or None
    return None


def without_routing_key(headers: Mapping[str, Any]) -> Headers:
    """The headers that the next step sees."""
    return {name: value for name, value in headers.items() if name.lower() != ROUTING_KEY}

"""The storage behind presigned addresses, as S3 answers: feed documents are put there, reports are fetched.

An address carries its own end (real time, five minutes) and a seal over method, document, content type and end, not
over the host, so that a proxy may stand between. What S3 refuses is refused: another content type than announced,
chunked bodies, unsigned `x-amz-` headers.
"""

import email.utils
import gzip
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, unquote, urlencode
from xml.sax.saxutils import escape

from .exchange import Answer, Face, Refusal, Wire
from .records import Document
from .world import World

PATH: Final = "/_documents/"
PREFIX: Final = "amzn1.tortuga."
LIFE: Final = 300
SCHEMA_LIFE: Final = 7 * 86_400
KEPT: Final = timedelta(days=2)
REPORTS_KEPT: Final = timedelta(days=28)
XML: Final = {"content-type": "application/xml"}
STAMP: Final = "%Y%m%dT%H%M%SZ"
FAULTS: Final = {
    "throttle": Refusal(503, "SlowDown", "Please reduce your request rate."),
    "500": Refusal(500, "InternalError", "We encountered an internal error. Please try again."),
    "503": Refusal(503, "ServiceUnavailable", "Reduce your request rate."),
}


def announced(world: World, content_type: str) -> Document:
    """A new document that waits for its content."""
    document = Document(
        id=f"{PREFIX}4.{world.seller.region.lower()}.{world.uuid()}",
        content_type=content_type,
        created=world.clock.now(),
        expires=0.0,
    )
    world.documents[document.id] = document
    return document


def published(world: World, content: bytes) -> Document:
    """A schema to be fetched; the same content is the same document."""
    name = f"schema.{hashlib.sha256(content).hexdigest()[:40]}"
    if name not in world.documents:
        kind = "application/json;charset=UTF-8"
        world.documents[name] = Document(
            id=name, content_type=kind, created=world.clock.now(), expires=0.0, content=content
        )
    return world.documents[name]


def known(world: World, document_id: str, *, for_days: timedelta = KEPT) -> Document | None:
    """The document of that id, while it is kept."""
    document = world.documents.get(document_id)
    if document is None or not document_id.startswith(PREFIX) or world.clock.now() - document.created > for_days:
        return None
    return document


# ------------------------------------------------------------------------------------------------- presigned addresses


def _seal(world: World, method: str, document_id: str, query: Mapping[str, str]) -> str:
    signed = "\n".join((method, document_id, *(f"{name}={query.get(name, '')}" for name in sorted(_SIGNED))))
    return hmac.new(world.seller.secret_key.encode(), signed.encode(), hashlib.sha256).hexdigest()


_SIGNED: Final = ("X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "response-content-encoding", "x-form")


def address(
    world: World,
    base: str,
    document: Document,
    method: str,
    *,
    unpack: bool = False,
    form: str = "",
    late: bool = False,
    life: int = LIFE,
) -> str:
    """The presigned address of a document. `unpack`: the download says Content-Encoding; `form` bends its bytes."""
    since = datetime.fromtimestamp(world.clock.real() - (2 * life if late else 0), UTC)
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": since.strftime(STAMP),
        "X-Amz-Expires": str(life),
        "X-Amz-SignedHeaders": "content-type" if method == "PUT" else "",
    }
    if unpack:
        query["response-content-encoding"] = "gzip"
    if form:
        query["x-form"] = form
    query["X-Amz-Signature"] = _seal(world, method, document.id, query)
    return f"{base}{PATH}{quote(document.id, safe='')}?{urlencode(query)}"


def _check_address(world: World, wire: Wire, document_id: str, query: Mapping[str, str]) -> None:
    if not hmac.compare_digest(_seal(world, wire.method, document_id, query), query.get("X-Amz-Signature", "")):
        raise _mismatch()
    since = datetime.strptime(query["X-Amz-Date"], STAMP).replace(tzinfo=UTC).timestamp()
    if world.clock.real() + wire.skew > since + int(query["X-Amz-Expires"]):
        raise Refusal(403, "AccessDenied", "Request has expired")


def _mismatch() -> Refusal:
    text = "The request signature we calculated does not match the signature you provided. Check your key and signing method."
    return Refusal(403, "SignatureDoesNotMatch", text)


# ------------------------------------------------------------------------------------------------------------ requests


def _name(wire: Wire) -> str:
    return {"PUT": "upload", "GET": "download"}.get(wire.method, "storage")


def _answer(world: World, wire: Wire) -> Answer:
    document_id = unquote(wire.path.removeprefix(PATH))
    query = dict(wire.pairs())
    if wire.method not in ("PUT", "GET"):
        raise Refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    if "authorization" in wire.headers:
        raise Refusal(400, "InvalidArgument", "Only one auth mechanism allowed")
    unsigned = [name for name in wire.headers if name.startswith("x-amz-")]
    if unsigned:
        text = "There were headers present in the request which were not signed"
        raise Refusal(403, "AccessDenied", text, details=", ".join(unsigned))
    _check_address(world, wire, document_id, query)
    document = world.documents.get(document_id)
    if document is None:
        raise Refusal(404, "NoSuchKey", "The specified key does not exist.")
    return _put(world, wire, document) if wire.method == "PUT" else _get(document, query)


def _put(world: World, wire: Wire, document: Document) -> Answer:
    if "transfer-encoding" in wire.headers:
        text = "A header you provided implies functionality that is not implemented"
        raise Refusal(501, "NotImplemented", text, details="Transfer-Encoding")
    if wire.headers.get("content-type", "") != document.content_type:
        raise _mismatch()
    world.documents[document.id] = replace(document, content=wire.body)
    return Answer(200, b"", {"etag": f'"{hashlib.md5(wire.body).hexdigest()}"'})  # noqa: S324 - S3's


def _get(document: Document, query: Mapping[str, str]) -> Answer:
    if document.content is None:
        raise Refusal(404, "NoSuchKey", "The specified key does not exist.")
    content, packed = document.content, document.compression == "GZIP"
    if query.get("x-form") == "plain" and packed:
        content = gzip.decompress(content)
    elif query.get("x-form") == "gzip" and not packed:
        content = gzip.compress(content, mtime=0)
    headers = {"content-type": document.content_type, "etag": f'"{hashlib.md5(content).hexdigest()}"'}  # noqa: S324
    if query.get("response-content-encoding"):
        headers["content-encoding"] = "gzip"
    return Answer(200, content, headers)


def _refusal(world: World, wire: Wire, error: Refusal) -> Answer:
    told = ""
    if error.details:
        name = "Header" if error.code == "NotImplemented" else "HeadersNotSigned"
        told = f"<{name}>{escape(error.details)}</{name}>"
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{error.code}</Code>'
        f"<Message>{escape(error.message)}</Message>{told}<RequestId>{world.uuid()[:16].upper()}</RequestId></Error>"
    )
    return Answer(error.status, body.encode(), XML)


def _stamp(world: World, wire: Wire) -> Mapping[str, str]:
    at = world.clock.real() + wire.skew
    return {
        "date": email.utils.formatdate(at, usegmt=True),
        "server": "AmazonS3",
        "x-amz-request-id": re.sub("-", "", world.uuid())[:16].upper(),
    }


FACE: Final = Face("documents", _name, _answer, _refusal, _stamp, FAULTS)

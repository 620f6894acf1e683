"""A JSON listings feed, version 2: header, then each message as a write to its listing.

What the document as a whole gets wrong fails the feed; what a message gets wrong is an issue of that message.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from sellersim import listings
from sellersim.world import World

from . import writes
from .issues import Issue, Tally, at, issue
from .job import Job
from .writes import Verdict, Write

MOST_MESSAGES: Final = 25_000
LARGEST_ID: Final = 2_147_483_647
REQUIREMENTS: Final = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
#: Operation type -> the members that it must have, those that it may have.
MEMBERS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "UPDATE": (frozenset({"productType", "attributes"}), frozenset({"requirements"})),
    "PARTIAL_UPDATE": (frozenset({"productType", "attributes"}), frozenset()),
    "PATCH": (frozenset({"productType", "patches"}), frozenset()),
    "DELETE": (frozenset(), frozenset()),
}
RULED: Final = frozenset({"productType", "attributes", "patches", "requirements"})


class Report(msgspec.Struct, rename="camel"):
    """What the header asks to be told of each listing."""

    included_data: list[str]
    api_version: str


class Header(msgspec.Struct, rename="camel"):
    """The head of the feed."""

    seller_id: str
    version: str
    issue_locale: str | None = None
    report: Report | None = None


class Document(msgspec.Struct):
    """The feed: messages stay as they are, each is judged by itself."""

    header: Header
    messages: list[dict[str, Any]]


class Failed(Exception):
    """The feed as a whole is refused."""

    def __init__(self, found: Issue) -> None:
        super().__init__(found.message)
        self.issue = found


def process(job: Job) -> tuple[Tally, Report | None, list[dict[str, Any]] | None]:
    """Judge and apply the job's feed: the account, what the header asked for, and that. Failed for the whole feed."""
    document = _document(job)
    tally = Tally()
    ids: set[int] = set()
    skus: dict[str, None] = {}
    write = Write(world=job.world, marketplaces=job.marketplaces, now=job.now)
    for message in document.messages:
        found = _form(message, ids)
        if not found:
            verdict = _verdict(write, message)
            writes.keep(job.world, message["sku"], verdict)
            found = list(verdict.issues)
            skus[message["sku"]] = None
        tally.count(at(_id(message), _about(found, message.get("sku"))))
    report = document.header.report
    return tally, report, _items(job.world, write, report, list(skus)) if report else None


def _document(job: Job) -> Document:
    try:
        document = msgspec.json.decode(job.feed.content, type=Document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Failed(issue("invalid-payload", why=str(error))) from error
    header, why = document.header, ""
    if header.version != "2.0":
        why = f"header.version is {header.version!r}, not '2.0'"
    elif header.seller_id != job.world.seller.id:
        why = f"header.sellerId {header.seller_id!r} is not that of the submitting seller"
    elif header.report and (
        header.report.api_version != "2021-08-01" or not set(header.report.included_data) <= set(listings.INCLUDED)
    ):
        why = "header.report asks for what is not known"
    elif not document.messages:
        why = "messages is empty"
    elif len(document.messages) > MOST_MESSAGES:
        why = f"feed messages list beyond allowed size: {len(document.messages)} of {MOST_MESSAGES}"
    if why:
        raise Failed(issue("invalid-payload", why=why))
    return document


def _id(message: Mapping[str, Any]) -> int:
    id_ = message.get("messageId")
    return id_ if isinstance(id_, int) and not isinstance(id_, bool) and 1 <= id_ <= LARGEST_ID else 0


def _about(found: list[Issue], sku: object) -> list[Issue]:
    """The issues, with the SKU where none is told yet."""
    if not isinstance(sku, str) or not sku:
        return found
    return [one if one.about else replace(one, about={"sku": sku}) for one in found]


def _form(message: Mapping[str, Any], ids: set[int]) -> list[Issue]:
    """What the feed's schema forbids about a message."""
    id_, kind = _id(message), message.get("operationType")
    if not id_:
        return [issue("invalid-payload", why=f"messageId {message.get('messageId')!r} is no id")]
    if id_ in ids:
        return [issue("duplicate-id", id=id_)]
    ids.add(id_)
    sku = message.get("sku")
    if not isinstance(sku, str) or not sku:
        return [issue("invalid-payload", why=f"sku {sku!r} is no SKU")]
    if not isinstance(kind, str) or kind not in MEMBERS:
        return [issue("invalid-payload", why=f"operationType {kind!r} is none of {', '.join(MEMBERS)}")]
    must, may = MEMBERS[kind]
    has = RULED & message.keys()
    if must - has:
        return [issue("invalid-payload", why=f"{kind} needs {', '.join(sorted(must - has))}")]
    if has - must - may:
        return [issue("invalid-payload", why=f"{kind} may not have {', '.join(sorted(has - must - may))}")]
    return _types(message)


def _types(message: Mapping[str, Any]) -> list[Issue]:
    why = ""
    patches = message.get("patches", [{}])
    if not isinstance(message.get("productType", "x"), str) or not message.get("productType", "x"):
        why = "productType is no text"
    elif not isinstance(message.get("attributes", {"x": 1}), dict) or not message.get("attributes", {"x": 1}):
        why = "attributes is empty or no object"
    elif not isinstance(patches, list) or not patches or not all(isinstance(one, dict) for one in patches):
        why = "patches is empty or no array of objects"
    elif message.get("requirements", "LISTING") not in REQUIREMENTS:
        why = f"requirements {message['requirements']!r} is not known"
    return [issue("invalid-payload", why=why)] if why else []


def _verdict(write: Write, message: Mapping[str, Any]) -> Verdict:
    sku, kind = message["sku"], message["operationType"]
    if kind == "DELETE":
        return writes.delete(write, sku)
    type_ = message["productType"]
    if kind == "PATCH":
        return writes.patch(write, sku, product_type=type_, patches=message["patches"])
    if kind == "PARTIAL_UPDATE":
        return writes.partial(write, sku, product_type=type_, attributes=message["attributes"])
    requirements = message.get("requirements", "LISTING")
    return writes.put(write, sku, product_type=type_, attributes=message["attributes"], requirements=requirements)


def _items(world: World, write: Write, report: Report, skus: list[str]) -> list[dict[str, Any]]:
    found = (world.listings[sku] for sku in skus if sku in world.listings)
    return [
        listings.item(one, world.listings, marketplaces=write.marketplaces, included=report.included_data)
        for one in found
    ]

"""Convert: an old XML feed into the JSON listings feed that replaces it.

Products, prices, stock, images and relationships. The sentences are the actions' own; a product's elements become
attributes by the table of common elements and, without the product type's schema at hand, by name. Whatever was assumed
or found no place is accounted for.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, TextIO

import msgspec

from amazon_wire.marketplaces import MARKETPLACES
from sellerport.amazon.feeds import Marketplace
from sellerport.commands._losses import Losses
from sellerport.errors import InputError

MOST = 25_000  # messages of a listings feed, by its schema


def convert(feed: Path, /, *, marketplace: str, product_types: Path | None = None, report: Path | None = None) -> None:
    """Turn an old XML feed into the JSON listings feed that replaces it, on standard output.

    Parameters
    ----------
    feed
        XML feed of products, prices, stock, images or relationships.
    marketplace
        Id of the marketplace, such as ATVPDKIKX0DER.
    product_types
        JSON file {SKU or category element: product type}; what it leaves open becomes PRODUCT.
    report
        File for what was assumed, guessed or left out, as JSON; people read it on standard error.
    """
    losses = converted(feed, marketplace, _types(product_types), sys.stdout.buffer)
    _tell(losses, report, sys.stderr)


def converted(feed: Path, marketplace: str, product_types: Mapping[str, str], out: BinaryIO) -> Losses:
    """Write the document, and say what became of the messages. Nothing is written of a feed that cannot be converted."""
    from sellerport.amazon.submission.documents import BYTES, listings_frame
    from sellerport.commands._envelope import envelope, messages
    from sellerport.commands._translate import Words, is_one, kind_of

    place = _place(marketplace)
    try:
        head, count = envelope(feed)
    except OSError as error:
        raise InputError(f"{feed}: {error.strerror}") from None
    translate = kind_of(head.message_type)
    if count > MOST:
        raise InputError(f"{feed}: Expected at most {MOST} messages, as a listings feed takes, got {count}; split it")
    losses = Losses(head.message_type, read=count)
    if head.purges:
        losses.notes.append("PurgeAndReplace: a listings feed removes nothing that it does not name")
    words, frame = Words(place, product_types, losses), listings_frame(head.seller_id, place.locale)
    size = 0
    for old in messages(feed):
        for message in translate(old, words) if is_one(old, words) else ():
            losses.written += 1
            before = frame.head if losses.written == 1 else frame.separator
            size += out.write(before + frame.message(losses.written, message))
    if not losses.written:
        raise InputError(f"{feed}: nothing of it can be converted: " + "; ".join(losses.lines()[1:4]))
    out.write(frame.tail)
    if size > BYTES:
        losses.notes.append(
            f"the document has {size / 1e6:.0f} MB, more than the 10 MB that Amazon advises; split the feed"
        )
    return losses


def _place(marketplace: str) -> Marketplace:
    found = MARKETPLACES.get(marketplace)
    if found is None or found.region is None:
        raise InputError(f"--marketplace: Expected a marketplace that SP-API serves, got {marketplace!r}")
    return Marketplace(found.id, found.currency, found.locale, found.region)


def _types(path: Path | None) -> dict[str, str]:
    """Product types by SKU and by category element, whose case does not matter."""
    if path is None:
        return {}
    try:
        given = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise InputError(f"--product-types: {path}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"--product-types: {path}: Expected a JSON object of texts: {error}") from None
    return {**{name.lower(): kind for name, kind in given.items()}, **given}


def _tell(losses: Losses, report: Path | None, people: TextIO) -> None:
    """What was lost for people, and as JSON where a file is named."""
    for line in losses.lines():
        print(line, file=people)
    if report is not None:
        try:
            report.write_bytes(msgspec.json.format(msgspec.json.encode(losses.json()), indent=2) + b"\n")
        except OSError as error:
            raise InputError(f"--report: {report}: {error.strerror}") from None

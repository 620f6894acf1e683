"""Change Product Image: where Amazon finds the pictures of SKUs.

On MWS a ProductImage message a picture; on SP-API one patch of an image attribute a picture, a message a SKU.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._feed import feed_action
from sellerport.actions._rows import END, ProductType, Sku
from sellerport.amazon.feeds import (
    Context,
    Feed,
    ListingMessage,
    ListingsFeed,
    Marketplace,
    Rows,
    Said,
    Wrong,
    XmlFeed,
    XmlMessage,
    each,
    el,
    patch,
)

ImageType = Literal[
    "Main", "Swatch", "BKLB", "PT1", "PT2", "PT3", "PT4", "PT5", "PT6", "PT7", "PT8", "Search", "PM01", "MainOfferImage",
    "OfferImage1", "OfferImage2", "OfferImage3", "OfferImage4", "OfferImage5", "PFEE", "PFUK", "PFDE", "PFFR", "PFIT",
    "PFES", "EEGL", "PT98", "PT99", "ELFL",
]  # fmt: skip

#: The attribute of each image type. Fact: Amazon's page *Mapping product attributes*; a type that is not here has none.
ATTRIBUTES = {
    "Main": "main_product_image_locator",
    "Swatch": "swatch_product_image_locator",
    **{f"PT{n}": f"other_product_image_locator_{n}" for n in range(1, 9)},
    "MainOfferImage": "main_offer_image_locator",
    **{f"OfferImage{n}": f"other_offer_image_locator_{n}" for n in range(1, 6)},
    **{name: f"image_locator_{name.lower()}" for name in ("PFUK", "PFDE", "PFFR", "PFIT", "PFES", "EEGL", "ELFL")},
}


class Image(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One picture of one SKU."""

    sku: Sku
    image_type: Annotated[ImageType, Meta(title="Image Type")] = field(name="imageType")
    image_location: Annotated[
        str,
        Meta(
            title="Image Location",
            description="A URL from which Amazon can fetch the picture.",
            pattern=r"^([hH][tT][tT][pP][sS]?|[fF][tT][pP]|[sS]3)://[^\s\u0000-\u0020]+" + END,
            max_length=2000,
        ),
    ] = field(name="imageLocation")
    product_type: ProductType | UnsetType = field(name="productType", default=UNSET)


def wrong(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """A SKU has one picture of each type."""
    seen: dict[tuple[str, str], int] = {}
    for index, row in rows:
        first = seen.setdefault((row.sku, row.image_type), index)
        if first != index:
            text = f"Expected each image type of a SKU once, got {row.image_type} of {row.sku!r} in row {first} already"
            yield Wrong(index, "imageType", text)


def image(row: Image, context: Context) -> XmlMessage:
    """The ProductImage message."""
    return XmlMessage(
        el(
            "ProductImage",
            el("SKU", row.sku),
            el("ImageType", row.image_type),
            el("ImageLocation", row.image_location),
        )
    )


def refused_by_mws(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """MWS fetched over http, https and ftp."""
    for index, row in rows:
        if row.image_location.lower().startswith("s3:"):
            yield Wrong(index, "imageLocation", "Expected a URL of http, https or ftp: MWS fetches nothing from s3")


def refused(rows: Rows, place: Marketplace) -> Iterator[Wrong]:
    """SP-API has no attribute for some old types, fetches over http, https and s3, and a SKU is of one product type."""
    types: dict[str, Any] = {}
    for index, row in rows:
        if types.setdefault(row.sku, row.product_type) != row.product_type:
            text = f"Expected one product type for {row.sku!r}, got another than in its first row"
            yield Wrong(index, "productType", text)
        if row.image_type not in ATTRIBUTES:
            yield Wrong(index, "imageType", f"Expected a type that SP-API has; {row.image_type} is no longer used")
        if row.image_location.lower().startswith("ftp:"):
            yield Wrong(index, "imageLocation", "Expected a URL of http, https or s3: SP-API fetches nothing over ftp")


def look_up(rows: Rows, context: Context) -> Iterator[tuple[int, str]]:
    """SKUs whose product type nobody gave."""
    return ((index, row.sku) for index, row in rows if context.type_of("", row.product_type) is None)


def locators(rows: Rows, context: Context) -> Iterator[Said]:
    """One message a SKU with a patch for each of its pictures."""
    by_sku: dict[str, list[tuple[int, Image]]] = {}
    for index, row in rows:
        by_sku.setdefault(row.sku, []).append((index, row))
    for sku, images in by_sku.items():
        product_type = next((t for _, row in images if (t := context.type_of(sku, row.product_type))), None)
        patches = tuple(
            patch(
                ATTRIBUTES[row.image_type],
                {"media_location": row.image_location, "marketplace_id": context.marketplace.id},
                op="replace",
            )
            for _, row in images
        )
        yield Said(ListingMessage(sku, "PATCH", product_type, patches), tuple(index for index, _ in images))


ROW = Image
FEED = Feed(
    mws=XmlFeed("_POST_PRODUCT_IMAGE_DATA_", "ProductImage", each(image), refuse=refused_by_mws),
    sp=ListingsFeed(locators, look_up=look_up, refuse=refused),
)
ACTION = feed_action(
    title="Change Product Image",
    order=55,
    help="Tell Amazon where it finds a picture of a SKU. Amazon fetches the picture later, by itself.",
    row=ROW,
    feed=FEED,
    check=wrong,
    example={"sku": "MUG-BLUE-11OZ", "imageType": "Main", "imageLocation": "https://example.org/mug-blue-11oz.jpg"},
)

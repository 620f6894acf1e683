"""ProductImage messages: one picture of a SKU set or taken away. Other pictures stay."""

from typing import Final

from sellersim.schemas import common

from .checks import image_fault
from .issues import Issue, issue
from .job import Job, Message

#: ImageType -> attribute (reference 3.4.3); the others get a name of the same kind.
ATTRIBUTES: Final = {
    "Main": "main_product_image_locator",
    "Swatch": "swatch_product_image_locator",
    **{f"PT{n}": f"other_product_image_locator_{n}" for n in range(1, 9)},
    "MainOfferImage": "main_offer_image_locator",
    **{f"OfferImage{n}": f"other_offer_image_locator_{n}" for n in range(1, 6)},
}


def attribute(image_type: str) -> str:
    """The attribute of an image type."""
    return ATTRIBUTES.get(image_type, f"image_locator_{image_type.lower()}")


def judge(job: Job, message: Message) -> list[Issue]:
    """Judge one ProductImage message; without errors the listing has the picture, or has it no more."""
    body = message.body
    kind, url = (body.value(name) or "" for name in ("ImageType", "ImageLocation"))
    sku = body.sku()
    about = {"sku": sku}
    listing = job.listing(sku)
    if listing is None:
        return [issue("unknown-sku", sku=sku, about=about)]
    name = attribute(kind)
    old = listing.attributes.get(name, ())
    if message.operation == "Delete":
        if not old:
            return [issue("no-image", sku=sku, type=kind, about=about)]
        job.write(listing, {name: [one for one in old if one.get("marketplace_id") not in job.marketplaces]})
        return []
    if not url:
        return [issue("missing", what="ImageLocation", about=about)]
    wrong = image_fault(url, schemes=("http", "https", "ftp"))
    if wrong:
        return [issue(wrong, url=url, about=about)]
    kept = [one for one in old if one.get("marketplace_id") not in job.marketplaces]
    new = [{"media_location": url, "marketplace_id": place} for place in job.marketplaces]
    job.write(listing, {name: [*kept, *new]})
    return []


def purge(job: Job, named: set[str]) -> None:
    """PurgeAndReplace: the pictures of every SKU that the feed does not name are gone."""
    for sku, listing in list(job.world.listings.items()):
        pictures = [name for name in listing.attributes if name in common.IMAGES]
        if sku not in named and pictures:
            job.write(listing, dict.fromkeys(pictures, ()))

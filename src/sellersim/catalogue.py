"""What the shop sells: a fixed core of SKUs, two variation families, and coloured editions to fill a bigger shop.

SKUs, types and titles are the same for every seed, so that documentation can name them; prices, stock and identifiers
come from the seed. Two SKUs hold characters that must be escaped in a path.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random
from typing import Any, Final, NamedTuple

from amazon_wire.marketplaces import Marketplace

from . import money
from .records import Listing

SMALLEST: Final = 40
LARGEST: Final = 200
BRAND: Final = "Harbour Lane"
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: SKU, product type, title, US cents; SKUs that begin with A- are fulfilled by Amazon, with U- are used.
CORE: Final[tuple[tuple[str, str, str, int], ...]] = (
    ("MUG-BLUE-11OZ", "DRINKING_CUP", "Stoneware Mug, 11 oz, Blue", 1299),
    ("MUG-WHITE-11OZ", "DRINKING_CUP", "Stoneware Mug, 11 oz, White", 1199),
    ("BOOK-TIDES", "ABIS_BOOK", "The Book of Tides, Paperback", 1495),
    ("U-BOOK-KNOTS", "ABIS_BOOK", "Forty Knots and Their Uses, Hardcover", 899),
    ("LUGGAGE-CABIN-55", "LUGGAGE", "Cabin Trolley, 55 cm, Four Wheels", 9900),
    ("A-HEADPHONES-ON-EAR", "HEADPHONES", "On-Ear Headphones with Remote", 3450),
    ("A-CHARGER-20W", "CHARGING_ADAPTER", "USB Charger, 20 W", 1590),
    ("CABLE/USB-C 1M", "CHARGING_ADAPTER", "Cable, USB-C, 1 m", 790),
    ("KAFFEE-250G-ÄTHIOPIEN", "GROCERY", "Coffee Beans from Ethiopia, 250 g", 1150),
    ("TEA-EARL-GREY-100", "GROCERY", "Earl Grey Tea, 100 Bags", 845),
    ("SOAP-LAVENDER-3", "BEAUTY", "Lavender Soap, Three Bars", 990),
    ("A-VITAMIN-D-90", "HEALTH_PERSONAL_CARE", "Vitamin D, 90 Tablets", 1275),
    ("LAMP-DESK-BRASS", "LIGHT_FIXTURE", "Desk Lamp, Brass", 5490),
    ("BULB-E27-8W-2", "LIGHT_BULB", "LED Bulb E27, 8 W, Pack of Two", 895),
    ("WRENCH-SET-8", "TOOLS", "Combination Wrench Set, Eight Pieces", 4250),
    ("TAPE-MEASURE-5M", "TOOLS", "Tape Measure, 5 m", 750),
    ("TENT-2P-GREEN", "OUTDOOR_RECREATION_PRODUCT", "Two-Person Tent, Green", 13900),
    ("BALL-VOLLEY-5", "SPORTING_GOODS", "Volleyball, Size 5", 2390),
    ("SIGNED-PENNANT-1987", "SPORTS_MEMORABILIA", "Signed Pennant of 1987", 8900),
    ("U-POSTCARDS-1930", "COLLECTIBLES", "Harbour Postcards of 1930, Set of Ten", 4500),
    ("PUZZLE-MAP-500", "TOYS_AND_GAMES", "Sea Chart Puzzle, 500 Pieces", 1690),
    ("BLOCKS-WOOD-40", "TOYS_AND_GAMES", "Wooden Blocks, 40 Pieces", 2990),
    ("DOG-LEASH-2M", "PET_SUPPLIES", "Dog Leash of Rope, 2 m", 1450),
    ("EARRING-PEARL", "EARRING", "Pearl Earrings", 3900),
    ("KEYBOARD-61", "KEYBOARD_INSTRUMENTS", "Keyboard, 61 Keys", 15900),
    ("CD-SHANTIES", "ABIS_MUSIC", "Shanties of the North, CD", 1390),
    ("NOTEPAD-A5-5", "OFFICE_PRODUCTS", "Notepads A5, Pack of Five", 690),
    ("PEN-BLACK-10", "OFFICE_PRODUCTS", "Ballpoint Pens, Black, Ten", 540),
    ("GAME-HARBOURS", "PHYSICAL_SOFTWARE", "Harbours and Trade, Game for PC", 2490),
    ("A-CAMERA-POCKET", "CAMERA_DIGITAL", "Pocket Camera, 12 MP", 8990),
    ("PHONE-CASE-CLEAR", "CELLULAR_PHONE_CASE", "Phone Case, Clear", 1290),
    ("LAPTOP-STAND", "NOTEBOOK_COMPUTER", "Laptop Stand of Aluminium", 3290),
    ("PIPETTE-10ML-100", "LAB_SUPPLY", "Pipettes, 10 ml, 100 Pieces", 1820),
    ("BEARING-608-10", "MECHANICAL_COMPONENTS", "Ball Bearings 608, Ten", 990),
    ("ROD-BRASS-6MM", "RAW_MATERIALS", "Brass Rod, 6 mm, 1 m", 1240),
    ("TIRE-205-55-R16", "TIRE", "All-Season Tire 205/55 R16", 7900),
    ("SEAT-COVER-GREY", "AUTO_ACCESSORY", "Seat Cover, Grey", 4590),
)
#: Parent SKU, product type, title, US cents, sizes, colours.
FAMILIES: Final[tuple[tuple[str, str, str, int, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("TEE-HARBOUR", "SHIRT", "Harbour Tee", 1990, ("S", "M", "L"), ("Navy", "White")),
    ("BOOT-TRAIL", "SHOES", "Trail Boot", 8490, ("40", "42", "44"), ("Brown",)),
)
COLOURS: Final = ("Red", "Green", "Black", "Sand", "Silver")
CONDITIONS: Final[dict[str, tuple[str, str, str, str]]] = {
    "new": ("New", "New", "new_new", ""),
    "used": ("Used", "Very Good", "used_very_good", "Light traces of use"),
}
AMAZON_CHANNEL: Final = {"NA": "AMAZON_NA", "EU": "AMAZON_EU", "FE": "AMAZON_JP"}


class Product(NamedTuple):
    """One SKU as it was listed; an order refers to it, so later changes of the listing leave orders alone."""

    sku: str
    asin: str
    product_type: str
    title: str
    price: int
    quantity: int
    condition: str = "new"
    by_amazon: bool = False
    upc: str = ""
    parent: str = ""
    size: str = ""
    colour: str = ""
    is_parent: bool = False


def _upc(random: Random) -> str:
    digits = [random.randrange(10) for _ in range(11)]
    return "".join(map(str, digits)) + str(-(sum(digits[::2]) * 3 + sum(digits[1::2])) % 10)


def _product(random: Random, place: Marketplace, sku: str, kind: str, title: str, cents: int, **more: Any) -> Product:
    cents = cents + random.randrange(-2, 3) * 50
    return Product(
        sku=sku,
        asin="B0" + "".join(random.choices(ALPHABET, k=8)),
        product_type=kind,
        title=title,
        price=money.local(cents, place.currency),
        quantity=random.randrange(0, 250),
        condition="used" if sku.startswith("U-") else "new",
        by_amazon=sku.startswith("A-"),
        upc=_upc(random),
        **more,
    )


def _rows(random: Random, place: Marketplace, colours: Sequence[str]) -> Iterator[Product]:
    for sku, kind, title, cents in CORE:
        yield _product(random, place, sku, kind, title, cents)
    for sku, kind, title, cents, sizes, shades in FAMILIES:
        yield _product(random, place, sku, kind, title, cents, is_parent=True)
        for size in sizes:
            for shade in shades:
                child, name = f"{sku}-{size}-{shade.upper()}", f"{title}, {shade}, {size}"
                yield _product(random, place, child, kind, name, cents, parent=sku, size=size, colour=shade)
    for shade in colours:
        for sku, kind, title, cents in CORE:
            edition = f"{sku}-{shade.upper()}"
            yield _product(random, place, edition, kind, f"{title}, {shade} Edition", cents, colour=shade)


def products(seed: int, place: Marketplace, orders: int) -> list[Product]:
    """The SKUs of a shop with so many orders, the core first."""
    most = min(LARGEST, max(SMALLEST, orders // 5))
    rows = _rows(Random(f"{seed}/catalogue"), place, COLOURS)  # noqa: S311 - a shop that a seed repeats
    core = len(CORE) + sum(1 + len(sizes) * len(shades) for *_, sizes, shades in FAMILIES)
    return [row for _, row in zip(range(max(most, core)), rows, strict=False)]


def _text(place: Marketplace, value: str) -> list[dict[str, Any]]:
    return [{"value": value, "language_tag": place.locale, "marketplace_id": place.id}]


def _value(place: Marketplace, **value: Any) -> list[dict[str, Any]]:
    return [{**value, "marketplace_id": place.id}]


def _offer(place: Marketplace, product: Product) -> dict[str, Any]:
    price = money.number(product.price, place.currency)
    channel = AMAZON_CHANNEL.get(place.region or "", "AMAZON_NA") if product.by_amazon else "DEFAULT"
    stock = {} if product.by_amazon else {"quantity": product.quantity}
    return {
        "condition_type": _value(place, value=CONDITIONS[product.condition][2]),
        "list_price": _value(place, value=price, currency=place.currency),
        "purchasable_offer": _value(
            place,
            currency=place.currency,
            audience="ALL",
            our_price=[{"schedule": [{"value_with_tax": price}]}],
        ),
        "fulfillment_availability": [{"fulfillment_channel_code": channel, **stock}],
    }


def _family(place: Marketplace, product: Product) -> dict[str, Any]:
    level = {
        "parentage_level": _value(place, value="parent" if product.is_parent else "child"),
        "variation_theme": _value(place, name="SIZE/COLOR"),
    }
    if product.is_parent:
        return level
    relation = _value(place, child_relationship_type="variation", parent_sku=product.parent)
    return {**level, "child_parent_sku_relationship": relation, "size": _text(place, product.size)}


def attributes(place: Marketplace, product: Product) -> dict[str, Any]:
    """The listing's attributes in SP-API's shape."""
    image = f"https://images.example.com/{product.asin}"
    found = {
        "item_name": _text(place, product.title),
        "brand": _text(place, BRAND),
        "bullet_point": _text(place, f"{product.title} by {BRAND}"),
        "product_description": _text(place, f"{product.title}, chosen and packed by {BRAND}."),
        "externally_assigned_product_identifier": _value(place, type="upc", value=product.upc),
        "main_product_image_locator": _value(place, media_location=f"{image}/main.jpg"),
        "other_product_image_locator_1": _value(place, media_location=f"{image}/side.jpg"),
    }
    if product.colour:
        found["color"] = _text(place, product.colour)
    if product.parent or product.is_parent:
        found |= _family(place, product)
    return found if product.is_parent else found | _offer(place, product)


def listing(place: Marketplace, product: Product, created: datetime) -> Listing:
    """The listing of a product."""
    return Listing(
        sku=product.sku,
        product_type=product.product_type,
        attributes=attributes(place, product),
        asin=product.asin,
        created=created,
        updated=created,
        status=("DISCOVERABLE",) if product.is_parent else ("BUYABLE", "DISCOVERABLE"),
    )

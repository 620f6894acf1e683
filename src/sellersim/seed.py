"""A plausible shop from a seed number: who ordered what, when, and how far it has come.

Two thirds of the orders are shipped; from 20 orders on every status is there. What is open was changed in the last
weeks, the rest within two years before the start.
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from amazon_wire.marketplaces import Marketplace

from . import money, people
from .catalogue import Product
from .orders import Contents, Line, Order

DAY: Final = 86_400_000
MINUTE: Final = 60_000
#: Everything was created within so many days before the start (two years, less a margin for tests that move the clock).
HORIZON: Final = 700
#: Open orders were changed within so many days.
OPEN: Final = 40
#: Status and its share; what is left is Shipped. The order is that in which a small shop gets them.
SHARES: Final[tuple[tuple[str, float], ...]] = (
    ("Unshipped", 0.10),
    ("Canceled", 0.08),
    ("Pending", 0.06),
    ("PartiallyShipped", 0.03),
    ("PendingAvailability", 0.02),
    ("Unfulfillable", 0.02),
    ("InvoiceUnconfirmed", 0.02),
)
CLOSED: Final = frozenset({"Shipped", "Canceled", "Unfulfillable", "InvoiceUnconfirmed"})
NO_PRICES: Final = frozenset({"Pending", "PendingAvailability"})
PREFIXES: Final[dict[str | None, tuple[str, ...]]] = {
    "NA": ("111", "112", "113", "114"),
    "EU": ("202", "203", "302", "303", "402"),
    "FE": ("249", "250", "503"),
    None: ("601", "602"),
}
MULTI_CHANNEL: Final = "S01"
#: Tax that comes on top of prices; elsewhere prices hold it.
ON_TOP: Final = {"US": 0.08, "CA": 0.13}
INCLUDED: Final = {"JP": 0.10, "AU": 0.10, "SG": 0.09, "DE": 0.19, "CH": 0.08, "AE": 0.05, "SA": 0.15, "IN": 0.18}
LEVELS: Final = ("Standard",) * 7 + ("Expedited", "Expedited", "SecondDay", "NextDay", "Scheduled")
BIG_ORDER: Final = 499  # one order in so many has more lines than one page of ListOrderItems
BIG_LINES: Final = 104
COMPANIES: Final = ("Lighthouse Supply", "Mole End Trading", "Quayside Works", "North Pier Partners")


def statuses(count: int, random: Random) -> list[str]:
    """The statuses of so many orders, shuffled."""
    room = count - round(count * 2 / 3)
    found = [status for status, _ in SHARES][:room]
    for status, share in SHARES:
        found += [status] * min(max(0, round(count * share) - 1), room - len(found))
    found += ["Shipped"] * (count - len(found))
    random.shuffle(found)
    return found


def order_id(place: Marketplace, random: Random, status: str) -> str:
    """Three characters, seven digits, seven digits; multi-channel orders begin S01."""
    prefix = MULTI_CHANNEL if status == "Unfulfillable" else random.choice(PREFIXES[place.region])
    return f"{prefix}-{int(random.random() * 1e7):07d}-{int(random.random() * 1e7):07d}"


def _channel(status: str, random: Random) -> str:
    if status == "Unfulfillable":
        return "AFN"
    return "AFN" if random.random() < 0.3 and status not in ("PartiallyShipped", "Unshipped") else "MFN"


def orders(seed: int, place: Marketplace, count: int, *, start: int) -> Iterator[Order]:
    """The shop's orders at its start (milliseconds since 1970)."""
    random = Random(f"{seed}/orders")  # noqa: S311 - a shop that a seed repeats
    taken: set[str] = set()
    for number, status in enumerate(statuses(count, random)):
        span = HORIZON if status in CLOSED else OPEN
        updated = start - 10 * MINUTE - int(random.random() * (span * DAY - 10 * MINUTE))
        age = int(random.random() * 5 * DAY) if status in CLOSED else int(random.random() * DAY)
        name = order_id(place, random, status)
        while name in taken:
            name = order_id(place, random, status)
        taken.add(name)
        lines = BIG_LINES if number % BIG_ORDER == BIG_ORDER - 1 else 2 if status == "PartiallyShipped" else 0
        yield Order(name, number, status, _channel(status, random), updated - age, updated, lines=lines)


def tax_rate(place: Marketplace) -> float:
    """The share of a price that is tax, or that comes on top of it."""
    if place.country in ON_TOP:
        return ON_TOP[place.country]
    rate = INCLUDED.get(place.country, 0.20)
    return rate / (1 + rate)


def item_id(number: int, line: int) -> str:
    """14 digits, the first of them a nought, as at Amazon."""
    return f"{(number * 1000 + line) * 7919 + 5_015_851_154_158:014d}"


def _shipped(order: Order, ordered: Sequence[int]) -> list[int]:
    """How many of each line are shipped: all, none, or the first line of several."""
    if order.status in ("Shipped", "InvoiceUnconfirmed"):
        return list(ordered)
    if order.status == "PartiallyShipped":
        return [ordered[0], *([0] * (len(ordered) - 1))] if len(ordered) > 1 else [ordered[0] // 2]
    return [0] * len(ordered)


def _line(shop: "Shop", order: Order, at: int, product: Product, ordered: int, random: Random, *, free: bool) -> Line:
    """One line, the same whatever the order's status is."""
    rate, price = tax_rate(shop.place), product.price * ordered
    draw = random.random()
    discount = price // 10 if draw < 0.12 else 0
    shipping = 0 if free or at else money.local(499, shop.place.currency)
    spared = shipping if draw > 0.8 else 0
    wrap = money.local(399, shop.place.currency) if 0.3 < draw < 0.34 else 0
    promotions = ("HARBOUR10-2026",) if discount else ("FREESHIP",) if spared else ()
    return Line(
        id=item_id(order.number, at),
        product=product,
        ordered=ordered,
        shipped=0,
        price=price,
        tax=round(price * rate),
        shipping=shipping,
        shipping_tax=round(shipping * rate),
        shipping_discount=spared,
        discount=discount,
        discount_tax=round(discount * rate),
        promotion="".join(promotions),
        wrap=wrap,
        wrap_tax=round(wrap * rate),
        wrap_level="Classic" if wrap else "",
        gift_message="Many happy returns & fair winds" if wrap else "",
        points=price // 100 if shop.place.country == "JP" and draw < 0.5 else 0,
        serial=f"SN{order.number:07d}{at:02d}" if product.product_type == "CAMERA_DIGITAL" else "",
    )


def _lines(shop: "Shop", order: Order, random: Random, *, free: bool) -> tuple[Line, ...]:
    many = order.lines or random.choice((1, 1, 1, 1, 1, 2, 2, 3))
    sold = shop.by_amazon if order.channel == "AFN" else shop.by_seller
    chosen = random.sample(sold, many) if many <= len(sold) else random.choices(sold, k=many)
    ordered = [random.choice((1, 1, 1, 1, 2, 3)) for _ in chosen]
    shipped = _shipped(order, ordered)
    found = []
    for at, product in enumerate(chosen):
        line = _line(shop, order, at, product, ordered[at], random, free=free)
        cancelled = order.cancelled.get(line.id)
        found.append(line._replace(shipped=shipped[at], cancel_reason=cancelled[1] if cancelled else ""))
    return tuple(found)


def _replaced(shop: "Shop", order: Order, random: Random) -> str:
    return order_id(shop.place, random, "Shipped") if random.random() < 0.01 else ""


class Shop:
    """What orders are filled from: the products, split by who ships them."""

    def __init__(self, seed: int, place: Marketplace, products: Sequence[Product]) -> None:
        self.seed = seed
        self.place = place
        sold = [product for product in products if not product.is_parent]
        self.by_amazon = [product for product in sold if product.by_amazon]
        self.by_seller = [product for product in sold if not product.by_amazon]

    def contents(self, order: Order) -> Contents:
        """Everything in an order that is not searched by."""
        random = Random(self.seed << 40 | order.number)  # noqa: S311 - contents that a seed repeats
        who = people.name(self.place.country, random)
        business = random.random() < 0.06
        company = f"{random.choice(COMPANIES)} Ltd" if business else ""
        prime = random.random() < (0.6 if order.channel == "AFN" else 0.05)
        site = self.place.domain.removeprefix("www.")
        level = random.choice(LEVELS)
        address = people.address(self.place.country, random, who=who, company=company)
        lines = _lines(self, order, random, free=prime or order.channel == "AFN")
        ship, deliver = (12, 60) if level == "Standard" else (6, 24), (72, 168) if level == "Standard" else (24, 60)
        cod = self.place.country in ("JP", "IN") and random.random() < 0.1
        if cod:
            lines = (lines[0]._replace(cod_fee=money.local(250, self.place.currency)), *lines[1:])
        return Contents(
            buyer=who,
            email=f"{random.getrandbits(56):014x}@marketplace.{site}",
            address=address,
            lines=lines,
            level=level,
            ship_by=(order.created + ship[0] * 3_600_000, order.created + ship[1] * 3_600_000),
            deliver_by=(order.created + deliver[0] * 3_600_000, order.created + deliver[1] * 3_600_000),
            prime=prime,
            business=business,
            purchase_order=f"PO-{order.number:06d}" if business and random.random() < 0.5 else "",
            premium=level in ("NextDay", "SecondDay"),
            payment="COD" if cod else "Other",
            replaces=_replaced(self, order, random),
            tax_on_top=self.place.country in ON_TOP,
        )

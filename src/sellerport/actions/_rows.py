"""What the members of many input rows are: texts as Amazon's schemas bound them, amounts, moments, and how they are read."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta

from sellerport.times import moment as seconds

#: XML 1.0 has no way to write these, so no text may hold them.
PRINTABLE = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]*$"

#: The end of a text: Python's `$` alone lets one newline pass, which other readers of the pattern do not.
END = r"(?!\n)$"
ORDER_ID = r"^[0-9A-Z]{3}-[0-9]{7}-[0-9]{7}" + END

Sku = Annotated[str, Meta(title="SKU", min_length=1, max_length=40, pattern=PRINTABLE)]
Text50 = Annotated[str, Meta(max_length=50, pattern=PRINTABLE)]
Points = Annotated[int, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]
Amount = Annotated[float, Meta(ge=0)] | Annotated[str, Meta(pattern=r"^\d{1,16}(\.\d{1,4})?" + END)]
ProductType = Annotated[
    str,
    Meta(
        title="Product Type",
        min_length=1,
        max_length=100,
        pattern=r"^[A-Z0-9_]+" + END,
        description="SP-API: the listing's product type, such as LUGGAGE; MWS has none.",
    ),
]
Moment = Annotated[
    str | float,
    Meta(description="ISO 8601, such as 2026-11-27T00:00:00Z, or epoch milliseconds."),
]

MOST = {"JPY": 0}  # decimals of currencies that do not have the usual ones


def number(amount: float | str) -> Decimal:
    """The amount as it was written: 19.9 and "19.9" are the same."""
    return Decimal(str(amount))


def decimals(amount: float | str) -> int:
    """How many decimals the amount needs."""
    exponent = number(amount).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def written(amount: float | str, currency: str) -> str:
    """The amount as a feed has it: at least two decimals and as many as it needs, none in yen."""
    places = max(MOST.get(currency, 2), decimals(amount))
    return format(number(amount).quantize(Decimal(1).scaleb(-places)), "f")


def too_fine(amount: float | str, currency: str, most: int = 4) -> str | None:
    """What is wrong with the amount's digits, if anything is."""
    allowed = MOST.get(currency, most)
    if decimals(amount) > allowed:
        return f"Expected at most {allowed} decimals, got {amount}"
    if number(amount) >= 10**16:
        return f"Expected at most 16 digits before the point, got {amount}"
    return None


def moment(value: str | float) -> datetime | None:
    """The moment, in UTC where no offset is given; None where the value is none."""
    try:
        return datetime.fromtimestamp(seconds(str(value)), UTC)
    except (ValueError, OverflowError):
        return None


def moment_text(value: str | float) -> str:
    """The moment as Amazon takes it: `2026-11-27T00:00:00Z`, with milliseconds where it has them."""
    found = moment(value)
    if found is None:
        raise ValueError(value)
    return found.isoformat(timespec="milliseconds" if found.microsecond else "seconds").replace("+00:00", "Z")


def given(value: Any) -> bool:
    """Whether an optional member was given."""
    return value is not None and type(value).__name__ != "UnsetType"

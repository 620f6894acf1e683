"""Amounts in the smallest unit of a currency, and their text on the wire."""

from typing import Final

#: Units of the currency that buy what a US dollar buys in this shop, times 100 (plausible, not exact).
RATES: Final[dict[str, int]] = {
    "USD": 100, "CAD": 135, "MXN": 1800, "BRL": 520, "EUR": 92, "GBP": 79, "SEK": 1050, "ZAR": 1850, "PLN": 400,
    "EGP": 4800, "TRY": 3300, "SAR": 375, "AED": 367, "INR": 8300, "SGD": 134, "AUD": 152, "JPY": 15000, "CNY": 720,
}  # fmt: skip

#: Currencies without a smaller unit.
WHOLE: Final = frozenset({"JPY"})


def local(cents: int, currency: str) -> int:
    """US cents as the smallest unit of `currency`."""
    amount = cents * RATES[currency] // 100
    return amount // 100 if currency in WHOLE else amount


def amount(minor: int, currency: str) -> str:
    """`19.99`; `1999` for yen."""
    if currency in WHOLE:
        return str(minor)
    return f"{minor // 100}.{minor % 100:02d}" if minor >= 0 else f"-{amount(-minor, currency)}"


def number(minor: int, currency: str) -> float | int:
    """The same as a JSON number, as listing attributes have it."""
    return minor if currency in WHOLE else minor / 100

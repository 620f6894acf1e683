"""Units: the old feed's abbreviations in the full words that listing attributes take (`LB` is `pounds`)."""

from collections.abc import Iterable

FULL = {
    "A": "amps",
    "arc*sec": "arc_second",
    "arcs-per-sec": "arcs_per_second",
    "C": "degrees_celsius",
    "CARATS": "carats",
    "cc": "cubic_centimeters",
    "CFM": "cubic_feet_per_minute",
    "CID": "cubic_inches",
    "CM": "centimeters",
    "cubic-cm": "cubic_centimeters",
    "cubic-ft": "cubic_feet",
    "cubic-in": "cubic_inches",
    "cubic-m": "cubic_meters",
    "cubic-yd": "cubic_yards",
    "CyclesPerGallon": "cycles_per_gallon",
    "degrees-celsius": "degrees_celsius",
    "degrees-fahrenheit": "degrees_fahrenheit",
    "F": "degrees_fahrenheit",
    "f": "f_stop",
    "fluid-oz": "fluid_ounces",
    "foot-lbs": "foot_pounds",
    "FT": "feet",
    "GallonsPerFlush": "gallons_per_flush",
    "GallonsPerHour": "gallons_per_hour",
    "GallonsPerMinute": "gallons_per_minute",
    "GO": "GB",
    "GR": "grams",
    "gr": "grams",
    "Hz": "hertz",
    "hr": "hours",
    "IN": "inches",
    "inch-lbs": "inch_pounds",
    "kbps": "kilobits_per_second",
    "Gbps": "gigabits_per_second",
    "Kilometer": "kilometers",
    "KG": "kilograms",
    "kj": "kilojoules",
    "KO": "KB",
    "KW": "kilowatts",
    "L": "liters",
    "LB": "pounds",
    "lpi": "lines_per_inch",
    "M": "meters",
    "mA": "milliamps",
    "mbps": "megabits_per_second",
    "MG": "milligrams",
    "min": "minutes",
    "ml": "milliliters",
    "MM": "millimeters",
    "MO": "MB",
    "MP": "megapixels",
    "mph": "miles_per_hour",
    "OZ": "ounces",
    "percent-fda": "percent_fda",
    "PPS": "pages_per_second",
    "psi": "pounds_per_square_inch",
    "RPS": "revolutions_per_second",
    "sec": "seconds",
    "square-cm": "square_centimeters",
    "square-ft": "square_feet",
    "square-in": "square_inches",
    "square-m": "square_meters",
    "TO": "TB",
    "W": "watts",
    "watts-per-sec": "watts_per_second",
    "x": "multiplier_x",
}
"""The old word -> the new one, where they differ by more than case, blanks and plural."""

_LOWER = {word.lower(): full for word, full in reversed(FULL.items())}


def full_name(word: str, allowed: Iterable[str] = ()) -> str:
    """The unit in full; of the words that an attribute allows, the one that means the same, where there is one."""
    plain = word.replace(" ", "_").replace("-", "_")
    meant = FULL.get(word) or _LOWER.get(word.lower()) or plain
    options = list(allowed)
    for candidate in (meant, word, plain, meant + "s", meant.removesuffix("s")):
        for option in options:
            if option.lower() == candidate.lower():
                return option
    return meant

"""How an element is called elsewhere: `MfrPartNumber` is `mfrPartNumber` in JSON and `mfr_part_number` as an attribute.

JSON names follow the default rule of the xjc compiler, as the component's published mapping did: words end at a change
of case, at a digit and at punctuation; the first word is lowered; a name without a small letter is lowered whole.
"""

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def words(name: str) -> list[str]:
    """`MSRP`, `With`, `Tax` for `MSRPWithTax`."""
    return _WORD.findall(name)


@lru_cache(maxsize=8192)
def json_name(element: str) -> str:
    """The JSON name of an element: `msrpWithTax`, `fedasid`, `rental0`."""
    found = words(element)
    if not found or not re.search("[a-z]", element):
        return re.sub(r"[^A-Za-z0-9]", "", element).lower()
    return found[0].lower() + "".join(word[0].upper() + word[1:] for word in found[1:])


@lru_cache(maxsize=8192)
def attribute_name(element: str) -> str:
    """The name that a listing attribute of the same meaning has: `msrp_with_tax`, `number_of_items`."""
    return "_".join(words(element)).lower()


@lru_cache(maxsize=8192)
def title(element: str) -> str:
    """The name as people read it: `MSRP With Tax`."""
    return " ".join(word[0].upper() + word[1:] for word in words(element))

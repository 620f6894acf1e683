"""The 30 categories of the form: their labels, the elements they stand for, and the words to look product types up by."""

from collections.abc import Mapping

from sellerport.amazon.names import json_name
from sellerport.amazon.products import table

KEYWORDS: Mapping[str, tuple[str, ...]] = {
    "AutoAccessory": ("auto",),
    "Beauty": ("beauty",),
    "Books": ("book",),
    "CameraPhoto": ("camera",),
    "Wireless": ("phone",),
    "Clothing": ("clothing", "luggage"),
    "Computers": ("computer",),
    "CE": ("electronics",),
    "EntertainmentCollectibles": ("collectible",),
    "FoodAndBeverages": ("grocery",),
    "Health": ("health",),
    "HomeImprovement": ("hardware",),
    "LabSupplies": ("lab",),
    "PowerTransmission": ("bearing", "belt"),
    "RawMaterials": ("raw material",),
    "Jewelry": ("jewelry",),
    "Lighting": ("lamp",),
    "MusicalInstruments": ("instrument",),
    "Music": ("music",),
    "Office": ("office",),
    "Outdoors": ("outdoor",),
    "PetSupplies": ("pet",),
    "Shoes": ("shoes",),
    "SoftwareVideoGames": ("software",),
    "Sports": ("sport",),
    "SportsMemorabilia": ("memorabilia",),
    "TiresAndWheels": ("tire",),
    "Tools": ("tool",),
    "Toys": ("toy",),
}
"""Words by which `searchDefinitionsProductTypes` finds a category's product types; one without words lists them all."""


def elements_of(category: str) -> tuple[str, ...]:
    """The elements that a label, an element's name or its JSON name stands for, the best first; empty for no category."""
    wanted = category.strip().lower()
    for label, elements in table.labels().items():
        if label.lower() == wanted:
            return elements
    for element in table.categories():
        if wanted in (element.lower(), json_name(element).lower()):
            return (element,)
    return ()


def keywords_of(category: str) -> tuple[str, ...]:
    """The words to look up product types of a category by."""
    elements = elements_of(category)
    return KEYWORDS.get(elements[0], ()) if elements else ()

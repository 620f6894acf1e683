"""The grammars of the feeds that are processed: envelope, stock, prices, images, relationships, acknowledgements.

Names, order and facets are those of Amazon's schemas as the MWS reference tells them (5.1 and 3.1 to 3.5).
"""

from collections.abc import Callable
from typing import Final

from .facets import Simple
from .grammar import Complex, Part, Type, element, group, optional, sequence

CURRENCIES: Final = (
    "USD", "GBP", "EUR", "JPY", "CAD", "CNY", "INR", "AUD", "BRL", "MXN", "TRY", "AED", "SAR", "SGD", "SEK", "PLN", "EGP",
)  # fmt: skip
MESSAGE_TYPES: Final = (
    "CatPIL", "Customer", "FulfillmentCenter", "FulfillmentOrderCancellationRequest", "FulfillmentOrderRequest", "Image",
    "Inventory", "Item", "Listings", "Loyalty", "MultiChannelOrderReport", "NavigationReport", "Offer",
    "OrderAcknowledgement", "OrderAdjustment", "OrderFulfillment", "OrderNotificationReport", "OrderReport", "Override",
    "Price", "ProcessingReport", "Product", "ProductImage", "Relationship", "ReverseItem", "SettlementReport", "Store",
    "WebstoreItem",
)  # fmt: skip

TEXT: Final = Simple(base="normalizedString")
BOOLEAN: Final = Simple(base="boolean")
INTEGER: Final = Simple(base="integer")
#: Amazon's integers have no end; these end where a number becomes a nuisance to read.
POSITIVE: Final = Simple(base="positiveInteger", digits=1000)
MOMENT: Final = Simple(base="dateTime")
SKU: Final = Simple(base="normalizedString", shortest=1, longest=40)
FIFTY: Final = Simple(base="normalizedString", longest=50)
FIFTY_NOT_NULL: Final = Simple(base="normalizedString", shortest=1, longest=50)
ID: Final = Simple(base="positiveInteger", pattern=r"\d{1,20}")
ORDER_ID: Final = Simple(pattern=r"\w{3}-\w{7}-\w{7}")
ITEM_CODE: Final = Simple(pattern=r"\d{14}")
MONEY: Final = Simple(base="decimal", digits=20, decimals=4)
CENTS: Final = Simple(base="decimal", digits=20, decimals=2)

_CURRENCY: Final = Simple(enum=CURRENCIES)
_WITH_DEFAULT: Final = Simple(enum=(*CURRENCIES, "DEFAULT"))
OVERRIDE: Final = Complex(text=MONEY, attributes={"currency": (_WITH_DEFAULT, True), "zero": (BOOLEAN, False)})
TEXT_OVERRIDE: Final = Complex(
    text=Simple(longest=24), attributes={"currency": (_WITH_DEFAULT, True), "zero": (BOOLEAN, False)}
)
DEFAULTED: Final = Complex(text=MONEY, attributes={"currency": (_WITH_DEFAULT, True)})
AMOUNT: Final = Complex(text=CENTS, attributes={"currency": (_CURRENCY, False)})
TAXED: Final = Complex(
    text=MONEY,
    attributes={"currency": (_WITH_DEFAULT, True), "valueWithoutTax": (MONEY, False), "zero": (BOOLEAN, False)},
)

HEADER: Final = sequence(
    element("DocumentVersion", Simple(pattern=r"\d{1,2}\.\d{1,2}")),
    element("MerchantIdentifier", Simple(shortest=1)),
    optional("OverrideReleaseId", TEXT),
)
#: The envelope with its first message.
ENVELOPE: Final = sequence(
    element("Header", HEADER),
    element("MessageType", Simple(enum=MESSAGE_TYPES)),
    optional("MarketplaceName", TEXT),
    optional("PurgeAndReplace", BOOLEAN),
    optional("EffectiveDate", MOMENT),
    element("Message", None),
)


def message(name: str, body: Type | Callable[[], Type]) -> Complex:
    """A message of a feed whose bodies are called `name`; bodies of another name are not looked into."""
    bodies = (element(one, body if one == name else None) for one in MESSAGE_TYPES)
    operation = Simple(enum=("Update", "Delete", "PartialUpdate"))
    return sequence(element("MessageID", ID), optional("OperationType", operation), group("choice", bodies))


INVENTORY: Final = sequence(
    element("SKU", SKU),
    optional("FulfillmentCenterID", FIFTY),
    group(
        "choice",
        (
            element("Available", BOOLEAN),
            element("Quantity", Simple(base="nonNegativeInteger", digits=1000)),
            element("Lookup", Simple(enum=("FulfillmentNetwork",))),
        ),
    ),
    optional("RestockDate", Simple(base="date")),
    optional("FulfillmentLatency", POSITIVE),
    optional("SwitchFulfillmentTo", Simple(enum=("MFN", "AFN"))),
)

IMAGE_TYPES: Final = (
    "Main", "Swatch", "BKLB", "PT1", "PT2", "PT3", "PT4", "PT5", "PT6", "PT7", "PT8", "Search", "PM01", "MainOfferImage",
    "OfferImage1", "OfferImage2", "OfferImage3", "OfferImage4", "OfferImage5", "PFEE", "PFUK", "PFDE", "PFFR", "PFIT",
    "PFES", "EEGL", "PT98", "PT99", "ELFL",
)  # fmt: skip
IMAGE: Final = sequence(
    element("SKU", SKU),
    element("ImageType", Simple(enum=IMAGE_TYPES)),
    optional("ImageLocation", Simple(base="anyURI")),
)

RELATIONS: Final = (
    "Variation", "DisplaySet", "Collection", "Accessory", "Customized", "Part", "Complements", "Piece", "Necessary",
    "ReplacementPart", "Similar", "Episode", "Season", "MerchantTitleAuthority", "Component",
)  # fmt: skip
RELATIONSHIP: Final = sequence(
    element("ParentSKU", SKU),
    element(
        "Relation",
        sequence(
            element("SKU", SKU),
            optional("SortHeuristic", POSITIVE),
            optional("Quantity", POSITIVE),
            optional("ComponentNumber", POSITIVE),
            optional("ChildDetailPageDisplay", Simple(enum=("independently_displayable", "display_only_on_parent"))),
            element("Type", Simple(enum=RELATIONS)),
        ),
        1,
        None,
    ),
)

CANCEL_REASONS: Final = (
    "NoInventory", "ShippingAddressUndeliverable", "CustomerExchange", "BuyerCanceled", "GeneralAdjustment",
    "CarrierCreditDecision", "RiskAssessmentInformationNotValid", "CarrierCoverageFailure", "CustomerReturn",
    "MerchandiseNotReceived", "CannotVerifyInformation", "PricingError", "RejectOrder", "WeatherDelay",
)  # fmt: skip
ACKNOWLEDGEMENT: Final = sequence(
    element("AmazonOrderID", ORDER_ID),
    optional("MerchantOrderID", FIFTY),
    element("StatusCode", Simple(enum=("Success", "Failure"))),
    element(
        "Item",
        sequence(
            element("AmazonOrderItemCode", ITEM_CODE),
            optional("MerchantOrderItemID", FIFTY),
            optional("CancelReason", Simple(enum=CANCEL_REASONS)),
            optional("Quantity", POSITIVE),
        ),
        0,
        None,
    ),
)


def _levels() -> list[Part]:
    pairs = ((f"QuantityPrice{n}", MONEY, f"QuantityLowerBound{n}") for n in range(1, 6))
    bound = Simple(base="positiveInteger", digits=12)
    return [part for price, money, lower in pairs for part in (optional(price, money), optional(lower, bound))]


def _dated(*parts: Part) -> Complex:
    return sequence(optional("StartDate", MOMENT), optional("EndDate", MOMENT), *parts)


def _rental(number: int) -> Part:
    period = (element("StartDate", MOMENT), element("EndDate", MOMENT), element("RentalPrice", TAXED))
    return optional(f"Rental_{number}", sequence(*period))


SALE: Final = sequence(
    element("StartDate", MOMENT),
    element("EndDate", MOMENT),
    element("SalePrice", OVERRIDE),
    optional("SalePricePoints", INTEGER),
)
_PREVIOUS: Final = group("choice", (element("Price", AMOUNT), element("PreviousPrice", AMOUNT)))
_METALS: Final = tuple(
    optional(f"{what}{which}", FIFTY_NOT_NULL)
    for which in ("StandardPrice", "SalePrice")
    for what in ("Metal", "Diamond", "Gemstone", "MakingCharges", "Tax")
)
PRICE: Final = sequence(
    element("SKU", SKU),
    optional("StandardPrice", OVERRIDE),
    optional("StandardPricePoints", INTEGER),
    optional("BusinessPrice", MONEY),
    optional("QuantityPriceType", Simple(enum=("fixed", "percent"))),
    optional("QuantityPrice", sequence(*_levels())),
    optional("MinimumSellerAllowedPrice", TEXT_OVERRIDE),
    optional("MaximumSellerAllowedPrice", TEXT_OVERRIDE),
    optional("MAP", OVERRIDE),
    optional("DepositAmount", DEFAULTED),
    optional("Sale", SALE),
    optional("CompareAt", _dated(element("CompareAtPrice", AMOUNT))),
    optional("Previous", _dated(_PREVIOUS)),
    *(_rental(number) for number in range(10)),
    optional("CostPerClickBidPrice", OVERRIDE),
    optional("PricingAction", Simple(enum=("delete business_price",))),
    *_METALS,
    optional("MaximumRetailPrice", OVERRIDE),
    optional("IsSourcingOnDemand", Simple(enum=("yes", "no"))),
    optional("PricingStrategy", Simple(enum=("bulk_by_uom", "catch_by_uom", "produce_by_uom", "produce_by_each"))),
    optional("MinimumOrderAmount", Simple(base="decimal")),
    optional("MaximumOrderAmount", Simple(base="decimal")),
    optional("OrderIncrement", Simple(base="decimal")),
)

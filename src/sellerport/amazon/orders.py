"""Order and OrderItem: one record for both protocols, named as MWS named it, as it is emitted.

The Structs below are the declaration, every member optional (what Amazon leaves out is absent): names, types and titles,
from which the output's schema and the reader of MWS's XML follow. A record itself is a plain dict, because nothing that
Amazon sends may be lost: a member that is not declared is kept under Amazon's own name, and a value that is not of the
declared type is kept as it came.
"""

from typing import Annotated, Any, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

Order = dict[str, Any]
OrderItem = dict[str, Any]

STATUSES = {
    "Pending": "PENDING",
    "Shipped": "SHIPPED",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
    "PendingAvailability": "PENDING_AVAILABILITY",
    "InvoiceUnconfirmed": None,
}

IncludedData = Literal[
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
]
ALL_DATA: tuple[IncludedData, ...] = get_args(IncludedData)
IncludedSets = Annotated[
    list[IncludedData],
    Meta(
        title="Included Data",
        description="SP-API: the sets of data that are asked; what the account's roles do not allow is absent.",
    ),
]


def included(chosen: list[IncludedData]) -> tuple[str, ...]:
    """The data sets to ask for: Amazon tells the status only with FULFILLMENT."""
    return tuple(dict.fromkeys([*chosen, "FULFILLMENT"]))


Text = str | UnsetType
Number = int | UnsetType
Truth = bool | UnsetType


class Money(Struct):
    currencyCode: Text = UNSET
    amount: Text = UNSET


class Address(Struct):
    name: Text = UNSET
    addressLine1: Text = UNSET
    addressLine2: Text = UNSET
    addressLine3: Text = UNSET
    city: Text = UNSET
    municipality: Text = UNSET
    county: Text = UNSET
    district: Text = UNSET
    stateOrRegion: Text = UNSET
    postalCode: Text = UNSET
    countryCode: Text = UNSET
    phone: Text = UNSET
    addressType: Text = UNSET
    isAddressSharingConfidential: Truth = UNSET


class PaymentExecutionDetailItem(Struct):
    payment: Money | UnsetType = UNSET
    paymentMethod: Text = UNSET


class TaxClassification(Struct):
    name: Text = UNSET
    value: Text = UNSET


class BuyerTaxInfo(Struct):
    companyLegalName: Text = UNSET
    taxingRegion: Text = UNSET
    taxClassifications: list[TaxClassification] | UnsetType = UNSET


class TaxRegistrationAuthority(Struct):
    country: Text = UNSET
    state: Text = UNSET


class TaxRegistrationDetail(Struct):
    taxRegistrationId: Text = UNSET
    taxRegistrationType: Text = UNSET
    taxRegistrationAuthority: TaxRegistrationAuthority | UnsetType = UNSET


class ProductInfo(Struct):
    numberOfItems: Number = UNSET


class PointsGranted(Struct):
    pointsNumber: Number = UNSET
    pointsMonetaryValue: Money | UnsetType = UNSET


class InvoiceData(Struct):
    invoiceRequirement: Text = UNSET
    buyerSelectedInvoiceCategory: Text = UNSET
    invoiceTitle: Text = UNSET
    invoiceInformation: Text = UNSET


class BuyerCustomizedInfo(Struct):
    customizedURL: Text = UNSET


class TaxCollection(Struct):
    model: Text = UNSET
    responsibleParty: Text = UNSET


class BuyerRequestedCancel(Struct):
    isBuyerRequestedCancel: Truth = UNSET
    buyerCancelReason: Text = UNSET


class OrderItemRecord(Struct):
    asin: Annotated[Text, Meta(title="ASIN")] = UNSET
    sellerSKU: Annotated[Text, Meta(title="Seller SKU")] = UNSET
    orderItemId: Annotated[Text, Meta(title="Order Item Id")] = UNSET
    title: Annotated[Text, Meta(title="Title")] = UNSET
    quantityOrdered: Annotated[Number, Meta(title="Quantity Ordered")] = UNSET
    quantityShipped: Annotated[Number, Meta(title="Quantity Shipped")] = UNSET
    productInfo: Annotated[ProductInfo | UnsetType, Meta(title="Product Info")] = UNSET
    pointsGranted: Annotated[PointsGranted | UnsetType, Meta(title="Points Granted")] = UNSET
    itemPrice: Annotated[Money | UnsetType, Meta(title="Item Price")] = UNSET
    shippingPrice: Annotated[Money | UnsetType, Meta(title="Shipping Price")] = UNSET
    giftWrapPrice: Annotated[Money | UnsetType, Meta(title="Gift Wrap Price")] = UNSET
    itemTax: Annotated[Money | UnsetType, Meta(title="Item Tax")] = UNSET
    shippingTax: Annotated[Money | UnsetType, Meta(title="Shipping Tax")] = UNSET
    giftWrapTax: Annotated[Money | UnsetType, Meta(title="Gift Wrap Tax")] = UNSET
    shippingDiscount: Annotated[Money | UnsetType, Meta(title="Shipping Discount")] = UNSET
    shippingDiscountTax: Annotated[Money | UnsetType, Meta(title="Shipping Discount Tax")] = UNSET
    promotionDiscount: Annotated[Money | UnsetType, Meta(title="Promotion Discount")] = UNSET
    promotionDiscountTax: Annotated[Money | UnsetType, Meta(title="Promotion Discount Tax")] = UNSET
    promotionIds: Annotated[list[str] | UnsetType, Meta(title="Promotion Ids")] = UNSET
    codFee: Annotated[Money | UnsetType, Meta(title="COD Fee")] = UNSET
    codFeeDiscount: Annotated[Money | UnsetType, Meta(title="COD Fee Discount")] = UNSET
    isGift: Annotated[Truth, Meta(title="Is Gift")] = UNSET
    giftMessageText: Annotated[Text, Meta(title="Gift Message Text")] = UNSET
    giftWrapLevel: Annotated[Text, Meta(title="Gift Wrap Level")] = UNSET
    invoiceData: Annotated[InvoiceData | UnsetType, Meta(title="Invoice Data")] = UNSET
    conditionNote: Annotated[Text, Meta(title="Condition Note")] = UNSET
    conditionId: Annotated[Text, Meta(title="Condition Id")] = UNSET
    conditionSubtypeId: Annotated[Text, Meta(title="Condition Subtype Id")] = UNSET
    scheduledDeliveryStartDate: Annotated[Text, Meta(title="Scheduled Delivery Start Date")] = UNSET
    scheduledDeliveryEndDate: Annotated[Text, Meta(title="Scheduled Delivery End Date")] = UNSET
    priceDesignation: Annotated[Text, Meta(title="Price Designation")] = UNSET
    buyerCustomizedInfo: Annotated[BuyerCustomizedInfo | UnsetType, Meta(title="Buyer Customized Info")] = UNSET
    taxCollection: Annotated[TaxCollection | UnsetType, Meta(title="Tax Collection")] = UNSET
    serialNumberRequired: Annotated[Truth, Meta(title="Serial Number Required")] = UNSET
    isTransparency: Annotated[Truth, Meta(title="Is Transparency")] = UNSET
    buyerRequestedCancel: Annotated[BuyerRequestedCancel | UnsetType, Meta(title="Buyer Requested Cancel")] = UNSET
    iossNumber: Annotated[Text, Meta(title="IOSS Number")] = UNSET


class OrderRecord(Struct):
    amazonOrderId: Annotated[Text, Meta(title="Amazon Order Id")] = UNSET
    sellerOrderId: Annotated[Text, Meta(title="Seller Order Id")] = UNSET
    purchaseDate: Annotated[Text, Meta(title="Purchase Date")] = UNSET
    lastUpdateDate: Annotated[Text, Meta(title="Last Update Date")] = UNSET
    orderStatus: Annotated[Text, Meta(title="Order Status")] = UNSET
    fulfillmentChannel: Annotated[Text, Meta(title="Fulfillment Channel")] = UNSET
    salesChannel: Annotated[Text, Meta(title="Sales Channel")] = UNSET
    orderChannel: Annotated[Text, Meta(title="Order Channel")] = UNSET
    shipServiceLevel: Annotated[Text, Meta(title="Ship Service Level")] = UNSET
    shippingAddress: Annotated[Address | UnsetType, Meta(title="Shipping Address")] = UNSET
    defaultShipFromLocationAddress: Annotated[Address | UnsetType, Meta(title="Default Ship From Location Address")] = (
        UNSET
    )
    orderTotal: Annotated[Money | UnsetType, Meta(title="Order Total")] = UNSET
    numberOfItemsShipped: Annotated[Number, Meta(title="Number Of Items Shipped")] = UNSET
    numberOfItemsUnshipped: Annotated[Number, Meta(title="Number Of Items Unshipped")] = UNSET
    paymentExecutionDetail: Annotated[
        list[PaymentExecutionDetailItem] | UnsetType, Meta(title="Payment Execution Detail")
    ] = UNSET
    paymentMethod: Annotated[Text, Meta(title="Payment Method")] = UNSET
    paymentMethodDetails: Annotated[list[str] | UnsetType, Meta(title="Payment Method Details")] = UNSET
    isReplacementOrder: Annotated[Truth, Meta(title="Is Replacement Order")] = UNSET
    replacedOrderId: Annotated[Text, Meta(title="Replaced Order Id")] = UNSET
    marketplaceId: Annotated[Text, Meta(title="Marketplace Id")] = UNSET
    buyerEmail: Annotated[Text, Meta(title="Buyer Email")] = UNSET
    buyerName: Annotated[Text, Meta(title="Buyer Name")] = UNSET
    buyerCounty: Annotated[Text, Meta(title="Buyer County")] = UNSET
    buyerTaxInfo: Annotated[BuyerTaxInfo | UnsetType, Meta(title="Buyer Tax Info")] = UNSET
    shipmentServiceLevelCategory: Annotated[Text, Meta(title="Shipment Service Level Category")] = UNSET
    shippedByAmazonTFM: Annotated[Truth, Meta(title="Shipped By Amazon TFM")] = UNSET
    tfmShipmentStatus: Annotated[Text, Meta(title="TFM Shipment Status")] = UNSET
    easyShipShipmentStatus: Annotated[Text, Meta(title="Easy Ship Shipment Status")] = UNSET
    cbaDisplayableShippingLabel: Annotated[Text, Meta(title="CBA Displayable Shipping Label")] = UNSET
    orderType: Annotated[Text, Meta(title="Order Type")] = UNSET
    earliestShipDate: Annotated[Text, Meta(title="Earliest Ship Date")] = UNSET
    latestShipDate: Annotated[Text, Meta(title="Latest Ship Date")] = UNSET
    earliestDeliveryDate: Annotated[Text, Meta(title="Earliest Delivery Date")] = UNSET
    latestDeliveryDate: Annotated[Text, Meta(title="Latest Delivery Date")] = UNSET
    isBusinessOrder: Annotated[Truth, Meta(title="Is Business Order")] = UNSET
    purchaseOrderNumber: Annotated[Text, Meta(title="Purchase Order Number")] = UNSET
    isPrime: Annotated[Truth, Meta(title="Is Prime")] = UNSET
    isPremiumOrder: Annotated[Truth, Meta(title="Is Premium Order")] = UNSET
    isGlobalExpressEnabled: Annotated[Truth, Meta(title="Is Global Express Enabled")] = UNSET
    promiseResponseDueDate: Annotated[Text, Meta(title="Promise Response Due Date")] = UNSET
    isEstimatedShipDateSet: Annotated[Truth, Meta(title="Is Estimated Ship Date Set")] = UNSET
    taxRegistrationDetails: Annotated[
        list[TaxRegistrationDetail] | UnsetType, Meta(title="Tax Registration Details")
    ] = UNSET
    isSoldByAB: Annotated[Truth, Meta(title="Is Sold By AB")] = UNSET
    isISPU: Annotated[Truth, Meta(title="Is ISPU")] = UNSET
    isIBA: Annotated[Truth, Meta(title="Is IBA")] = UNSET
    isAccessPointOrder: Annotated[Truth, Meta(title="Is Access Point Order")] = UNSET
    orderItems: Annotated[list[OrderItemRecord] | UnsetType, Meta(title="Order Items")] = UNSET

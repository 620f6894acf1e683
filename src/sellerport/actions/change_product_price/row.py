"""What a price message may hold: the whole Price element, by the names of the form."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sellerport.actions._rows import END, PRINTABLE, Amount, Count, Moment, ProductType, Sku

Plain = Literal[
    "USD", "GBP", "EUR", "JPY", "CAD", "CNY", "INR", "AUD", "BRL", "MXN", "TRY", "AED", "SAR", "SGD", "SEK", "PLN", "EGP",
    "ZAR",
]  # fmt: skip
Currency = Literal[Plain, "DEFAULT"]
Value = Annotated[Amount, Meta(title="Value")]
LimitAmount = Annotated[float, Meta(ge=0)] | Annotated[str, Meta(pattern=r"^(\d{1,16}(\.\d{1,4})?)?" + END)]
Text = Annotated[str, Meta(min_length=1, max_length=50, pattern=PRINTABLE)]
Whole = Annotated[int, Meta(ge=0, le=10**12)]
Bound = Annotated[Count, Meta(le=10**12 - 1)]


class Money(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An amount in the marketplace's currency, or in whatever that is (DEFAULT)."""

    value: Value
    currency: Annotated[Currency, Meta(title="Currency")]
    zero: Annotated[bool | UnsetType, Meta(title="Zero")] = UNSET


class Limit(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A limit of the price; an empty text takes it away."""

    value: Annotated[LimitAmount, Meta(title="Value")]
    currency: Annotated[Currency, Meta(title="Currency")]
    zero: Annotated[bool | UnsetType, Meta(title="Zero")] = UNSET


class Deposit(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A deposit."""

    value: Value
    currency: Annotated[Currency, Meta(title="Currency")]


class Former(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A price to compare with; its currency is the marketplace's where none is given."""

    value: Value
    currency: Annotated[Plain | UnsetType, Meta(title="Currency")] = UNSET


class Sale(Struct, frozen=True, forbid_unknown_fields=True):
    """A price for a while."""

    start_date: Annotated[Moment, Meta(title="Start Date")] = field(name="startDate")
    end_date: Annotated[Moment, Meta(title="End Date")] = field(name="endDate")
    sale_price: Annotated[Money, Meta(title="Sale Price")] = field(name="salePrice")
    sale_price_points: Annotated[Whole | UnsetType, Meta(title="Sale Price Points")] = field(
        name="salePricePoints", default=UNSET
    )


class CompareAt(Struct, frozen=True, forbid_unknown_fields=True):
    """A price to compare with, for a while."""

    compare_at_price: Annotated[Former, Meta(title="Compare At Price")] = field(name="compareAtPrice")
    start_date: Annotated[Moment | UnsetType, Meta(title="Start Date")] = field(name="startDate", default=UNSET)
    end_date: Annotated[Moment | UnsetType, Meta(title="End Date")] = field(name="endDate", default=UNSET)
    delete: Annotated[bool | UnsetType, Meta(title="Delete")] = UNSET


class Previous(Struct, frozen=True, forbid_unknown_fields=True):
    """The price before, under one of its two names."""

    price: Annotated[Former | UnsetType, Meta(title="Price")] = UNSET
    previous_price: Annotated[Former | UnsetType, Meta(title="Previous Price")] = field(
        name="previousPrice", default=UNSET
    )
    start_date: Annotated[Moment | UnsetType, Meta(title="Start Date")] = field(name="startDate", default=UNSET)
    end_date: Annotated[Moment | UnsetType, Meta(title="End Date")] = field(name="endDate", default=UNSET)
    delete: Annotated[bool | UnsetType, Meta(title="Delete")] = UNSET


class RentalPrice(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A rental's price, with and without tax."""

    value: Value
    currency: Annotated[Currency, Meta(title="Currency")]
    value_without_tax: Annotated[Amount | UnsetType, Meta(title="Value Without Tax")] = field(
        name="valueWithoutTax", default=UNSET
    )
    zero: Annotated[bool | UnsetType, Meta(title="Zero")] = UNSET


class Rental(Struct, frozen=True, forbid_unknown_fields=True):
    """A rental price for a while."""

    start_date: Annotated[Moment, Meta(title="Start Date")] = field(name="startDate")
    end_date: Annotated[Moment, Meta(title="End Date")] = field(name="endDate")
    rental_price: Annotated[RentalPrice, Meta(title="Rental Price")] = field(name="rentalPrice")


class Quantities(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Up to five prices, each from a quantity on."""

    quantity_price1: Annotated[Amount | UnsetType, Meta(title="Quantity Price 1")] = UNSET
    quantity_lower_bound1: Annotated[Bound | UnsetType, Meta(title="Quantity Lower Bound 1")] = UNSET
    quantity_price2: Annotated[Amount | UnsetType, Meta(title="Quantity Price 2")] = UNSET
    quantity_lower_bound2: Annotated[Bound | UnsetType, Meta(title="Quantity Lower Bound 2")] = UNSET
    quantity_price3: Annotated[Amount | UnsetType, Meta(title="Quantity Price 3")] = UNSET
    quantity_lower_bound3: Annotated[Bound | UnsetType, Meta(title="Quantity Lower Bound 3")] = UNSET
    quantity_price4: Annotated[Amount | UnsetType, Meta(title="Quantity Price 4")] = UNSET
    quantity_lower_bound4: Annotated[Bound | UnsetType, Meta(title="Quantity Lower Bound 4")] = UNSET
    quantity_price5: Annotated[Amount | UnsetType, Meta(title="Quantity Price 5")] = UNSET
    quantity_lower_bound5: Annotated[Bound | UnsetType, Meta(title="Quantity Lower Bound 5")] = UNSET

    def levels(self) -> "list[tuple[int, float | str | UnsetType, int | UnsetType]]":
        """Number, price and lower bound of each level."""
        return [
            (n, getattr(self, f"quantity_price{n}"), getattr(self, f"quantity_lower_bound{n}")) for n in range(1, 6)
        ]


class Price(Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """The prices of one SKU; at least one beside the SKU."""

    sku: Sku
    standard_price: Annotated[Money | UnsetType, Meta(title="Standard Price")] = UNSET
    standard_price_points: Annotated[Whole | UnsetType, Meta(title="Standard Price Points")] = UNSET
    business_price: Annotated[Amount | UnsetType, Meta(title="Business Price")] = UNSET
    quantity_price_type: Annotated[Literal["fixed", "percent"] | UnsetType, Meta(title="Quantity Price Type")] = UNSET
    quantity_price: Annotated[Quantities | UnsetType, Meta(title="Quantity Price")] = UNSET
    minimum_seller_allowed_price: Annotated[Limit | UnsetType, Meta(title="Minimum Seller Allowed Price")] = UNSET
    maximum_seller_allowed_price: Annotated[Limit | UnsetType, Meta(title="Maximum Seller Allowed Price")] = UNSET
    map: Annotated[Money | UnsetType, Meta(title="MAP")] = UNSET
    deposit_amount: Annotated[Deposit | UnsetType, Meta(title="Deposit Amount")] = UNSET
    sale: Annotated[Sale | UnsetType, Meta(title="Sale")] = UNSET
    compare_at: Annotated[CompareAt | UnsetType, Meta(title="Compare At")] = UNSET
    previous: Annotated[Previous | UnsetType, Meta(title="Previous")] = UNSET
    rental0: Annotated[Rental | UnsetType, Meta(title="Rental 0")] = UNSET
    rental1: Annotated[Rental | UnsetType, Meta(title="Rental 1")] = UNSET
    rental2: Annotated[Rental | UnsetType, Meta(title="Rental 2")] = UNSET
    rental3: Annotated[Rental | UnsetType, Meta(title="Rental 3")] = UNSET
    rental4: Annotated[Rental | UnsetType, Meta(title="Rental 4")] = UNSET
    rental5: Annotated[Rental | UnsetType, Meta(title="Rental 5")] = UNSET
    rental6: Annotated[Rental | UnsetType, Meta(title="Rental 6")] = UNSET
    rental7: Annotated[Rental | UnsetType, Meta(title="Rental 7")] = UNSET
    rental8: Annotated[Rental | UnsetType, Meta(title="Rental 8")] = UNSET
    rental9: Annotated[Rental | UnsetType, Meta(title="Rental 9")] = UNSET
    cost_per_click_bid_price: Annotated[Money | UnsetType, Meta(title="Cost Per Click Bid Price")] = UNSET
    pricing_action: Annotated[Literal["delete business_price"] | UnsetType, Meta(title="Pricing Action")] = UNSET
    metal_standard_price: Annotated[Text | UnsetType, Meta(title="Metal Standard Price")] = UNSET
    diamond_standard_price: Annotated[Text | UnsetType, Meta(title="Diamond Standard Price")] = UNSET
    gemstone_standard_price: Annotated[Text | UnsetType, Meta(title="Gemstone Standard Price")] = UNSET
    making_charges_standard_price: Annotated[Text | UnsetType, Meta(title="Making Charges Standard Price")] = UNSET
    tax_standard_price: Annotated[Text | UnsetType, Meta(title="Tax Standard Price")] = UNSET
    metal_sale_price: Annotated[Text | UnsetType, Meta(title="Metal Sale Price")] = UNSET
    diamond_sale_price: Annotated[Text | UnsetType, Meta(title="Diamond Sale Price")] = UNSET
    gemstone_sale_price: Annotated[Text | UnsetType, Meta(title="Gemstone Sale Price")] = UNSET
    making_charges_sale_price: Annotated[Text | UnsetType, Meta(title="Making Charges Sale Price")] = UNSET
    tax_sale_price: Annotated[Text | UnsetType, Meta(title="Tax Sale Price")] = UNSET
    maximum_retail_price: Annotated[Money | UnsetType, Meta(title="Maximum Retail Price")] = UNSET
    is_sourcing_on_demand: Annotated[Literal["yes", "no"] | UnsetType, Meta(title="Is Sourcing On Demand")] = UNSET
    pricing_strategy: Annotated[
        Literal["bulk_by_uom", "catch_by_uom", "produce_by_uom", "produce_by_each"] | UnsetType,
        Meta(title="Pricing Strategy"),
    ] = UNSET
    minimum_order_amount: Annotated[Amount | UnsetType, Meta(title="Minimum Order Amount")] = UNSET
    maximum_order_amount: Annotated[Amount | UnsetType, Meta(title="Maximum Order Amount")] = UNSET
    order_increment: Annotated[Amount | UnsetType, Meta(title="Order Increment")] = UNSET
    product_type: ProductType | UnsetType = UNSET

"""Change Product Price: all prices of SKUs, for everybody and for business buyers.

On MWS a Price message; on SP-API a patch of `purchasable_offer`. `row` is what a message may hold, `check` what types
cannot say of it, `say` how it is said.
"""

from sellerport.actions._feed import feed_action
from sellerport.actions.change_product_price.check import wrong
from sellerport.actions.change_product_price.row import Price
from sellerport.actions.change_product_price.say import offer, price, refused
from sellerport.amazon.feeds import Feed, ListingsFeed, XmlFeed, each

ROW = Price
FEED = Feed(
    mws=XmlFeed("_POST_PRODUCT_PRICING_DATA_", "Price", each(price)),
    sp=ListingsFeed(each(offer), refuse=refused),
)
ACTION = feed_action(
    title="Change Product Price",
    order=50,
    help="Change the prices of a SKU: standard, sale, business and quantity prices, and their limits. "
    "MWS erases the prices that you do not give, SP-API keeps them.",
    row=ROW,
    feed=FEED,
    check=wrong,
    example={"sku": "MUG-BLUE-11OZ", "standardPrice": {"value": 14.99, "currency": "USD"}},
)

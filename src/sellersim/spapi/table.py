"""Every SP-API operation of the simulator: method and path -> name, handler, quota."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from amazon_wire.quotas import SPAPI, Quota
from sellersim.exchange import Ask, Handler

from . import definitions, documents, feeds, listings, orders, sellers


def _published(name: str) -> Callable[[Ask], tuple[str, Quota]]:
    return lambda ask: (name, SPAPI[name])


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `bucket` names the token bucket and quota of a request where it is not the operation's own."""

    name: str
    method: str
    path: str
    handle: Handler
    bucket: Callable[[Ask], tuple[str, Quota]] | None = None
    marketplace_parameter: str = "marketplaceIds"

    def quota(self, ask: Ask) -> tuple[str, Quota]:
        """Bucket name and quota of this request."""
        return (self.bucket or _published(self.name))(ask)


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("searchOrders", "GET", "/orders/2026-01-01/orders", orders.search),
    Operation("getOrder", "GET", "/orders/2026-01-01/orders/{orderId}", orders.get),
    Operation("getMarketplaceParticipations", "GET", "/sellers/v1/marketplaceParticipations", sellers.participations),
    Operation("createFeedDocument", "POST", "/feeds/2021-06-30/documents", documents.create),
    Operation("getFeedDocument", "GET", "/feeds/2021-06-30/documents/{feedDocumentId}", documents.get),
    Operation("createFeed", "POST", "/feeds/2021-06-30/feeds", feeds.create),
    Operation("getFeeds", "GET", "/feeds/2021-06-30/feeds", feeds.search),
    Operation("getFeed", "GET", "/feeds/2021-06-30/feeds/{feedId}", feeds.get),
    Operation("cancelFeed", "DELETE", "/feeds/2021-06-30/feeds/{feedId}", feeds.cancel),
    Operation("searchListingsItems", "GET", "/listings/2021-08-01/items/{sellerId}", listings.search),
    Operation("getListingsItem", "GET", listings.PATH, listings.get),
    Operation("putListingsItem", "PUT", listings.PATH, listings.put, listings.put_bucket),
    Operation("patchListingsItem", "PATCH", listings.PATH, listings.patch, listings.patch_bucket),
    Operation("deleteListingsItem", "DELETE", listings.PATH, listings.delete),
    Operation("searchDefinitionsProductTypes", "GET", "/definitions/2020-09-01/productTypes", definitions.search),
    Operation(
        "getDefinitionsProductType", "GET", "/definitions/2020-09-01/productTypes/{productType}", definitions.get
    ),
    Operation("getAccount", "GET", "/sellers/v1/account", sellers.account),
)

"""The published quotas of the operations that component and simulator know: rate (requests a second), burst, hourly limit."""

from typing import NamedTuple


class Quota(NamedTuple):
    """A token bucket: `rate` tokens a second flow in, `burst` fit. `hourly` caps a fixed window of an hour (MWS feeds)."""

    rate: float
    burst: int
    hourly: int | None = None


#: SP-API: operation -> quota, per selling-partner account and application.
SPAPI: dict[str, Quota] = {
    "searchOrders": Quota(0.0056, 20),
    "getOrder": Quota(0.5, 30),
    "createFeedDocument": Quota(0.5, 15),
    "createFeed": Quota(0.0083, 15),
    "getFeed": Quota(2, 15),
    "cancelFeed": Quota(2, 15),
    "getFeeds": Quota(0.0222, 10),
    "getFeedDocument": Quota(0.0222, 10),
    "getListingsItem": Quota(5, 10),
    "putListingsItem": Quota(5, 10),
    "patchListingsItem": Quota(5, 5),
    "deleteListingsItem": Quota(5, 5),
    "searchListingsItems": Quota(5, 5),
    "getDefinitionsProductType": Quota(5, 10),
    "searchDefinitionsProductTypes": Quota(5, 10),
    "getMarketplaceParticipations": Quota(0.016, 15),
    "getAccount": Quota(0.016, 15),
}

#: A preview (mode=VALIDATION_PREVIEW) has a bucket of its own, about one a second.
SPAPI_PREVIEW = Quota(1, 5)

#: Feeds of one kind may be narrower than createFeed itself: feed type -> (feeds, seconds).
FEEDS_A_WINDOW: dict[str, tuple[int, int]] = {"JSON_LISTINGS_FEED": (5, 300)}

#: MWS: bucket -> quota, per seller and developer. Operations that share a bucket are in MWS_BUCKETS.
MWS: dict[str, Quota] = {
    "ListOrders": Quota(1 / 60, 6),
    "GetOrder": Quota(1 / 60, 6),
    "ListOrderItems": Quota(1 / 2, 30),
    "ListMarketplaceParticipations": Quota(1 / 60, 15),
    "GetServiceStatus": Quota(1 / 300, 2),
    "SubmitFeed": Quota(1 / 120, 15, 30),
    "GetFeedSubmissionList": Quota(1 / 45, 10, 80),
    "GetFeedSubmissionListByNextToken": Quota(1 / 2, 30, 1800),
    "GetFeedSubmissionCount": Quota(1 / 45, 10, 80),
    "CancelFeedSubmissions": Quota(1 / 45, 10, 80),
    "GetFeedSubmissionResult": Quota(1 / 60, 15, 60),
}

#: MWS operations that draw on the bucket of another operation.
MWS_BUCKETS: dict[str, str] = {
    "ListOrdersByNextToken": "ListOrders",
    "ListOrderItemsByNextToken": "ListOrderItems",
    "ListMarketplaceParticipationsByNextToken": "ListMarketplaceParticipations",
}

"""MWS's APIs: path -> section, version, namespace; and the bucket of each action. Handlers stand in `handlers.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from amazon_wire.quotas import MWS, MWS_BUCKETS, Quota

#: The namespace of errors that come before an API is known.
FRONT_DOOR: Final = "https://mws.amazonservices.com/"


@dataclass(frozen=True, slots=True)
class Api:
    """One MWS API: the namespace of its answers; Feeds alone tell their hourly quota in headers."""

    section: str
    version: str
    namespace: str
    quota_headers: bool = False


_LIST: Final = (
    Api("Orders", "2013-09-01", "https://mws.amazonservices.com/Orders/2013-09-01"),
    Api("Sellers", "2011-07-01", "https://mws.amazonservices.com/Sellers/2011-07-01"),
    Api("Feeds", "2009-01-01", "http://mws.amazonaws.com/doc/2009-01-01/", quota_headers=True),
)

APIS: Final[Mapping[str, Api]] = {f"/{api.section}/{api.version}": api for api in _LIST}


def bucket(api: Api, action: str) -> tuple[str, Quota]:
    """The bucket that an action draws on, and its quota; service status has one an API."""
    name = MWS_BUCKETS.get(action, action)
    return (f"{api.section}.{name}" if name == "GetServiceStatus" else name), MWS[name]

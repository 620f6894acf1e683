"""Every MWS operation of the simulator: path of the API -> action -> handler."""

from collections.abc import Mapping
from typing import Final

from sellersim.exchange import Handler

from . import feeds, orders, sellers

HANDLERS: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/Orders/2013-09-01": orders.ACTIONS,
    "/Sellers/2011-07-01": sellers.ACTIONS,
    "/Feeds/2009-01-01": feeds.ACTIONS,
}

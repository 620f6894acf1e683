"""Sellerport: the Amazon seller component, over SP-API and MWS, on elastic.io and on its own."""

from typing import TYPE_CHECKING, Any

from sellerport.errors import (
    AmazonError,
    Denied,
    FeedFailed,
    InputError,
    InvalidParameters,
    Rejected,
    Retriable,
    SellerportError,
    Stopped,
    Throttled,
    Unavailable,
)

if TYPE_CHECKING:
    from sellerport.contract import Component, Data, Message, Snapshot, execute

    COMPONENT: Component
    __version__: str

__all__ = [
    "COMPONENT",
    "AmazonError",
    "Data",
    "Denied",
    "FeedFailed",
    "InputError",
    "InvalidParameters",
    "Message",
    "Rejected",
    "Retriable",
    "SellerportError",
    "Snapshot",
    "Stopped",
    "Throttled",
    "Unavailable",
    "__version__",
    "execute",
]


def __getattr__(name: str) -> Any:
    """What runs the component is loaded when it is first asked for: importing an error does not load a client."""
    if name in ("Data", "Message", "Snapshot", "execute"):
        from sellerport import contract

        return getattr(contract, name)
    if name == "COMPONENT":
        from sellerport.component import component

        globals()[name] = component()
        return globals()[name]
    if name == "__version__":
        from sellerport.version import __version__

        return __version__
    raise AttributeError(name)

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
    from sellerport.contract import Component

    COMPONENT: Component
    __version__: str

__all__ = [
    "COMPONENT",
    "AmazonError",
    "Denied",
    "FeedFailed",
    "InputError",
    "InvalidParameters",
    "Rejected",
    "Retriable",
    "SellerportError",
    "Stopped",
    "Throttled",
    "Unavailable",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """COMPONENT is built when it is first asked for: importing an error does not load a client."""
    if name == "COMPONENT":
        from sellerport.component import component

        globals()[name] = component()
        return globals()[name]
    if name == "__version__":
        from sellerport.version import __version__

        return __version__
    raise AttributeError(name)

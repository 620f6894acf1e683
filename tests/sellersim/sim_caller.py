"""One world in process and somebody who talks to it over both faces; real time stands still until a test moves it."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import httpx2
from lxml import etree

from sellersim import Clock, World, create_app
from sellersim.mws import sign

HOST = "127.0.0.1:8080"
START = datetime(2026, 11, 20, 10, tzinfo=UTC)
ORDERS = "/Orders/2013-09-01"
SELLERS = "/Sellers/2011-07-01"
SEARCH = "/orders/2026-01-01/orders"
EVER = {"lastUpdatedAfter": "1970-01-01T00:00:00Z"}
LISTED = {"LastUpdatedAfter": "1970-01-01T00:00:00Z", "MarketplaceId.Id.1": "ATVPDKIKX0DER"}
#: Every set that fills a field which MWS had.
SETS = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"


class Sim:
    """A world whose clocks stand still at START, and its callers."""

    def __init__(self, *, scale: float = 1.0, host: str = HOST, **options: Any) -> None:
        self.real = START.timestamp()
        clock = Clock(START, frozen=True, scale=scale, real=lambda: self.real)
        self.world = World(clock=clock, **{"orders": 60, "seed": 5, "quota": False, **options})
        self.host = host
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=create_app(self.world)), base_url=f"http://{host}"
        )
        self.bearer = ""

    async def exchange(self, **changes: str) -> httpx2.Response:
        """A token exchange, its form changed as a test likes."""
        seller = self.world.seller
        form = {
            "grant_type": "refresh_token",
            "refresh_token": seller.refresh_token,
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
        }
        return await self.http.post("/auth/o2/token", data={**form, **changes})

    async def sp(self, path: str, **params: str) -> httpx2.Response:
        """A GET on SP-API with a token that was exchanged once."""
        if not self.bearer:
            self.bearer = (await self.exchange()).json()["access_token"]
        return await self.http.get(path, params=params, headers={"x-amz-access-token": self.bearer})

    def form(self, path: str, action: str, **params: str) -> dict[str, str]:
        """The signed parameters of an MWS request; an empty value takes a parameter out."""
        seller = self.world.seller
        told = {
            "AWSAccessKeyId": seller.access_key,
            "Action": action,
            "MWSAuthToken": seller.auth_token,
            "SellerId": seller.id,
            "SignatureMethod": "HmacSHA256",
            "SignatureVersion": "2",
            "Timestamp": datetime.fromtimestamp(self.real, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": path.rpartition("/")[2],
            **params,
        }
        told = {name: value for name, value in told.items() if value}
        signature = sign.expected(seller.secret_key, "POST", self.host, path, told.items())
        return {"Signature": signature, **told} if "Signature" not in told else told

    async def mws(self, path: str, action: str, /, **params: str) -> httpx2.Response:
        """A signed POST on MWS."""
        return await self.http.post(path, data=self.form(path, action, **params))

    async def close(self) -> None:
        """End the client."""
        await self.http.aclose()


def texts(got: httpx2.Response, name: str) -> list[str]:
    """The texts of all elements of that name, in their order."""
    return [found.text or "" for found in etree.fromstring(got.content).iter(f"{{*}}{name}")]


def code(got: httpx2.Response) -> str:
    """The error code of either face."""
    if got.content.startswith(b"{"):
        said = got.json()
        return str(said["error"] if "error" in said else said["errors"][0]["code"])
    return texts(got, "Code")[0]


def mark(content: bytes) -> str:
    """A short name for some bytes."""
    return hashlib.sha256(re.sub(rb"[0-9a-f-]{36}", b"", content)).hexdigest()[:16]

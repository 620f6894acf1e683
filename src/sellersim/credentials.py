"""The one seller of a world and the keys to its door, made from the seed."""

import hashlib
import uuid
from dataclasses import dataclass, field

from amazon_wire.marketplaces import MARKETPLACES

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _letters(seed: int, what: str, length: int, alphabet: str) -> str:
    digest = hashlib.sha512(f"{seed}/{what}".encode()).digest()
    return "".join(alphabet[b % len(alphabet)] for b in digest[:length])


def _hex(seed: int, what: str, length: int) -> str:
    return hashlib.sha256(f"{seed}/{what}".encode()).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller with an SP-API application and an MWS developer key. Secrets stay out of the repr."""

    id: str
    name: str
    marketplace: str
    region: str
    participates: tuple[str, ...]
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_key: str
    secret_key: str = field(repr=False)
    auth_token: str = field(repr=False)

    def cfg(self, api: str, endpoint: str, quota_scale: float | str) -> dict[str, object]:
        """A flat cfg object for `api` (`SP-API` or `MWS`) with the credentials of both."""
        return {
            "api": api,
            "sellerId": self.id,
            "marketplaceId": self.marketplace,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "refreshToken": self.refresh_token,
            "mwsAccessKey": self.access_key,
            "mwsSecretKey": self.secret_key,
            "mwsAuthToken": self.auth_token,
            "endpoint": endpoint,
            "quotaScale": quota_scale,
        }


def neighbours(marketplace: str) -> list[str]:
    """The marketplaces of the same region, the home marketplace first (China stands alone)."""
    home = MARKETPLACES[marketplace]
    same = [m.id for m in MARKETPLACES.values() if m.region == home.region and m.id != home.id]
    return [marketplace, *same]


def seller(seed: int, marketplace: str) -> Seller:
    """The seller of a world: takes part in the home marketplace and all of its region but the last."""
    region = neighbours(marketplace)
    digest = hashlib.sha256(f"{seed}/token".encode()).digest()
    return Seller(
        id="A" + _letters(seed, "seller", 13, ALPHABET),
        name="Harbour Lane Goods",
        marketplace=marketplace,
        region=MARKETPLACES[marketplace].region or "CN",
        participates=tuple(region[:-1] if len(region) > 1 else region),
        client_id="amzn1.application-oa2-client." + _hex(seed, "client", 32),
        client_secret="amzn1.oa2-cs.v1." + _hex(seed, "secret", 64),
        refresh_token="Atzr|" + _letters(seed, "refresh", 60, MIXED),
        access_key="AKIA" + _letters(seed, "access", 16, ALPHABET),
        secret_key=_letters(seed, "key", 40, MIXED),
        auth_token="amzn.mws." + str(uuid.UUID(bytes=digest[:16])),
    )

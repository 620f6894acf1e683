"""Whose Amazon it is: the credentials' form, what is wrong with them before anything is sent, and where requests go."""

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import UNSET, Meta, Struct, UnsetType, field

from amazon_wire.marketplaces import MARKETPLACES, REGIONS, TOKEN_HOST
from sellerport.amazon.clock import Clock
from sellerport.amazon.feeds import Marketplace
from sellerport.errors import InputError, Problem

Secret = {"secret": True}


class Credentials(Struct, frozen=True, kw_only=True):
    """The account's form: one seller in one marketplace, over SP-API (default) or MWS."""

    api: Annotated[
        Literal["SP-API", "MWS"],
        Meta(
            title="API", description="The protocol: SP-API is Amazon's present one, MWS the one switched off in 2024."
        ),
    ] = "SP-API"
    seller_id: Annotated[
        str,
        Meta(
            title="Seller ID", min_length=1, description="The merchant token of Seller Central's account information."
        ),
    ] = field(name="sellerId")
    marketplace_id: Annotated[
        str,
        Meta(
            title="Amazon Marketplace ID",
            min_length=1,
            description="The country's marketplace, such as ATVPDKIKX0DER; host and region follow from it.",
        ),
    ] = field(name="marketplaceId")
    client_id: Annotated[
        str | UnsetType,
        Meta(title="Client ID", description="SP-API: the application's LWA client id, amzn1.application-oa2-client.…"),
    ] = field(name="clientId", default=UNSET)
    client_secret: Annotated[
        str | UnsetType,
        Meta(title="Client Secret", description="SP-API: the secret beside it.", extra_json_schema=Secret),
    ] = field(name="clientSecret", default=UNSET)
    refresh_token: Annotated[
        str | UnsetType,
        Meta(title="Refresh Token", description="SP-API: the seller's authorisation, Atzr|…", extra_json_schema=Secret),
    ] = field(name="refreshToken", default=UNSET)
    mws_access_key: Annotated[
        str | UnsetType,
        Meta(
            title="Amazon MWS Access Key",
            description="MWS: the AWS access key id, 20 characters.",
            extra_json_schema=Secret,
        ),
    ] = field(name="mwsAccessKey", default=UNSET)
    mws_secret_key: Annotated[
        str | UnsetType,
        Meta(
            title="Amazon MWS Secret Access Key",
            description="MWS: the secret key, 40 characters.",
            extra_json_schema=Secret,
        ),
    ] = field(name="mwsSecretKey", default=UNSET)
    mws_auth_token: Annotated[
        str | UnsetType,
        Meta(
            title="MWS Auth Token",
            description="MWS: the token by which the seller lets a developer act; any value for one's own account.",
            extra_json_schema=Secret,
        ),
    ] = field(name="mwsAuthToken", default=UNSET)
    endpoint: Annotated[
        str | UnsetType,
        Meta(title="Endpoint", description="Sends every request to this base URL instead, such as the simulator's."),
    ] = UNSET
    quota_scale: Annotated[str, Meta(extra_json_schema={"hidden": True})] = field(name="quotaScale", default="1")

    def __repr__(self) -> str:
        return f"Credentials(api={self.api!r}, seller_id={self.seller_id!r}, marketplace_id={self.marketplace_id!r})"

    def secrets(self) -> tuple[str, ...]:
        """The values that no text may show."""
        found = (self.client_secret, self.refresh_token, self.mws_secret_key, self.mws_auth_token, self.mws_access_key)
        return tuple(value for value in found if isinstance(value, str))


_NEEDED = {
    "SP-API": ("clientId", "clientSecret", "refreshToken"),
    "MWS": ("mwsAccessKey", "mwsSecretKey"),
}
_CHECKED = ("api", "marketplaceId", "endpoint", "quotaScale")
CLIENT_ID = "amzn1.application-oa2-client."


def problems_of(cfg: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a cfg's credentials that no call is needed to see, beyond the types of its members."""
    names = (*sum(_NEEDED.values(), ()), *_CHECKED)
    said = {name: "" if cfg.get(name) is None else str(cfg[name]).strip() for name in names}
    api = said["api"] or "SP-API"
    found = [_told(name, f"Expected a value for {api}, got none") for name in _NEEDED.get(api, ()) if not said[name]]
    if said["marketplaceId"] and (text := _marketplace_problem(api, said["marketplaceId"])):
        found.append(_told("marketplaceId", text))
    if api == "SP-API" and said["clientId"] and not said["clientId"].startswith(CLIENT_ID):
        found.append(_told("clientId", f"Expected an id that begins {CLIENT_ID}, got another text"))
    if said["endpoint"] and not _is_base(said["endpoint"]):
        found.append(_told("endpoint", "Expected a base URL such as http://127.0.0.1:8080, got another text"))
    try:
        _scale(said["quotaScale"] or "1")
    except ValueError:
        found.append(_told("quotaScale", f"Expected a positive number or none, got {said['quotaScale'][:40]!r}"))
    return found


def _marketplace_problem(api: str, marketplace_id: str) -> str | None:
    place = MARKETPLACES.get(marketplace_id)
    if place is None:
        return f"Expected a marketplace of Amazon, got {marketplace_id[:40]!r}"
    if api == "SP-API" and place.region is None:
        return f"Expected a marketplace that SP-API serves, got {place.country}"
    if api == "MWS" and place.mws_host is None:
        return f"Expected a marketplace that MWS served, got {place.country}"
    return None


def _told(name: str, text: str) -> Problem:
    return Problem("cfg", f"$.{name}", text)


def _is_base(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        plain = parts.port is None or parts.port > 0  # ValueError where it is no port
        whole = not (parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", endpoint))
        return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and whole
    except ValueError:
        return False


def scale_of(credentials: Credentials) -> float | None:
    """The number that multiplies every published rate, or None for no pacing; ValueError where it is neither."""
    return _scale(credentials.quota_scale)


def _scale(text: str) -> float | None:
    if text.strip().lower() == "none":
        return None
    scale = float(text)
    if not 0 < scale < float("inf"):
        raise ValueError(text)
    return scale


@dataclass(frozen=True, slots=True)
class Account:
    """Where requests go and how they present themselves. Waits are in seconds."""

    seller_id: str
    endpoint: str
    token_url: str
    clock: Clock
    check_delay: float
    time_limit: float
    user_agent: str

    def stamp(self) -> str:
        """Now as SP-API's x-amz-date wants it."""
        return datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y%m%dT%H%M%SZ")

    @property
    def host(self) -> str:
        """Host and port as the Host header has them."""
        parts = urlsplit(self.endpoint)
        default = {"http": 80, "https": 443}[parts.scheme]
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else (parts.hostname or "")
        return host if parts.port in (None, default) else f"{host}:{parts.port}"


def account(credentials: Credentials, clock: Clock, env: Mapping[str, str], version: str) -> Account:
    """The account that the credentials name; InputError for an environment variable that is no number."""
    place = MARKETPLACES[credentials.marketplace_id]
    own = credentials.endpoint.rstrip("/") if isinstance(credentials.endpoint, str) else None
    host = REGIONS.get(place.region or "", "") if credentials.api == "SP-API" else place.mws_host
    return Account(
        seller_id=credentials.seller_id,
        endpoint=own or f"https://{host}",
        token_url=f"{own or f'https://{TOKEN_HOST}'}/auth/o2/token",
        clock=clock,
        check_delay=_milliseconds(env, "RESPONSE_CHECK_DELAY", 30_000),
        time_limit=_milliseconds(env, "RESPONSE_TIME_LIMIT", 3_600_000),
        user_agent=f"Sellerport/{version} (Language=Python/{platform.python_version()}; Platform={platform.system()})",
    )


def _milliseconds(env: Mapping[str, str], name: str, default: int) -> float:
    text = env.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise InputError(f"{name}: Expected milliseconds, got {text!r}")
    return value / 1000


def marketplace(credentials: Credentials) -> Marketplace:
    """What the sentences of actions need to know of the place."""
    place = MARKETPLACES[credentials.marketplace_id]
    return Marketplace(place.id, place.currency, place.locale, place.region or "")

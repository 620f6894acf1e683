"""Verifies credentials with real, cheap calls, and says which field is wrong and what to do about it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from amazon_wire.marketplaces import MARKETPLACES
from sellerport.amazon.account import Credentials, problems_of
from sellerport.amazon.clock import iso
from sellerport.amazon.connect import Connector, Surroundings
from sellerport.amazon.port import Amazon, OrderQuery, Participations
from sellerport.errors import Denied, InputError, Problem, SellerportError
from sellerport.reading import read_form

SKEW = 300.0  # seconds by which a clock may be wrong before it is worth a warning


def verifier(connector: Connector) -> Callable[[Mapping[str, Any], Mapping[str, str]], Awaitable[list[str]]]:
    """What checks a cfg: it returns warnings, or raises what is wrong."""

    async def verify(cfg: Mapping[str, Any], env: Mapping[str, str]) -> list[str]:
        problems: list[Problem] = []
        credentials: Credentials | None = read_form(Credentials, cfg, problems)
        problems += problems_of(cfg)
        if credentials is None or problems:
            raise InputError(problems)
        try:
            async with connector.connect(credentials, Surroundings(env, wait_limit=60.0)) as amazon:
                warnings = await _asked(amazon, credentials)
        except Denied as denied:
            denied.hint = _advice(denied, credentials)
            raise
        if credentials.api == "SP-API":
            async with connector.connect(credentials, Surroundings(env, wait_limit=0.0)) as amazon:
                warnings += await _roles(amazon)
        return warnings

    return verify


async def _asked(amazon: Amazon, credentials: Credentials) -> list[str]:
    seen = await amazon.participations()
    place = credentials.marketplace_id
    if place not in seen.marketplaces:
        raise Denied(f"marketplaceId: {_elsewhere(place, seen)}")
    if not seen.marketplaces[place]:
        raise Denied(f"marketplaceId: the seller does not take part in {MARKETPLACES[place].country} ({place})")
    warnings = [f"the seller's listings in {place} are suspended"] if place in seen.suspended else []
    skew = 0.0 if seen.server_time is None else amazon.clock.now() - seen.server_time
    if abs(skew) > SKEW:
        warnings.append(f"the clock of this machine is {abs(skew):.0f} s {'fast' if skew > 0 else 'slow'}")
    return warnings


def _elsewhere(place: str, seen: Participations) -> str:
    """Why a marketplace is not among the seller's: it is of another region, or he is not registered there."""
    own = {MARKETPLACES[known].region for known in seen.marketplaces if known in MARKETPLACES}
    region, known = MARKETPLACES[place].region, ", ".join(sorted(seen.marketplaces)) or "none"
    if own and region not in own:
        regions = " and ".join(sorted(str(name) for name in own))
        return f"{place} is of another region ({region}) than the seller's account ({regions}), which has {known}"
    return f"the seller is not registered in {MARKETPLACES[place].country} ({place}); his account has {known}"


async def _roles(amazon: Amazon) -> list[str]:
    """Warnings of roles that the account lacks, as far as one page of orders shows them."""
    after = iso(amazon.clock.now() - 30 * 86400, milliseconds=False)
    query = OrderQuery("Shipped", after, page_size=20, included=("BUYER", "RECIPIENT", "FULFILLMENT"))
    try:
        page = await amazon.order_page(query)
    except Denied as denied:
        return [f"orders cannot be read, is the role Inventory and Order Tracking missing? {denied}"]
    except SellerportError:
        return []
    own = [order for order in page.orders if order.get("fulfillmentChannel") == "MFN"]
    if own and not any("buyerName" in order or _names_someone(order.get("shippingAddress")) for order in own):
        return [
            "orders come without buyers and addresses: the role Direct-to-Consumer Delivery (Restricted) is missing, or "
            "was added after the seller authorised the application"
        ]
    return []


def _names_someone(address: Any) -> bool:
    return isinstance(address, Mapping) and bool(address.get("name"))


def _advice(denied: Denied, credentials: Credentials) -> str:
    """Which field is wrong, as far as Amazon's answer tells."""
    if credentials.api == "MWS" and _swapped(credentials):
        return "mwsAccessKey and mwsSecretKey look swapped: an access key has 20 characters, a secret key 40."
    return ADVICE.get(denied.code, denied.hint)


def _swapped(credentials: Credentials) -> bool:
    return len(str(credentials.mws_access_key)) == 40 and len(str(credentials.mws_secret_key)) == 20


ADVICE = {
    "invalid_client": "clientId or clientSecret is wrong: copy both anew from Developer Central; a secret lives 180 days.",
    "invalid_grant": "refreshToken is wrong or withdrawn: authorise the application again in Seller Central.",
    "InvalidAccessKeyId": "mwsAccessKey is wrong: it is the AWS access key id, 20 characters.",
    "SignatureDoesNotMatch": "mwsSecretKey is wrong: it is the secret that belongs to mwsAccessKey, 40 characters.",
    "AccessDenied": "mwsAuthToken or sellerId is wrong: the token must be the one that this seller gave the developer.",
    "RequestExpired": "the clock of this machine is wrong: Amazon takes requests within 15 minutes of its own time.",
}

"""MWS's front door: path and version, action, time, key and signature, token and seller, throttle, hourly quota.

The order is the reference's (4.7); parameters are the handlers' business. Signatures are judged by real time, whatever
the world's clock shows.
"""

import hmac
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from amazon_wire.marketplaces import MARKETPLACES, Marketplace
from sellersim.clock import iso
from sellersim.exchange import Answer, Ask, Face, Refusal, Wire, decoded
from sellersim.quota import Verdict
from sellersim.world import World

from . import sign, write
from .handlers import HANDLERS
from .params import invalid
from .table import APIS, Api, bucket

WINDOW: Final = 15 * 60
LONGEST_AGENT: Final = 500
UNKNOWN_KEY: Final = "The AWS Access Key Id you provided does not exist in our records."
WRONG_SIGNATURE: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)
WRONG_TOKEN: Final = "AuthToken is not valid for SellerId and AWSAccountId"  # noqa: S105 - Amazon's words
HOSTS: Final = frozenset(place.mws_host for place in MARKETPLACES.values())
COMMON_HOST: Final = "mws.amazonservices.com"  # serves Canada, Mexico and Brazil too (recorded)
NO_ACTION: Final = "Either Action or Operation query parameter must be present."


def _at_door(status: int, code: str, message: str) -> Refusal:
    return Refusal(status, code, message, at_door=True)


def _pairs(wire: Wire) -> list[tuple[str, str]]:
    """Query and form parameters; a raw `=` inside a value is refused in Amazon's words."""
    form = ""
    if wire.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        form = wire.body.decode("utf-8", "replace")
    for part in (wire.query + "&" + form).split("&"):
        if part.count("=") > 1:
            text = (
                f"Invalid query string provided - {part} is not valid; "
                "the value of a query string parameter may not contain a '=' delimiter"
            )
            raise _at_door(400, "InvalidParameterValue", text)
    return decoded(wire.query) + decoded(form)


def _name(wire: Wire) -> str:
    if wire.path == "/" and wire.method == "GET":
        return "ping"
    try:
        return dict(_pairs(wire)).get("Action", "unknown")
    except Refusal:
        return "unknown"


def _api(wire: Wire, params: Mapping[str, str]) -> Api:
    api = APIS.get(wire.path)
    if api is None:
        missing = " API Version is missing" if wire.path.count("/") < 2 or wire.path.endswith("/") else ""
        raise _at_door(404, "InvalidAddress", f"Resource {wire.path} is not found on this server.{missing}")
    if params.get("Version") not in (None, api.version):
        raise _at_door(404, "InvalidAddress", f"Version {params['Version']} is not found at {wire.path}.")
    return api


def _action(wire: Wire, params: Mapping[str, str]) -> str:
    action = params.get("Action") or params.get("Operation")
    if not action:
        raise _at_door(400, "InvalidParameterValue", NO_ACTION)
    if action not in HANDLERS[wire.path]:
        raise _at_door(400, "InvalidAction", f"The action {action} is not valid for this web service.")
    if wire.method not in ("GET", "POST") or (wire.method == "GET" and action == "SubmitFeed"):
        raise _at_door(400, "InvalidRequest", f"{action} cannot be requested by {wire.method}.")
    return action


def _check_time(world: World, wire: Wire, text: str) -> None:
    try:
        sent = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise _at_door(400, "InvalidParameterValue", f"Invalid timestamp format: {text}") from error
    sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
    late = world.clock.real() + wire.skew - sent.timestamp()
    if abs(late) > WINDOW:
        when = "past and has expired" if late > 0 else "future"
        text = f"Request signature is too far in the {when}. Timestamp date: {iso(sent)}"
        raise _at_door(400, "RequestExpired", text)


def _check_signature(world: World, wire: Wire, pairs: list[tuple[str, str]]) -> None:
    params = dict(pairs)
    for name in ("AWSAccessKeyId", "SignatureVersion", "SignatureMethod", "Timestamp", "Signature"):
        if not params.get(name):
            code = "MissingClientTokenId" if name == "AWSAccessKeyId" else "MissingParameter"
            raise _at_door(400, code, f"The request must contain the parameter {name}.")
    if params["SignatureVersion"] != "2" or params["SignatureMethod"] not in sign.METHODS:
        raise _at_door(400, "InvalidParameterValue", "Signature Version 2 by HmacSHA256 or HmacSHA1 is required.")
    _check_time(world, wire, params["Timestamp"])
    if params["AWSAccessKeyId"] != world.seller.access_key:
        raise _at_door(403, "InvalidAccessKeyId", UNKNOWN_KEY)
    expected = sign.expected(world.seller.secret_key, wire.method, wire.host, wire.path, pairs)
    if not hmac.compare_digest(expected.encode(), params["Signature"].encode()):
        raise _at_door(403, "SignatureDoesNotMatch", WRONG_SIGNATURE)


def _check_seller(world: World, wire: Wire, params: Mapping[str, str]) -> None:
    seller = params.get("SellerId") or params.get("Merchant")
    if not seller:
        raise _at_door(400, "MissingParameter", "The request must contain the parameter SellerId.")
    token = params.get("MWSAuthToken")
    right = world.own_developer or token == world.seller.auth_token
    if seller != world.seller.id or not right or wire.expired:
        raise _at_door(401, "AccessDenied", WRONG_TOKEN)


def _quota_headers(world: World, verdict: Verdict) -> dict[str, str]:
    resets = world.clock.at(world.clock.timestamp() + verdict.resets_in)
    return {
        "x-mws-quota-max": f"{verdict.hourly or 0:.1f}",
        "x-mws-quota-remaining": f"{verdict.remaining:.1f}",
        "x-mws-quota-resetson": iso(resets),
    }


def _spend(world: World, api: Api, action: str) -> dict[str, str]:
    name, published = bucket(api, action)
    quota = world.quotas.plans.get(name, published)
    verdict = world.quotas.spend(("mws", name, world.seller.id), quota)
    if verdict is None:
        return {}
    headers = _quota_headers(world, verdict) if api.quota_headers else {}
    refused = None
    if verdict.refused == "throttled":
        refused = _at_door(503, "RequestThrottled", "Request is throttled")
    elif verdict.refused:
        resets = time.gmtime(world.clock.timestamp() + verdict.resets_in)
        refused = _at_door(
            503,
            "QuotaExceeded",
            f"You exceeded your quota of {quota.hourly:.1f} requests per 1 hour for operation "
            f"{api.section}/{api.version}/{action}.  "
            f"Your quota will reset on {time.strftime('%a %b %d %H:%M:%S UTC %Y', resets)}",
        )
    if refused:
        refused.headers.update(headers)
        raise refused
    return headers


def _served(place: Marketplace, host: str) -> bool:
    """Is the marketplace served at this host? Any host that is not Amazon's serves all; North America is one."""
    if place.mws_host is None or host not in HOSTS:
        return place.mws_host is not None
    return place.mws_host == host or (place.region == "NA" and host == COMMON_HOST)


def _marketplaces(world: World, wire: Wire, params: Mapping[str, str]) -> tuple[str, ...]:
    """The marketplaces a request names; each must be served at the host asked and be one the seller takes part in."""
    host = wire.host.split(":")[0]
    named = []
    for name, value in params.items():
        if name.startswith(("MarketplaceId.Id.", "MarketplaceIdList.Id.")):
            place = MARKETPLACES.get(value)
            if place is None or value not in world.seller.participates or not _served(place, host):
                raise invalid(f"Invalid MarketplaceId: {value}")
            number = name.rpartition(".")[2]
            named.append((int(number) if number.isdigit() else 0, value))
    return tuple(value for _, value in sorted(named))


def _ping(world: World, wire: Wire) -> Answer:
    at = world.clock.at(world.clock.timestamp() + wire.skew)
    tree = ("PingResponse", (f'Timestamp timestamp="{iso(at)}"',))
    return Answer(200, write.document(tree), write.XML)


def _answer(world: World, wire: Wire) -> Answer:
    if wire.path == "/" and wire.method == "GET":
        return _ping(world, wire)
    pairs = _pairs(wire)
    params = dict(pairs)
    api = _api(wire, params)
    action = _action(wire, params)
    if len(wire.headers.get("user-agent", "")) > LONGEST_AGENT:
        raise _at_door(
            400, "UserAgentHeaderMaximumLengthExceeded", "The User-Agent header is longer than 500 characters."
        )
    _check_signature(world, wire, pairs)
    _check_seller(world, wire, params)
    headers = _spend(world, api, action)
    try:
        ask = Ask(
            operation=action,
            seller=world.seller.id,
            params=params,
            marketplaces=_marketplaces(world, wire, params),
            body=wire.body,
            headers=wire.headers,
            base=f"http://{wire.host}",
            region=world.seller.region,
            api=wire.path,
        )
        answer = (world.replay or HANDLERS[wire.path][action])(world, ask)
    except Refusal as error:
        error.headers.update(headers)
        raise
    return Answer(answer.status, answer.body, {**answer.headers, **headers})


FACE: Final = Face("mws", _name, _answer, write.refusal, write.stamp, write.FAULTS)

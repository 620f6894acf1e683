"""Login with Amazon: refresh tokens against access tokens that live an hour of real time.

The errors are those of the reference 2.1: `invalid_client` for id and secret alike, `invalid_grant` for the refresh
token, `invalid_scope`, `unauthorized_client`, `unsupported_grant_type`, `invalid_request`.
"""

import email.utils
import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

import msgspec

from sellersim.exchange import Answer, Face, Refusal, Wire, decoded
from sellersim.world import World

LIFE: Final = 3600
GRANTLESS: Final = "grantless-"
NO_STORE: Final = {"content-type": "application/json;charset=UTF-8", "cache-control": "no-store", "pragma": "no-cache"}
SCOPES: Final = frozenset(
    {
        "sellingpartnerapi::notifications",
        "sellingpartnerapi::client_credential:rotation",
        "sellingpartnerapi::shipments:track",
    }
)
FAULTS: Final = {
    "throttle": Refusal(429, "slow_down", "Too many requests."),
    "500": Refusal(500, "server_error", "The authorization server met an unexpected condition."),
    "denied": Refusal(400, "unauthorized_client", "The client is not authorized to request a token"),
    "503": Refusal(503, "temporarily_unavailable", "The authorization server is temporarily unavailable."),
}


def _seal(world: World, text: str) -> str:
    mark = hmac.new(world.seller.client_secret.encode(), text.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(mark).decode().rstrip("=")


def issue(world: World, *, grantless: bool = False) -> str:
    """A fresh access token; its end stands in it, sealed, and whether it is of no seller."""
    text = f"{GRANTLESS if grantless else ''}{world.uuid()}.{world.clock.real() + LIFE:.3f}"
    return f"Atza|{text}.{_seal(world, text)}"


def prove(world: World, wire: Wire) -> None:
    """Refuse a request whose access token is missing, strange, revoked or older than an hour (403, as at Amazon)."""
    text, _, mark = wire.headers.get("x-amz-access-token", "").removeprefix("Atza|").rpartition(".")
    details = ""
    if not wire.headers.get("x-amz-access-token"):
        details = "Access token is missing in the request header."
    elif not hmac.compare_digest(mark.encode(), _seal(world, text).encode()):
        details = "The access token you provided is revoked, malformed or invalid."
    elif text.startswith(GRANTLESS):  # no operation of the simulator takes one
        details = "The access token you provided is not authorized for this operation."
    elif wire.expired:
        world.revoked.add(text)
    if text in world.revoked or (not details and float(text.split(".", 1)[1]) <= world.clock.real()):
        details = "The access token you provided has expired."
    if details:
        raise Refusal(403, "Unauthorized", "Access to requested resource is denied.", details=details)


def _client(world: World, form: Mapping[str, str]) -> None:
    known = form.get("client_id") == world.seller.client_id
    if not known or not hmac.compare_digest(
        form.get("client_secret", "").encode(), world.seller.client_secret.encode()
    ):
        raise Refusal(401, "invalid_client", "Client authentication failed")


def _granted(world: World, form: Mapping[str, str]) -> dict[str, object]:
    token = issue(world, grantless=form.get("grant_type") == "client_credentials")
    granted: dict[str, object] = {"access_token": token, "token_type": "bearer", "expires_in": LIFE}
    match form.get("grant_type"):
        case "refresh_token":
            if form.get("refresh_token") != world.seller.refresh_token:
                raise Refusal(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
            granted["refresh_token"] = world.seller.refresh_token
        case "client_credentials":
            if form.get("scope") not in SCOPES:
                raise Refusal(400, "invalid_scope", "The request has an invalid scope parameter")
        case "authorization_code":
            raise Refusal(400, "invalid_grant", "The request has an invalid grant parameter : code")
        case _:
            raise Refusal(400, "unsupported_grant_type", "The grant type is not supported by the server")
    return granted


def _answer(world: World, wire: Wire) -> Answer:
    kind = wire.headers.get("content-type", "").partition(";")[0].strip().lower()
    if wire.method != "POST" or kind != "application/x-www-form-urlencoded":
        raise Refusal(400, "invalid_request", "The request is no form-encoded POST")
    form = dict(decoded(wire.body.decode("utf-8", "replace")))
    if not form.get("grant_type"):
        raise Refusal(400, "invalid_request", "The request is missing a required parameter : grant_type")
    _client(world, form)
    if wire.expired:
        raise Refusal(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
    return Answer(200, msgspec.json.encode(_granted(world, form)), NO_STORE)


def _refusal(world: World, wire: Wire, error: Refusal) -> Answer:
    body = {"error": error.code, "error_description": error.message, "error_index": "", "request_id": world.uuid()}
    return Answer(error.status, msgspec.json.encode(body), NO_STORE)


def _stamp(world: World, wire: Wire) -> Mapping[str, str]:
    return {
        "date": email.utils.formatdate(world.clock.timestamp() + wire.skew, usegmt=True),
        "x-amzn-requestid": world.uuid(),
    }


FACE: Final = Face("token", lambda wire: "token", _answer, _refusal, _stamp, FAULTS)

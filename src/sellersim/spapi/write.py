"""SP-API's answers: JSON bodies, the error list, the headers every answer carries."""

import email.utils
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sellersim.exchange import Answer, Refusal, Wire
from sellersim.world import World

JSON: Final = {"content-type": "application/json"}

#: The refusals that faults bring about.
FAULTS: Final = {
    "throttle": Refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource."),
    "500": Refusal(500, "InternalFailure", "We encountered an internal error. Please try again."),
    "denied": Refusal(403, "Unauthorized", "Access to requested resource is denied."),
    "503": Refusal(503, "ServiceUnavailable", "Service is temporarily unavailable. Please try again later."),
}


def json_answer(status: int, value: object) -> Answer:
    """`value` as a JSON body."""
    return Answer(status, msgspec.json.encode(value), JSON)


def refusal(world: World, wire: Wire, error: Refusal) -> Answer:
    """The error list that SP-API answers with (reference: errors[].code, message, details)."""
    body = {"errors": [{"code": error.code, "message": error.message, "details": error.details}]}
    return Answer(error.status, msgspec.json.encode(body), {**JSON, **error.headers})


def stamp(world: World, wire: Wire) -> Mapping[str, str]:
    """Date and request id."""
    return {
        "date": email.utils.formatdate(world.clock.timestamp() + wire.skew, usegmt=True),
        "x-amzn-requestid": world.uuid(),
    }


def without_nothing(value: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without its members that are None."""
    return {name: member for name, member in value.items() if member is not None}

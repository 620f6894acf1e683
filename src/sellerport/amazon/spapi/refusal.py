"""What an SP-API answer that is no success means. Facts: Amazon's model of `ErrorList` and the documentation of each status."""

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from sellerport.amazon.exchange import Refusal
from sellerport.amazon.http import Answer, unlike
from sellerport.amazon.xml import start
from sellerport.errors import Denied, InvalidParameters, Rejected, Throttled, Unavailable

T = TypeVar("T")
MOST = 5  # errors of an answer that are told
_ROLE = "Check the account's roles, that the seller's authorisation is still valid, and the marketplace's region."


def refusal(answer: Answer) -> Refusal | None:
    """The error that the answer means, with Amazon's code, message and request id; None for a success."""
    if 200 <= answer.status < 300:
        return None
    code, message = _said(answer)
    facts: dict[str, Any] = {"code": code, "request_id": answer.request_id, "status": answer.status}
    match answer.status:
        case 400 if code:
            return InvalidParameters(message, **facts)
        case 401 | 403:
            return Denied(message, **facts, hint=_ROLE)
        case 429:
            return Throttled(message, **facts)
        case status if status >= 500:
            return Unavailable(message, **facts)
    return Rejected(message, **facts)


def _said(answer: Answer) -> tuple[str, str]:
    """The first error's code, and the messages of all; for anything else the first bytes as the message.

    What stands before the API answers `{"message": …}`, with the kind of error in a header.
    """
    try:
        body = msgspec.json.decode(answer.body)
        if isinstance(body.get("message"), str) and "errors" not in body:
            kind = answer.headers.get("x-amzn-errortype", "").partition(":")[0]
            return "", f"{kind}: {body['message']}" if kind else body["message"]
        return str(body["errors"][0].get("code", "")), "; ".join(map(_message, body["errors"][:MOST]))
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return "", f"an answer that is no SP-API error; it begins {start(answer.body)}"


def shaped(answer: Answer, kind: type[T]) -> T:
    """The answer's JSON as a `kind`; Rejected where it is of another shape."""
    try:
        return msgspec.convert(json_of(answer), kind)
    except msgspec.ValidationError as error:
        raise unlike(answer, f"is of another shape than Amazon's model ({error})") from None


def _message(error: dict[str, Any]) -> str:
    """An error's message with its details."""
    return f"{error.get('message', '')}" + (f" {error['details']}" if error.get("details") else "")


_exact = msgspec.json.Decoder(float_hook=Decimal)


def json_of(answer: Answer, *, exact: bool = False) -> dict[str, Any]:
    """The answer's JSON object; Rejected where it is none. `exact` keeps the spelling of broken numbers, as Decimals."""
    try:
        body = _exact.decode(answer.body) if exact else msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(f"the answer is not JSON: {error}; it begins {start(answer.body)}") from None
    if not isinstance(body, dict):
        raise Rejected(f"the answer is no JSON object; it begins {start(answer.body)}")
    return body

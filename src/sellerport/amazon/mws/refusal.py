"""What an MWS answer that is no success means. Facts: MWS developer guide, *Errors*, and the pages of each API."""

from typing import Any

from sellerport.amazon.exchange import Refusal
from sellerport.amazon.http import Answer
from sellerport.amazon.xml import Node, local, parse, start
from sellerport.errors import Denied, InvalidParameters, Rejected, Throttled, Unavailable

_INPUT = {
    "InvalidParameterValue",
    "InvalidParameterCombination",
    "MissingParameter",
    "InvalidQueryParameter",
    "ValidationError",
    "InputDataError",
    "InvalidFeedType",
    "InvalidRequest",
    "ContentMD5Missing",
    "ContentMD5DoesNotMatch",
    "InputStreamDisconnected",
}
_ACCOUNT = {
    "AccessDenied": "Check the seller id and the MWS auth token.",
    "InvalidAccessKeyId": "Check the MWS access key.",
    "SignatureDoesNotMatch": "Check the MWS secret key.",
    "RequestExpired": "The clock of this machine is wrong, or the request waited too long.",
    "InvalidClientTokenId": "Check the MWS access key.",
    "MissingClientTokenId": "Check the MWS access key.",
    "AccessToFeedProcessingResultDenied": "The feed belongs to another seller.",
}
_THROTTLED = {"RequestThrottled", "QuotaExceeded"}
_DOWN = {"InternalError", "RetriableInternalError", "ServiceUnavailable", "InternalFailure"}


def refusal(answer: Answer) -> Refusal | None:
    """The error that the answer means, with Amazon's code, message and request id; None for a success."""
    if answer.status == 200:
        return None
    code, message, request = _said(answer)
    facts: dict[str, Any] = {"code": code, "request_id": request or answer.request_id, "status": answer.status}
    if code in _THROTTLED or answer.status == 429:
        return Throttled(message, **facts)
    if code in _INPUT and answer.status < 500:
        return InvalidParameters(message, **facts)
    if code in _ACCOUNT or (answer.status in (401, 403) and not code):
        return Denied(message, **facts, hint=_ACCOUNT.get(code, ""))
    if code in _DOWN or (answer.status >= 500 and code != "NonRetriableInternalError"):
        return Unavailable(message, **facts)
    if answer.status in (401, 403):
        return Denied(message, **facts)
    return Rejected(message, **facts)


def _said(answer: Answer) -> tuple[str, str, str]:
    """Code, message and request id out of an ErrorResponse; for anything else the first bytes as the message."""
    try:
        root = parse(answer.body)
    except Rejected as unreadable:
        return "", unreadable.message, ""
    found = {local(node): (node.text or "").strip() for node in root.iter() if isinstance(node, Node) and not len(node)}
    if "Code" not in found:
        return "", f"an answer that is no MWS error; it begins {start(answer.body)}", ""
    return found["Code"], found.get("Message", ""), found.get("RequestID") or found.get("RequestId") or ""

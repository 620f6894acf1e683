"""Misbehaviour on order, and the account of what is still owed.

A fault is ordered for an operation (or `*`) and a number of times. It is settled by the requests that run into it; a
test reads `owed()` at its end and fails if something ordered never happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: kind -> what the caller sees. The wire kinds are applied by the app, the others by whoever takes them.
WIRE = {
    "throttle": "the face's throttling answer",
    "500": "the face's internal error",
    "503": "the face's service-unavailable error",
    "html": "status 503 with an HTML page",
    "reset": "the connection is cut before anything is done",
    "slow": "the answer comes `seconds` late",
    "garbage": "status 200 with an HTML page, or with the text `body`",
    "truncated": "the right answer, its second half missing",
    "denied": "the account may not do this: SP-API's 403, MWS's 401",
    "expired-token": "the token counts as expired",
    "wrong-clock": "Amazon's clock is `seconds` ahead for this request",
    "lost-reply": "the work is done, the reply never arrives",
}
PROCESSING = {
    "fatal": "a feed ends FATAL, without a report unless `report` is true",
    "cancelled": "a feed ends CANCELLED before it starts",
    "stuck": "a feed stays in progress until the world is reset; MWS shows the option `status` in the meantime",
}
#: Taken by the operation "processing" too, when a report is written.
REPORTING = {
    "charset": "a report in windows-1252, or in the option `charset`",
    "tab-separated": "a report as tab-separated text",
}
#: Taken where a document is handed out: getFeedDocument, createFeedDocument, GetFeedSubmissionResult.
DOCUMENTS = {
    "gzip-flag": "getFeedDocument says GZIP, the bytes are plain",
    "gzip-bytes": "the bytes are packed, getFeedDocument does not say so",
    "expired-url": "a presigned address that has expired already",
    "wrong-md5": "a report whose Content-MD5 is another's",
}
HANDING_OUT = ("getFeedDocument", "createFeedDocument", "GetFeedSubmissionResult")
KINDS = WIRE | PROCESSING | REPORTING | DOCUMENTS


@dataclass(slots=True)
class Fault:
    """One order: for `operation` (or `*`), `count` times, after `skip` matching requests; `options` by kind."""

    operation: str
    kind: str
    count: int = 1
    skip: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def seconds(self, default: float) -> float:
        """The option `seconds`."""
        return float(self.options.get("seconds", default))


class Faults:
    """The orders not yet settled, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, operation: str, kind: str, *, count: int = 1, skip: int = 0, **options: Any) -> None:
        """Order `count` faults of `kind` on `operation`; the first `skip` matching requests pass unharmed."""
        if kind not in KINDS:
            raise ValueError(f"kind: {kind!r} is none of {', '.join(KINDS)}")
        if count < 1 or skip < 0:
            raise ValueError(f"count, skip: {count}, {skip} are no counts")
        if operation != "*" and (operation == "processing") != (kind in PROCESSING or kind in REPORTING):
            raise ValueError(f"operation: {kind} never happens at {operation}")
        if kind in DOCUMENTS and operation not in ("*", *HANDING_OUT):
            raise ValueError(f"operation: {kind} never happens at {operation}, only at {', '.join(HANDING_OUT)}")
        self._orders.append(Fault(operation, kind, count, skip, options))

    def take(self, operation: str, kinds: Mapping[str, str] = WIRE) -> Fault | None:
        """The fault this request runs into, one less owed; None where nothing is owed."""
        for fault in self._orders:
            if fault.operation not in (operation, "*") or fault.kind not in kinds:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.count -= 1
            self._orders = [f for f in self._orders if f.count]
            return fault
        return None

    def owed(self) -> Sequence[Mapping[str, Any]]:
        """What was ordered and has not happened yet."""
        return [{"operation": f.operation, "kind": f.kind, "count": f.count, **f.options} for f in self._orders]

    def clear(self) -> None:
        """Forget every order."""
        self._orders = []

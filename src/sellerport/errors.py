"""Every error that a caller may meet, grouped by what he should do next.

    SellerportError
    ├── InputError            fix the flow: the message, the fields or the command line     exit 64
    │   └── InvalidParameters Amazon calls the parameters invalid: its code, message, request id
    ├── AmazonError           read Amazon's words: code, message and request id             exit 69
    │   ├── Rejected          Amazon will not do it, or its answer cannot be read           exit 69
    │   ├── FeedFailed        a feed ended without a report                                 exit 69
    │   ├── Denied            fix the account: key, token, role or region                   exit 77
    │   └── Retriable         try later                                                     exit 75
    │       ├── Throttled     a quota is used up
    │       └── Unavailable   Amazon or the line to it is down
    └── Stopped               the run was told to end; nothing is lost, run it again        exit 75

Anything else that reaches a runtime is a bug in Sellerport (exit 70).
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar


class Problem(NamedTuple):
    """One thing that is wrong with an input: where (`body: $.messages[0].sku`) and what was expected."""

    where: str
    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text} - at {self.path}"


class SellerportError(Exception):
    """What every error of Sellerport is. `exit_code` is the command line's."""

    exit_code = 70


class InputError(SellerportError):
    """The caller's input is wrong; nothing was sent. `problems` lists everything that was found.

    `readable` is what of the input could be read all the same, so that its meaning can be checked too.
    """

    exit_code = 64

    def __init__(self, problems: str | Iterable[Problem], *, readable: object = None) -> None:
        self.readable = readable
        self.problems = () if isinstance(problems, str) else tuple(problems)
        super().__init__(problems if isinstance(problems, str) else "\n".join(map(str, self.problems)))


def told(message: str, *, code: str, request_id: str, status: int, hint: str) -> str:
    """Amazon's refusal as one line: code, message, status, request id, and what to do."""
    facts = [f"HTTP {status}" if status else "", f"request id {request_id}" if request_id else ""]
    known = ", ".join(fact for fact in facts if fact)
    text = f"{code}: {message}" if code else message
    return text + (f" ({known})" if known else "") + (f" {hint}" if hint else "")


class AmazonError(SellerportError):
    """Amazon's own refusal: `code` and `message` as Amazon wrote them, `request_id` for its support, HTTP `status`."""

    exit_code = 69

    def __init__(self, message: str, *, code: str = "", request_id: str = "", status: int = 0, hint: str = "") -> None:
        self.message, self.code, self.request_id, self.status, self.hint = message, code, request_id, status, hint
        super().__init__(message)

    def __str__(self) -> str:
        return told(self.message, code=self.code, request_id=self.request_id, status=self.status, hint=self.hint)


class InvalidParameters(InputError):
    """Amazon calls the request's parameters invalid; what the caller gave has to change."""

    def __init__(self, message: str, *, code: str = "", request_id: str = "", status: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.code, self.request_id, self.status, self.hint = message, code, request_id, status, hint

    def __str__(self) -> str:
        return told(self.message, code=self.code, request_id=self.request_id, status=self.status, hint=self.hint)


class Rejected(AmazonError):
    """Amazon will not do it, or its answer cannot be read; repeating it will not help."""


class FeedFailed(AmazonError):
    """A feed ended as FATAL or CANCELLED without a report."""


Turned = TypeVar("Turned", bound=AmazonError)


def turned(error: AmazonError | InvalidParameters, kind: type[Turned]) -> Turned:
    """Amazon's refusal as an error of another kind."""
    facts = {"code": error.code, "request_id": error.request_id, "hint": error.hint}
    return kind(error.message, status=error.status, **facts)


class Denied(AmazonError):
    """The account may not: a wrong or expired key or token, a missing role, another region, a skewed clock."""

    exit_code = 77


class Retriable(AmazonError):
    """The same call may succeed later."""

    exit_code = 75


class Throttled(Retriable):
    """A quota is used up. `wait` is the number of seconds after which a call is worth making, where that is known."""

    def __init__(
        self, message: str, *, code: str = "", request_id: str = "", status: int = 0, hint: str = "", wait: float = 0.0
    ) -> None:
        super().__init__(message, code=code, request_id=request_id, status=status, hint=hint)
        self.wait = wait


class Unavailable(Retriable):
    """Amazon, or the line to it, was down for longer than the client tries. `given_up` says that it tried again before."""

    given_up = False


class Stopped(SellerportError):
    """The run was told to end while it waited. Nothing is lost: the same call goes on where it was."""

    exit_code = 75

"""SP-API's front door: finds the operation, proves the token, checks marketplaces and quota, then lets the handler work.

Order of checks: address, token, body size and type, marketplaces, quota, handler. An unknown path is a 403, as at
Amazon.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from sellersim.exchange import Answer, Ask, Face, Refusal, Wire
from sellersim.quota import Verdict
from sellersim.world import World

from . import token, write
from .params import invalid
from .region import denied, marketplaces, region_of
from .table import OPERATIONS, Operation

LARGEST_BODY: Final = 10 * 1024 * 1024
#: Statuses whose answers tell the rate (reference: 20x, 400, 404).
TELLS_RATE: Final = frozenset({200, 201, 202, 204, 400, 404})


@lru_cache
def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _match(template: Sequence[str], path: Sequence[str]) -> dict[str, str] | None:
    if len(template) != len(path):
        return None
    found: dict[str, str] = {}
    for name, part in zip(template, path, strict=True):
        if name.startswith("{"):
            if not part:
                return None
            found[name[1:-1]] = unquote(part)
        elif name != part:
            return None
    return found


def operation_of(wire: Wire) -> tuple[Operation, dict[str, str]] | None:
    """The operation at this method and path, and the decoded parts of the path."""
    path = wire.path.split("/")
    for operation in OPERATIONS:
        if operation.method == wire.method:
            parts = _match(_segments(operation.path), path)
            if parts is not None:
                return operation, parts
    return None


def _name(wire: Wire) -> str:
    found = operation_of(wire)
    return found[0].name if found else "unknown"


def _params(wire: Wire) -> dict[str, str]:
    params: dict[str, str] = {}
    for name, value in wire.pairs():
        if name in params:
            raise invalid(f"Parameter '{name}' is repeated; values of a list are joined by commas.")
        params[name] = value
    return params


def _check_body(wire: Wire) -> None:
    if len(wire.body) > LARGEST_BODY:
        raise Refusal(413, "RequestTooLarge", "The request size exceeds the maximum accepted size.")
    kind = wire.headers.get("content-type", "").partition(";")[0].strip().lower()
    if wire.body and kind != "application/json":
        raise Refusal(415, "UnsupportedMediaType", "The request payload is in an unsupported format.")


def _spend(world: World, operation: Operation, ask: Ask) -> Verdict | None:
    bucket, quota = operation.quota(ask)
    verdict = world.quotas.spend(("spapi", bucket, ask.seller), world.quotas.plans.get(bucket, quota))
    if verdict and verdict.refused:
        throttle = write.FAULTS["throttle"]
        raise Refusal(throttle.status, throttle.code, throttle.message)
    return verdict


def rate_header(verdict: Verdict | None, status: int) -> Mapping[str, str]:
    """The rate that is enforced now, where the answer's status tells it."""
    return {"x-amzn-ratelimit-limit": f"{verdict.rate:.10g}"} if verdict and status in TELLS_RATE else {}


def _answer(world: World, wire: Wire) -> Answer:
    found = operation_of(wire)
    if found is None:
        raise denied()
    operation, parts = found
    token.prove(world, wire)
    _check_body(wire)
    params = _params(wire)
    region = region_of(world, wire)
    named = params.get(operation.marketplace_parameter)
    ask = Ask(
        operation=operation.name,
        seller=world.seller.id,
        params=params,
        path=parts,
        marketplaces=marketplaces(world, region, named.split(",") if named else ()),
        body=wire.body,
        headers=wire.headers,
        base=f"http://{wire.host}",
        region=region,
    )
    verdict = _spend(world, operation, ask)
    try:
        answer = (world.replay or operation.handle)(world, ask)
    except Refusal as error:
        error.headers.update(rate_header(verdict, error.status))
        raise
    return Answer(answer.status, answer.body, {**answer.headers, **rate_header(verdict, answer.status)})


FACE: Final = Face("spapi", _name, _answer, write.refusal, write.stamp, write.FAULTS)

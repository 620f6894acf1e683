"""The platform's one-off calls: verify an account, describe a function's input, look choices up. The result is posted back.

Source: elasticio-sailor-nodejs 2.7.8, lib/service.js. A component's error is a result like any other: the exit code is 0.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from sellerport.runtimes.sailor.loading import Load, function_of
from sellerport.runtimes.sailor.log import Log, take_events
from sellerport.runtimes.sailor.outcome import Failure
from sellerport.runtimes.sailor.rest import Answer, LineLost, Rest, basic, repeated
from sellerport.runtimes.sailor.settings import PREFIX, whole_number
from sellerport.runtimes.sailor.step import function_env
from sellerport.runtimes.sailor.text import decoded, encoded

METHODS = ("verifyCredentials", "getMetaModel", "selectModel")


class Unsendable(Exception):
    """The result cannot be given back."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as the platform asks it."""

    method: str
    cfg: Mapping[str, Any] = field(repr=False)
    function: str
    model: str


async def serve(method: str, load: Load, *, env: Mapping[str, str], log: Log) -> int:
    """Answers one call; the exit code: 0 once the result is delivered, 1 where it cannot be."""
    try:
        await _delivered(await _answer(method, load, env=env, log=log), env)
    except Unsendable as error:
        log.fatal("processService.catch", error)
        return 1
    except LineLost as error:
        log.error("The result could not be posted", error)
        try:
            await _delivered({"status": "error", "data": {"message": str(error)}}, env)
        except (Unsendable, LineLost) as again:
            log.fatal("processService.catch", again)
        return 1
    return 0


async def _answer(method: str, load: Load, *, env: Mapping[str, str], log: Log) -> dict[str, Any]:
    if not env.get(PREFIX + "POST_RESULT_URL"):
        raise Unsendable("ELASTICIO_POST_RESULT_URL is not provided")
    try:
        result = await _result(_asked(method, env), load, env=env, log=log)
    except Exception as error:
        log.error("The call failed", error)
        return {"status": "error", "data": {"message": str(error)}}
    return {"status": "success", "data": result}


def _asked(method: str, env: Mapping[str, str]) -> Asked:
    """The call, or the first thing that is missing of it."""
    if method not in METHODS:
        raise Failure(f'Unknown service method "{method}"')
    needed = ["CFG", "API_URI", "API_USERNAME", "API_KEY"]
    needed += ["ACTION_OR_TRIGGER"] if method != "verifyCredentials" else []
    needed += ["GET_MODEL_METHOD"] if method == "selectModel" else []
    for name in needed:
        if not env.get(PREFIX + name):
            raise Failure(f"{PREFIX}{name} is not provided")
    try:
        cfg = decoded(env[PREFIX + "CFG"].encode())
    except ValueError:
        raise Failure("Unable to parse CFG") from None
    function, model = env.get(PREFIX + "ACTION_OR_TRIGGER", ""), env.get(PREFIX + "GET_MODEL_METHOD", "")
    return Asked(method, cfg if isinstance(cfg, dict) else {}, function, model)


async def _result(asked: Asked, load: Load, *, env: Mapping[str, str], log: Log) -> Any:
    component = load()
    take_events(log)
    known = function_env(component, env, sample=True)
    try:
        if asked.method == "verifyCredentials":
            return await _verified(component.verify, asked.cfg, known, log)
        function, cfg = function_of(component, asked.function), copy.deepcopy(dict(asked.cfg))
        if asked.method == "selectModel":
            if asked.model not in function.models:
                raise _no_method(asked.model, asked.function)
            return dict(await function.models[asked.model](cfg, known))
        if function.metadata is None:
            raise _no_method("getMetaModel", asked.function)
        return dict(function.metadata(cfg))
    finally:
        await component.close()


def _no_method(name: str, function: str) -> Failure:
    return Failure(f'Method "{name}" is not found in "{function}" action or trigger')


async def _verified(verify: Any, cfg: Mapping[str, Any], env: Mapping[str, str], log: Log) -> dict[str, Any]:
    """Only an error says that the credentials are wrong."""
    try:
        warnings = await verify(cfg, env) if verify is not None else None
    except Exception as error:
        log.error("The credentials could not be verified", error)
        return {"verified": False, "reason": str(error)}
    for warning in warnings or ():
        log.warn(str(warning))
    return {"verified": True}


async def _delivered(result: dict[str, Any], env: Mapping[str, str]) -> None:
    """Posts the result; Unsendable where the platform does not take it, LineLost where it is not there."""
    url, headers = _place(env[PREFIX + "POST_RESULT_URL"])
    attempts = whole_number(env.get(PREFIX + "API_REQUEST_RETRY_ATTEMPTS"))
    delay = whole_number(env.get(PREFIX + "API_REQUEST_RETRY_DELAY"))
    rest, body = Rest(), encoded(result)

    async def attempt() -> Answer:
        return await rest.send("POST", url, headers=headers, body=body)

    try:
        answer = await repeated(attempt, attempts=attempts, delay=lambda tried: delay / 1000)
    finally:
        rest.close()
    if answer.status >= 500:
        raise LineLost(f"Request failed with status code {answer.status}")
    if answer.status != 200:
        raise Unsendable(f"Failed to POST data to {url} ({answer.status})")


def _place(url: str) -> tuple[str, dict[str, str]]:
    """The address without its credentials, and the headers with them."""
    parts = urlsplit(url)
    headers = {"Content-Type": "application/json", "Connection": "Keep-Alive"}
    if parts.username:
        headers["Authorization"] = basic(unquote(parts.username), unquote(parts.password or ""))
        parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return urlunsplit(parts), headers

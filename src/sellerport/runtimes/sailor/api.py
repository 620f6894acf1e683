"""What the platform's API gives and takes: the step's data, the startup hook's state, an account's keys.

Source: elasticio-rest-node 2.0.0 and elasticio-sailor-nodejs 2.7.8, lib/hooksData.js.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sellerport.runtimes.sailor.own import OwnError
from sellerport.runtimes.sailor.rest import Answer, LineLost, Rest, basic, repeated
from sellerport.runtimes.sailor.settings import Settings
from sellerport.runtimes.sailor.text import decoded, encoded


class Refused(OwnError):
    """The platform's API answered with an error, in its words; `status` is 0 where it did not answer."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class StepData:
    """How the step is configured: `config` is its fields and its account's credentials, flat."""

    config: Mapping[str, Any] = field(default_factory=dict, repr=False)
    snapshot: Any = field(default=None, repr=False)
    is_passthrough: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Api:
    """The platform's API as one step's user."""

    def __init__(self, settings: Settings, rest: Rest) -> None:
        self._settings, self._rest = settings, rest
        self._base = settings.api_uri.rstrip("/")
        self._headers = {
            "Authorization": basic(settings.api_username, settings.api_key),
            "Connection": "Keep-Alive",
            "Accept": "application/json",
        }

    async def step(self) -> StepData:
        """The step's data as they are now."""
        settings = self._settings
        path = f"/v1/tasks/{settings.flow_id}/steps/{settings.step_id}"
        facts = _value(await self._asked("GET", path, attempts=settings.step_attempts, delay=settings.step_delay))
        if not isinstance(facts, dict):
            raise Refused("the platform has no data of this step")
        return StepData(
            config=facts.get("config") or {},
            snapshot=facts.get("snapshot") or {},
            is_passthrough=facts.get("is_passthrough") is True,
            variables=facts.get("variables") or {},
        )

    async def update_account(self, account: str, keys: Mapping[str, Any]) -> None:
        """Stores new values for the account's credentials."""
        settings = self._settings
        path, body = f"/v1/accounts/{account}", encoded({"keys": keys})
        await self._asked("PUT", path, body, attempts=settings.step_attempts, delay=settings.step_delay)

    async def startup_state(self, method: str, state: Any = None) -> Any:
        """POST stores what the startup hook returned, GET reads it, DELETE forgets it."""
        settings = self._settings
        path = f"/sailor-support/hooks/task/{settings.flow_id}/startup/data"
        attempts, delay = settings.api_request_retry_attempts, settings.api_request_retry_delay
        body = encoded(state) if method == "POST" else None
        return _value(await self._asked(method, path, body, attempts=attempts, delay=delay, words=_reason))

    async def _asked(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        attempts: int,
        delay: int,
        words: Callable[[Answer], str] | None = None,
    ) -> Answer:
        headers = self._headers | ({"Content-Type": "application/json"} if body is not None else {})

        async def attempt() -> Answer:
            return await self._rest.send(method, self._base + path, headers=headers, body=body)

        try:
            answer = await repeated(attempt, attempts=attempts, delay=lambda tried: delay / 1000)
        except LineLost as error:
            raise Refused(f"{method} {path}: {error}") from None
        if answer.status >= 400:
            raise Refused((words or _words)(answer), answer.status)
        return answer


def _value(answer: Answer) -> Any:
    try:
        return decoded(answer.body) if answer.body else None
    except ValueError:
        return None


def _words(answer: Answer) -> str:
    """The whole answer, as the original tells it."""
    value = _value(answer)
    text = encoded(value).decode() if isinstance(value, dict | list) else answer.body.decode(errors="replace")
    return text or f"HTTP {answer.status}"


def _reason(answer: Answer) -> str:
    """The answer's `error`, which is all that the original tells of the hooks' state."""
    value = _value(answer)
    return str(value["error"]) if isinstance(value, dict) and isinstance(value.get("error"), str) else _words(answer)

"""The platform's variables as values: names, defaults and readings as the platform's own runtime has them.

A field's name is the variable's, without `ELASTICIO_` and in small letters. Whole numbers are read as JavaScript's
parseInt reads them, and 0 or no number means the default; a switch is off when absent, empty or `false`, else on.
Source: elasticio-sailor-nodejs 2.7.8, lib/settings.js.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

PREFIX = "ELASTICIO_"
SAMPLE = "debug"


class Missing(Exception):
    """A variable that the platform always sets is not there."""


def _messages() -> Any:
    """A variable that only a step that works on messages needs."""
    return field(default="", metadata={"messages": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that the step process is told by its environment. Passwords and keys stay out of the repr."""

    flow_id: str
    exec_id: str
    step_id: str
    container_id: str
    workspace_id: str
    user_id: str
    comp_id: str
    function: str
    api_uri: str
    api_username: str
    api_key: str = field(repr=False)

    amqp_uri: str = field(default="", repr=False, metadata={"messages": True})
    listen_messages_on: str = _messages()
    publish_messages_to: str = _messages()
    data_routing_key: str = _messages()
    error_routing_key: str = _messages()
    rebound_routing_key: str = _messages()
    snapshot_routing_key: str = _messages()
    message_crypto_iv: str = field(default="", repr=False, metadata={"messages": True})
    message_crypto_password: str = field(default="", repr=False, metadata={"messages": True})

    hook_shutdown: bool = False
    startup_required: bool = False
    component_path: str = ""
    flow_type: str = ""
    rabbitmq_prefetch_sailor: int = 1
    rebound_initial_expiration: int = 15_000
    rebound_limit: int = 20
    api_request_retry_attempts: int = 3
    api_request_retry_delay: int = 100
    data_rate_limit: int = 10
    error_rate_limit: int = 2
    snapshot_rate_limit: int = 2
    rate_interval: int = 100
    process_amqp_drain: bool = True
    amqp_publish_retry_delay: int = 100
    amqp_publish_retry_attempts: int = 2**63
    amqp_publish_max_retry_delay: int = 300_000
    amqp_persistent_messages: bool = False
    amqp_reconnect_attempts: int = 3
    amqp_reconnect_timeout: int = 100
    wait_messages_timeout: int = 50
    outgoing_message_size_limit: int = 10_485_760
    no_self_passtrhough: bool = False
    protocol_version: int = 1
    no_error_replies: bool = False
    input_format: str = "default"
    object_storage_uri: str = ""
    object_storage_token: str = field(default="", repr=False)
    object_storage_size_threshold: int = 1_048_576
    emit_lightweight_message: bool = False

    step_attempts: int = 3
    step_delay: int = 1000
    more_headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def sample(self) -> bool:
        """Whether the platform runs this step to show its user a sample."""
        return self.flow_type == SAMPLE


def settings_of(env: Mapping[str, str]) -> Settings:
    """The settings in that environment; Missing names the first mandatory variable that is not there."""
    shutdown = _switch(env.get(PREFIX + "HOOK_SHUTDOWN"), False)
    values = {f.name: _value(f, env, shutdown=shutdown) for f in fields(Settings) if f.name not in _DERIVED}
    values |= _step_request(env)
    return Settings(**values, more_headers=_more_headers(env))


_DERIVED = ("step_attempts", "step_delay", "more_headers")


def _value(fact: "Field[Any]", env: Mapping[str, str], *, shutdown: bool) -> Any:
    name = PREFIX + fact.name.upper()
    text, default = env.get(name), fact.default
    if default is MISSING or (fact.metadata.get("messages") and not shutdown):
        if not text:
            raise Missing(f"{name} is missing")
        return text
    if fact.metadata.get("messages"):
        return ""
    if isinstance(default, bool):
        return _switch(text, default)
    if isinstance(default, int):
        return whole_number(text) or default
    return text or default


def _switch(text: str | None, default: bool) -> bool:
    return default if text is None else text not in ("", "false")


def whole_number(text: str | None) -> int:
    """The whole number that the text begins with, 0 where there is none."""
    found = re.match(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)", text or "")
    return int(found[1] + found[2], 0 if found[2][:2] in ("0x", "0X") else 10) if found else 0


def _step_request(env: Mapping[str, str]) -> dict[str, int]:
    """How often the step's data are asked for: three times, a second apart, unless the environment says otherwise."""
    attempts = whole_number(env.get(PREFIX + "API_REQUEST_RETRY_ATTEMPTS"))
    delay = whole_number(env.get(PREFIX + "API_REQUEST_RETRY_DELAY"))
    return {"step_attempts": attempts or 3, "step_delay": delay or 1000}


def _more_headers(env: Mapping[str, str]) -> dict[str, str]:
    """The variables that the flow wants in every header, under their names in camel case; absent ones are left out."""
    names = [name.strip() for name in env.get(PREFIX + "ADDITIONAL_VARS_FOR_HEADERS", "").split(",")]
    return {camel_case(name.removeprefix(PREFIX)): env[name] for name in names if name in env}


def camel_case(name: str) -> str:
    """`someHeader2Go` for `SOME_HEADER_2_GO`."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+", name)
    return "".join(words[:1]).lower() + "".join(word.capitalize() for word in words[1:])

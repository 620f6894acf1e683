"""Log lines on stderr: `event key=value`, with secrets taken out of every text."""

import contextvars
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import stamina.instrumentation
import structlog

_SECRETS: contextvars.ContextVar[list[str]] = contextvars.ContextVar("secrets")  # one list a command, its tasks' too


def configure(stream: TextIO) -> None:
    """Send all log lines to the stream; what retries is told by the client itself."""
    _SECRETS.set([])
    stamina.instrumentation.set_on_retry_hooks([])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            _clean,
            structlog.dev.ConsoleRenderer(colors=stream.isatty(), pad_event_to=24),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def hide(secrets: Iterable[Any]) -> None:
    """Keep these values out of all that is said from now on."""
    _SECRETS.get().extend(secret for secret in secrets if isinstance(secret, str) and len(secret) > 5)


def scrubbed(text: str) -> str:
    """The text without secrets."""
    for secret in _SECRETS.get():
        text = text.replace(secret, "…")
    return text


def _clean(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: scrubbed(value) if isinstance(value, str) else value for name, value in event.items()}


def is_terminal() -> bool:
    """Whether somebody watches stderr."""
    return sys.stderr.isatty()

"""The platform's log: one JSON object a line on stdout, in the fields and levels of its own runtime (bunyan, v 0).

Nothing else is printed: what the standard library's loggers, warnings and uncaught errors have to say becomes a line too.
"""

import io
import logging
import os
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sellerport.errors import InputError
from sellerport.runtimes.sailor.outcome import told

TRACE, DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50, 60
_LEVELS = {"trace": TRACE, "debug": DEBUG, "info": INFO, "warn": WARN, "error": ERROR, "fatal": FATAL}
_IDENTITY = (
    *("API_USERNAME", "COMP_ID", "COMP_NAME", "CONTAINER_ID", "CONTRACT_ID", "EXEC_ID", "EXEC_TYPE"),
    *("EXECUTION_RESULT_ID", "FLOW_ID", "FLOW_VERSION", "FUNCTION", "STEP_ID", "TASK_USER_EMAIL", "TENANT_ID"),
    *("USER_ID", "WORKSPACE_ID"),
)
_ENCODER = msgspec.json.Encoder(enc_hook=str)

Write = Callable[[bytes], Any]


class Log:
    """Writes lines at or above a level. `child` adds facts to every line of its own."""

    def __init__(
        self, facts: Mapping[str, Any], level: int, write: Write, more: Mapping[str, Any] | None = None
    ) -> None:
        self._facts, self._level, self._write, self._more = facts, level, write, more or {}

    def child(self, **facts: Any) -> "Log":
        """A log whose lines carry these facts too."""
        return Log(self._facts, self._level, self._write, {**self._more, **facts})

    def line(self, level: int, msg: str, error: BaseException | None = None, /, **facts: Any) -> None:
        """One line, if the level is asked for. Facts are events' facts: never a body, a header or a secret."""
        if level < self._level:
            return
        known = {**self._facts, **self._more} | ({"err": _described(error)} if error is not None else {}) | facts
        last = {"level": level, "msg": msg, "time": _now(), "v": 0}
        self._write(_ENCODER.encode(known | last) + b"\n")

    def debug(self, msg: str, /, **facts: Any) -> None:
        """What only a developer asks for."""
        if self._level <= DEBUG:
            self.line(DEBUG, msg, **facts)

    def info(self, msg: str, /, **facts: Any) -> None:
        """What the user reads on the page of executions."""
        self.line(INFO, msg, **facts)

    def warn(self, msg: str, error: BaseException | None = None, /, **facts: Any) -> None:
        """What went well in the end."""
        self.line(WARN, msg, error, **facts)

    def error(self, msg: str, error: BaseException | None = None, /, **facts: Any) -> None:
        """What failed one message."""
        self.line(ERROR, msg, error, **facts)

    def fatal(self, msg: str, error: BaseException | None = None, /, **facts: Any) -> None:
        """What ends the process."""
        self.line(FATAL, msg, error, **facts)


def log_of(env: Mapping[str, str], write: Write | None = None) -> Log:
    """The runtime's log, with the step's identity on every line; the level is LOG_LEVEL, else info."""
    identity = {f"ELASTICIO_{name}": env[f"ELASTICIO_{name}"] for name in _IDENTITY if f"ELASTICIO_{name}" in env}
    facts = {"name": "sailor", "hostname": socket.gethostname(), "pid": os.getpid(), **identity}
    if flow := env.get("ELASTICIO_FLOW_ID"):
        facts["tag"] = flow
    return Log(facts, _level(env), write or (lambda line: os.write(1, line)))


def _level(env: Mapping[str, str]) -> int:
    asked = env.get("LOG_LEVEL") or ("" if env.get("NODE_ENV") != "test" else str(FATAL + 1))
    return int(asked) if asked.isdigit() else _LEVELS.get(asked.lower(), INFO)


def _now() -> str:
    seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


def _described(error: BaseException) -> dict[str, Any]:
    """The error as a log may show it: what is wrong with an input is told by its place, without the value."""
    facts: dict[str, Any] = told(error)
    if isinstance(error, InputError) and error.problems:
        facts["message"] = ", ".join(f"{problem.where} {problem.path}" for problem in error.problems)
        facts["stack"] = f"InputError: {facts['message']}"
    if code := getattr(error, "code", None):
        facts["code"] = code
    return facts


def take_over(log: Log) -> None:
    """From now on everything that would be printed becomes a line of the log."""
    logging.basicConfig(handlers=[_Records(log)], level=logging.WARNING, force=True)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # the runtime tells of lost connections itself
    warnings.showwarning = lambda message, category, *_, **__: log.warn(f"{category.__name__}: {message}")
    sys.excepthook = lambda kind, error, trace: log.fatal("uncaughtException", error)
    threading.excepthook = lambda told: log.error("uncaughtException of a thread", told.exc_value)
    sys.stdout, sys.stderr = _Printed(log, INFO), _Printed(log, WARN)


def take_events(log: Log) -> None:
    """Events of the component's own logger, if it has loaded one, become lines too."""
    structlog = sys.modules.get("structlog")
    if structlog is None:
        return

    def line(logger: Any, method: str, event: dict[str, Any]) -> Any:
        if event.get("event") == "stamina.retry_scheduled":  # whoever tries again says so himself
            raise structlog.DropEvent
        level = _LEVELS.get({"warning": "warn", "critical": "fatal", "exception": "error"}.get(method, method), INFO)
        log.line(level, str(event.pop("event", "")), **event)
        raise structlog.DropEvent

    structlog.configure(processors=[line], cache_logger_on_first_use=False)


class _Records(logging.Handler):
    """Passes the standard library's log records on."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self._log.line(min(FATAL, record.levelno + 10), record.getMessage(), error, logger=record.name)


class _Printed(io.TextIOBase):
    """What somebody prints, a line of the log each."""

    def __init__(self, log: Log, level: int) -> None:
        super().__init__()
        self._log, self._level, self._rest = log, level, ""

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in filter(str.strip, lines):
            self._log.line(self._level, line)
        return len(text)

"""The waist: what a component is, what one run is given, and what it may emit.

Runtimes know this module and nothing below it; triggers and actions know it and nothing of the runtimes. A function is
an async generator: the runtime pulls, so back-pressure, order and "acknowledge after the last emission" are the
`async for` itself. This module reads what users typed (fields, credentials, body) and knows no platform, no protocol.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import msgspec

from sellerport.errors import InputError, Problem
from sellerport.reading import read_body, read_form

Json = Any
Sample = Literal["no", "cli", "platform"]


@dataclass(frozen=True, slots=True)
class Message:
    """What a step receives. `body` is JSON as Python values, or `msgspec.Raw` bytes that are read into the input type."""

    body: Json = field(default_factory=dict, repr=False)
    id: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)
    passthrough: Mapping[str, Any] = field(default_factory=dict, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Data:
    """One message for the next step: `body` is JSON. `id` becomes its messageId where given."""

    body: Json = field(repr=False)
    id: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)
    passthrough: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole state with which the next run starts."""

    value: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class SnapshotUpdate:
    """Members of the state that change; the others stay."""

    delta: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Error:
    """An error that is reported without ending the run."""

    error: BaseException | str


@dataclass(frozen=True, slots=True)
class Rebound:
    """The message should come back later, for this reason."""

    reason: BaseException | str


@dataclass(frozen=True, slots=True)
class Keys:
    """New values for the account's stored credentials."""

    keys: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HttpReply:
    """The answer to the HTTP request that started the flow."""

    body: Json = field(repr=False)
    status_code: int = 200
    headers: Mapping[str, Any] = field(default_factory=dict)


Emission = Data | Snapshot | SnapshotUpdate | Error | Rebound | Keys | HttpReply


@dataclass(frozen=True, slots=True)
class Call:
    """All that one run may know of its surroundings, as values.

    `fields` and `body` are of the types that the function declares. `sample` says who wants a sample. `key` names the
    wish: the same key again is the same wish, and with `key_is_strict` other content under it is an error. `deadline`
    is the epoch second at which the run should end by itself, `wait_limit` the longest wait in seconds that the runtime
    lets a message have (None: any), `stop` is set when waits should end at once. `snapshot_limit` is in bytes.
    `lock` names the thing of which only one may run at a time. `env` holds the variables that the component declares.
    `message` is the whole message as it came, `variables` are the flow's own; `refresh` reads the snapshot anew, once
    `connect` holds the lock.
    """

    body: Any = field(default=None, repr=False)
    fields: Any = field(default=None, repr=False)
    credentials: Any = field(default=None, repr=False)
    snapshot: Json = field(default=None, repr=False)
    sample: Sample = "no"
    key: str | None = None
    key_is_strict: bool = False
    deadline: float | None = None
    wait_limit: float | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    snapshot_limit: int | None = None
    lock: str | None = None
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    function: str = ""
    message: Message = field(default_factory=Message, repr=False)
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)
    refresh: Callable[[], Awaitable[Json]] | None = None
    progress: Callable[[str, Mapping[str, Any]], None] = lambda event, facts: None


Run = Callable[[Call, Any], AsyncGenerator[Emission, None]]
Model = Callable[[Mapping[str, Any], Mapping[str, str]], Awaitable[Mapping[str, str]]]
Hook = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A trigger or an action: all facts of it, and `run(call, port)`.

    `input`, `output` and `fields` are types from which forms, metadata and validation follow; `read(fields, body)`
    replaces the type-directed reading of the body, `metadata(cfg)` makes the metadata of a function whose input depends
    on its fields, and `models` are the choices that have to be looked up: name -> `model(cfg, env)`. `check(call)` and
    `check_cfg(cfg)` list what types cannot say of the message and of the form. `operations` names the protocol's
    operations that it uses: API -> names. `example` is a message's body, `example_fields` are the fields that go with
    it. The hooks are the platform's: `startup(cfg)`, `init(cfg)`, `shutdown(cfg, state)`.
    """

    kind: Literal["trigger", "action"] = "action"
    title: str
    help: str
    run: Run
    input: Any = None
    output: Any = None
    fields: type[msgspec.Struct] | None = None
    read: Callable[[Any, Json], Any] | None = None
    check: Callable[[Call], list[Problem]] | None = None
    check_cfg: Callable[[Mapping[str, Any]], list[Problem]] | None = None
    metadata: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    models: Mapping[str, Model] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)
    example_fields: Mapping[str, Any] = field(default_factory=dict)
    operations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    link: str = ""
    order: int = 0
    auto_resolve: bool = True
    startup: Hook | None = None
    init: Hook | None = None
    shutdown: Hook | None = None


def Action(**facts: Any) -> Function:
    """An action: takes a message, emits what came of it."""
    return Function(kind="action", **facts)


def Trigger(**facts: Any) -> Function:
    """A trigger: is asked again and again, emits what is new, keeps its place in the snapshot."""
    return Function(kind="trigger", **facts)


class _Nobody(AbstractAsyncContextManager[None]):
    async def __aexit__(self, *_: object) -> None:
        return None


def _nobody(credentials: Any, call: Call) -> AbstractAsyncContextManager[Any]:
    return _Nobody()


Commands = Mapping[str, Callable[..., Any] | Mapping[str, Callable[..., Any]]]


class Memory(Protocol):
    """What a component keeps of the snapshots of a step, where its platform stores them late."""

    async def recall(self, call: Call, port: Any, shown: Json) -> Json:
        """The snapshot to start from, where the platform shows that one."""
        ...

    async def remember(self, call: Call, port: Any, emitted: Json) -> None:
        """Told of each snapshot once the runtime has taken it."""
        ...


class NoMemory:
    """Takes what the platform shows."""

    async def recall(self, call: Call, port: Any, shown: Json) -> Json:
        return shown

    async def remember(self, call: Call, port: Any, emitted: Json) -> None:
        return None


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Functions with one account's form. `connect(credentials, call)` opens what their runs talk to.

    `verify(cfg, env)` makes a real call with the credentials: it returns warnings, or raises what is wrong with them.
    `env_vars` are the environment variables that the component reads: name -> description. `descriptor` holds the
    component.json that describes all this, under that name. `commands(env)` are words of its own for a command line:
    functions, or groups of them, of which the one named "" is the group itself. `close()` lets go of what runs share.
    """

    functions: Mapping[str, Function]
    credentials: type[msgspec.Struct] | None = None
    check_credentials: Callable[[Mapping[str, Any]], list[Problem]] | None = None
    connect: Callable[[Any, Call], AbstractAsyncContextManager[Any]] = _nobody
    verify: Callable[[Mapping[str, Any], Mapping[str, str]], Awaitable[list[str]]] | None = None
    env_vars: Mapping[str, str] = field(default_factory=dict)
    descriptor: Mapping[str, Any] = field(default_factory=dict)
    commands: Callable[[Mapping[str, str]], Commands] = lambda env: {}
    memory: Memory = field(default_factory=NoMemory)
    close: Callable[[], Awaitable[None]] = _nothing

    def function(self, name: str) -> Function:
        """The function of that name, or an InputError that lists the names there are."""
        if name not in self.functions:
            raise InputError(f"function: Expected one of {', '.join(self.functions)}, got {name!r}")
        return self.functions[name]


async def execute(
    component: Component,
    name: str,
    *,
    cfg: Mapping[str, Any],
    message: Message | None = None,
    **surroundings: Any,
) -> AsyncGenerator[Emission, None]:
    """Run one function and yield its emissions in order.

    `cfg` is flat, credentials and fields together, as the platform passes it (numbers as text, `""` and null as
    absent). `surroundings` are members of `Call`. Everything that is wrong with the cfg or the body is raised as one
    InputError before anything is sent.
    """
    function = component.function(name)
    call = call_of(component, function, cfg=cfg, message=message or Message(), function=name, **surroundings)
    async with component.connect(call.credentials, call) as port:
        shown = await call.refresh() if call.refresh else call.snapshot
        recalled = await component.memory.recall(call, port, shown)
        if recalled is not call.snapshot:
            call = replace(call, snapshot=recalled)
        async with aclosing(function.run(call, port)) as emissions:
            async for emission in emissions:
                yield emission
                if isinstance(emission, Snapshot):
                    await component.memory.remember(call, port, emission.value)


def call_of(
    component: Component, function_: Function, *, cfg: Mapping[str, Any], message: Message, **surroundings: Any
) -> Call:
    """What a run of the function is given; raises an InputError with every problem of cfg and body."""
    problems: list[Problem] = []
    credentials = read_form(component.credentials, cfg, problems)
    if component.check_credentials:
        problems += component.check_credentials(cfg)
    account_is_right = not problems
    problems += function_.check_cfg(cfg) if function_.check_cfg else []
    fields = read_form(function_.fields, cfg, problems)
    form_is_right = fields is not None or function_.fields is None
    body: Any = None
    if function_.read:
        body = _collected(problems, function_.read, fields, message.body) if form_is_right else None
    elif function_.input is not None:
        body = _collected(problems, read_body, function_.input, message.body)
    elif isinstance(message.body, msgspec.Raw):
        _collected(problems, read_body, object, message.body)  # nothing of it is needed, but it has to be JSON
    call = Call(body=body, fields=fields, credentials=credentials, message=message, **surroundings)
    if function_.check and account_is_right and form_is_right and (not problems or body is not None):
        problems += function_.check(call)
    if problems:
        raise InputError(problems)
    return call


def _collected(problems: list[Problem], read: Callable[[Any, Json], Any], kind: Any, body: Json) -> Any:
    try:
        return read(kind, body)
    except InputError as error:
        problems += error.problems or [Problem("body", "$", str(error))]
        return error.readable

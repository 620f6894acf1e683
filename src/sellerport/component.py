"""The component: the folders of triggers and actions, the account's form, and the component.json that describes them.

A file of `triggers` or `actions` is a function of that name in camel case; it is imported when it is first asked for, so
that a run loads what it uses and nothing else.
"""

import base64
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from importlib import resources
from typing import Any, Generic, TypeVar

from sellerport.amazon.account import Credentials, problems_of
from sellerport.amazon.connect import Connector, Surroundings
from sellerport.amazon.port import Amazon
from sellerport.choices import Choice, looked_up
from sellerport.contract import Call, Commands, Component, Function
from sellerport.memory import SnapshotMemory
from sellerport.schema import form, metadata
from sellerport.verify import verifier
from sellerport.version import __version__

T = TypeVar("T")
HOME = "https://github.com/sellerport/sellerport"
SAMPLE_WAIT = 45.0  # seconds: a platform gives a sample a minute

ENV_VARS = {
    "RESPONSE_CHECK_DELAY": (
        "Milliseconds between two requests for a feed's result, and the shortest wait after a throttled request for "
        "orders. Default 30000."
    ),
    "RESPONSE_TIME_LIMIT": (
        "Milliseconds after which waiting for a feed's result ends with its status as the answer. Default 3600000, on "
        "the platform 1500000."
    ),
    "SELLERPORT_STORE": (
        "Where quota and journal stand: a database URL (sqlite:///… or postgresql://…) or memory:. Default: a SQLite "
        "file in the user's state folder."
    ),
}


class Lazily(Mapping[str, T], Generic[T]):
    """A mapping whose values are made when they are first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], T]]) -> None:
        self._makers = makers
        self._made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def functions(connector: Connector | None = None) -> Mapping[str, Function]:
    """Every trigger and action by its camel-case name, triggers first; with a connector their choices can be looked up."""
    found: dict[str, Callable[[], Function]] = {}
    for folder, constant in (("triggers", "TRIGGER"), ("actions", "ACTION")):
        package = importlib.import_module(f"sellerport.{folder}")
        for path in package.__path__:
            names = sorted(module.name for module in pkgutil.iter_modules([path]) if not module.name.startswith("_"))
            found |= {camel(name): _loader(f"sellerport.{folder}.{name}", constant, connector) for name in names}
    return Lazily(found)


def _loader(module: str, constant: str, connector: Connector | None) -> Callable[[], Function]:
    def load() -> Function:
        found = importlib.import_module(module)
        function: Function = getattr(found, constant)
        choices: Mapping[str, Choice] = getattr(found, "CHOICES", {})
        if connector is None or not choices:
            return function
        return replace(function, models={name: looked_up(connector, choice) for name, choice in choices.items()})

    return load


def camel(name: str) -> str:
    """`get_new_and_updated_orders` -> `getNewAndUpdatedOrders`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def connecting(
    connector: Connector, found: Mapping[str, Function]
) -> Callable[[Credentials, Call], AbstractAsyncContextManager[Amazon]]:
    """What opens the port for a call. A trigger's sample never waits; an action's waits as long as a platform lets it."""

    def connect(credentials: Credentials, call: Call) -> AbstractAsyncContextManager[Amazon]:
        limit = call.wait_limit
        if call.sample != "no":
            limit = 0.0 if found[call.function].kind == "trigger" else SAMPLE_WAIT
        given = Surroundings(call.env, limit, call.stop, call.progress, call.lock)
        return connector.connect(credentials, given)

    return connect


def component(connector: Connector | None = None) -> Component:
    """The Amazon seller component; tests give a connector of their own."""
    connector = connector or Connector(__version__)
    found = functions(connector)
    return Component(
        functions=found,
        credentials=Credentials,
        check_credentials=problems_of,
        connect=connecting(connector, found),
        verify=verifier(connector),
        env_vars=ENV_VARS,
        descriptor=Lazily({"component.json": lambda: descriptor(found)}),
        commands=commands,
        memory=SnapshotMemory(),
        close=connector.close,
    )


def commands(env: Mapping[str, str]) -> Commands:
    """The command line's further words."""
    from sellerport.commands.convert import convert
    from sellerport.commands.feeds import feeds

    return {"convert": convert, "feeds": feeds(env)}


def descriptor(found: Mapping[str, Function]) -> dict[str, Any]:
    """component.json as the platform reads it."""
    icon = resources.files("sellerport").joinpath("icon.png").read_bytes()
    return {
        "title": "Amazon MWS component",
        "description": (
            "An integration component which helps Amazon sellers to programmatically exchange data on listings, orders "
            "and more, over SP-API and MWS"
        ),
        "version": __version__,
        "docsUrl": HOME,
        "icon": base64.b64encode(icon).decode(),
        "buildType": "docker",
        "language": "nodejs",
        "sailor_version": "2.7.8",
        "envVars": {name: {"required": False, "description": text} for name, text in ENV_VARS.items()},
        "credentials": {"fields": form(Credentials)},
        "triggers": {name: entry(name, f) for name, f in found.items() if f.kind == "trigger"},
        "actions": {name: entry(name, f) for name, f in found.items() if f.kind == "action"},
    }


def entry(name: str, function: Function) -> dict[str, Any]:
    """One trigger or action of component.json."""
    said: dict[str, Any] = {
        "title": function.title,
        "main": name,
        "help": {"description": function.help, "link": function.link or f"{HOME}/blob/main/docs/actions/{name}.md"},
        "order": function.order,
    }
    if function.kind == "trigger":
        said["type"] = "polling"
    fields = form(function.fields)
    if fields:
        said["fields"] = fields
    if function.metadata is not None:
        said["dynamicMetadata"] = True
    else:
        inbound = {} if function.kind == "trigger" else {"in": metadata(function.input)}
        said["metadata"] = inbound | {"out": metadata(function.output)}
    return said

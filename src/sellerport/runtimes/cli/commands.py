"""The commands and their words."""

import signal
import sys
from asyncio import Event, get_running_loop
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from sellerport.contract import Component
from sellerport.errors import InputError
from sellerport.reading import schema_of
from sellerport.runtimes.cli import files
from sellerport.runtimes.cli.logs import hide
from sellerport.runtimes.cli.run import Wish, carry_out

Cfg = Annotated[Path, Parameter(help="JSON object with credentials and fields together, as the platform passes it.")]


Command = Callable[..., Any]


def commands(component: Component, env: Mapping[str, str]) -> cyclopts.App:
    """The command line of a component."""
    app = cyclopts.App(
        name="sellerport",
        help=(
            "Orders, stock, prices and products between Amazon and other systems, over SP-API and MWS. "
            "`sellerport sailor` is the runtime for elastic.io."
        ),
        version=lambda: str(component.descriptor["component.json"].get("version", "")),
        result_action="return_value",
    )
    own = {name: env[name] for name in component.env_vars if name in env}
    app.command(_functions(component), name="functions")
    app.command(_describe(component), name="component")
    app.command(_verify(component, own), name="verify")
    app.command(_run(component, own), name="run")
    for name, command in component.commands(env).items():
        app.command(_group(name, command) if isinstance(command, Mapping) else command, name=name)
    return app


def _functions(component: Component) -> Command:
    def functions() -> None:
        """List the triggers and actions: name, kind, title."""
        width = max(map(len, component.functions), default=0)
        for name, function in component.functions.items():
            print(f"{name:{width}}  {function.kind:7}  {function.title}")

    return functions


def _describe(component: Component) -> Command:
    def describe() -> None:
        """Print component.json."""
        sys.stdout.buffer.write(files.pretty(component.descriptor["component.json"]))

    return describe


def _verify(component: Component, env: Mapping[str, str]) -> Command:
    async def verify(*, cfg: Cfg) -> None:
        """Check the credentials with a real call; say what is wrong and what to do.

        Parameters
        ----------
        cfg
            JSON file with the credentials.
        """
        given = files.json_object(cfg, "--cfg")
        hide(_secrets(component, given))
        if component.verify is None:
            raise InputError("this component has no credentials to verify")
        try:
            for warning in await component.verify(given, env):
                print(f"warning: {warning}", file=sys.stderr)
        finally:
            await component.close()
        print("verified: the credentials work")

    return verify


def _run(component: Component, env: Mapping[str, str]) -> Command:
    async def run(
        function: str,
        /,
        *,
        cfg: Cfg,
        message: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
        snapshot: Path | None = None,
        sample: Annotated[bool, Parameter(negative="")] = False,
        set: Annotated[list[str] | None, Parameter(negative="")] = None,
        emissions: Annotated[bool, Parameter(negative="")] = False,
        key: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    ) -> None:
        """Run a trigger or an action: a JSON line on stdout for each message it emits.

        Parameters
        ----------
        function
            Its name, such as getNewAndUpdatedOrders.
        cfg
            JSON file with credentials and fields together.
        message
            JSON file with the body of the message, - for standard input.
        snapshot
            JSON file with the place of the last run: read if it exists, replaced at every snapshot.
        sample
            Make one request and never wait.
        set
            NAME=VALUE: a field that wins over the cfg's; may be given several times.
        emissions
            Print snapshots too: {"type": "data"|"snapshot", "body": …} a line.
        key
            Names the wish: the same key again answers with the first submission and never makes a second.
        """
        given = files.json_object(cfg, "--cfg") | _settings(component, function, set or [])
        hide(_secrets(component, given))
        wish = Wish(
            function=function,
            cfg=given,
            body=files.message(message),
            snapshot=snapshot,
            surroundings={
                "sample": "cli" if sample else "no",
                "key": key,
                "key_is_strict": key is not None,
                "stop": stopping(),
                "env": env,
            },
            with_types=emissions,
        )
        try:
            await carry_out(component, wish)
        finally:
            await component.close()

    return run


def _group(name: str, words: Mapping[str, Callable[..., Any]]) -> cyclopts.App:
    """Several commands under one word; the one without a name is the word alone."""
    group = cyclopts.App(name=name, help=(words[""].__doc__ or "").partition("\n")[0], result_action="return_value")
    for word, command in words.items():
        if word:
            group.command(command, name=word)
        else:
            group.default(command)
    return group


def _settings(component: Component, function: str, pairs: list[str]) -> dict[str, str]:
    """The pairs of --set; a name that neither the step's form nor the account's has is refused."""
    forms = (component.function(function).fields, component.credentials)
    known = [name for form in forms if form is not None for name in schema_of(form)["properties"]]
    given = files.settings(pairs)
    for name in given:
        if name not in known:
            raise InputError(f"--set: Expected one of {', '.join(known)}, got {name!r}")
    return given


def _secrets(component: Component, cfg: Mapping[str, Any]) -> list[Any]:
    if component.credentials is None:
        return []
    members = schema_of(component.credentials)["properties"]
    return [cfg.get(name) for name, facts in members.items() if facts.get("secret")]


def stopping() -> Event:
    """Set by the first SIGTERM or SIGINT: waits end at once, and the run with them. The second one kills."""
    stop, loop = Event(), get_running_loop()

    def once(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, once, number)
    return stop

"""The elastic.io runtime: the platform's own protocol over RabbitMQ, for any component of the contract.

`sellerport sailor` is the long-running step, `sellerport sailor service METHOD` a one-off call. Modules: settings (the
environment), envelope and cipher (what stands in a message), outcome (what an emission becomes), broker (AMQP), intake
and outlet (reading and writing over connections that break), inflight (what is worked on), step and emitter (one
message), run (the process), service (one-off calls). Knows `contract` and `errors` and nothing else of the component.
"""

import signal
from collections.abc import Callable, Mapping
from typing import Any

Default = Callable[[], Any]

USAGE = "usage: sellerport sailor [--component FILE.py|MODULE[:NAME]] [service METHOD]"


def main(argv: list[str], env: Mapping[str, str], default_component: Default) -> int:
    """Runs the step or a one-off call; the exit code. `argv` is what follows `sailor`."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):  # before anything that takes its time
        signal.signal(number, lambda received, _: told.append(received))
    from sellerport.runtimes.sailor.entry import start

    return start(argv, env, default_component, told=told)

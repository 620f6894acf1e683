"""From arguments and environment to a running process."""

import asyncio
import signal
from collections.abc import Mapping

from sellerport.runtimes.sailor import USAGE
from sellerport.runtimes.sailor.loading import Load, loader
from sellerport.runtimes.sailor.log import Log, log_of, take_over
from sellerport.runtimes.sailor.settings import PREFIX, Missing, settings_of


def start(argv: list[str], env: Mapping[str, str], default: Load, *, told: list[int]) -> int:
    """Runs what the arguments ask for. `told` holds the signals that came meanwhile."""
    log = log_of(env)
    take_over(log)
    words, name = _taken(list(argv))
    if words is None or (words and (words[0] != "service" or len(words) > 2)):
        log.fatal(USAGE)
        return 64
    load = loader(name, default, folder=env.get(PREFIX + "COMPONENT_PATH", ""))
    if words:
        for number in (signal.SIGTERM, signal.SIGINT):  # a one-off call may be cut off at any moment
            signal.signal(number, signal.SIG_DFL)
        from sellerport.runtimes.sailor.service import serve

        return asyncio.run(serve(words[1] if len(words) > 1 else "", load, env=env, log=log))
    return _step(load, env=env, log=log, told=told)


def _step(load: Load, *, env: Mapping[str, str], log: Log, told: list[int]) -> int:
    try:
        settings = settings_of(env)
    except Missing as error:
        log.fatal(str(error), error)
        return 1
    from sellerport.runtimes.sailor.run import sail

    async def run() -> int:
        stop = asyncio.Event()
        if told:
            stop.set()
        return await sail(settings, load, env=env, log=log, stop=stop)

    try:
        return asyncio.run(run())
    except Exception as error:
        log.fatal("process.uncaughtException", error)
        return 1


def _taken(argv: list[str]) -> tuple[list[str] | None, str | None]:
    """The words without `--component NAME`, and that name; None for words that make no sense."""
    name = None
    words: list[str] = []
    while argv:
        word = argv.pop(0)
        if word == "--component":
            if not argv:
                return None, None
            name = argv.pop(0)
        elif word.startswith("--component="):
            name = word.partition("=")[2]
        elif word.startswith("-"):
            return None, None
        else:
            words.append(word)
    return words, name

"""The simulator on a socket: cfg files first, then one line on stdout that says where it listens, then requests."""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import tempfile
from pathlib import Path
from types import FrameType

import msgspec
import uvicorn
from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from .app import create_app
from .world import World

GRACE = 1  # seconds that requests in flight get at the end


def write_cfgs(world: World, endpoint: str, folder: Path) -> None:
    """`spapi.json` and `mws.json`, each replaced at once, readable by the owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, cfg in world.cfgs(endpoint).items():
        handle, path = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(cfg), indent=1) + b"\n")
        os.replace(path, folder / f"{name}.json")


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


async def _serve(world: World, listener: socket.socket) -> None:
    def cut(scope: Scope) -> None:
        for connection in list(server.server_state.connections):
            if isinstance(connection, H11Protocol) and connection.client == tuple(scope["client"]):
                connection.transport.abort()

    config = uvicorn.Config(
        create_app(world, cut=cut),
        http="h11",
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = uvicorn.Server(config)
    await server.serve(sockets=[listener])


def serve(world: World, *, port: int, cfg_dir: Path) -> None:
    """Serve `world` on loopback until SIGTERM or SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with socket.create_server(("127.0.0.1", port), backlog=512) as listener:
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        write_cfgs(world, endpoint, cfg_dir)
        gc.freeze()
        # The socket listens already: a caller that reads this line is served as soon as the loop runs.
        print(f"sellersim listening on {endpoint}", flush=True)
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_serve(world, listener))

"""The control plane under /_sim/: move the clock, change orders, order faults, read the world."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from .world import World


def routes(world: World) -> Sequence[BaseRoute]:
    """The routes of the control plane over `world`."""

    async def order_faults(request: Request) -> JSONResponse:
        asked = await request.json()
        world.faults.order(asked.pop("operation", "*"), asked.pop("kind"), **asked)
        return JSONResponse({"owed": world.faults.owed()})

    async def owed(request: Request) -> JSONResponse:
        return JSONResponse({"owed": world.faults.owed()})

    return [Route("/faults", order_faults, methods=["POST"]), Route("/faults", owed, methods=["GET"])]

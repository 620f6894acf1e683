"""The ASGI app: host and path choose a face, faults come between, the control plane sits under /_sim/.

Path -> face: `/_sim/` control, `/auth/o2/token` the token endpoint, `/_documents/` presigned storage, `/` and
`/Orders|Feeds|Sellers/…` MWS, everything else SP-API.

How an operation is added: write `def handle(world: World, ask: Ask) -> Answer` in a module of the face and name it in
the face's table (`spapi/table.py`: Operation(name, method, path, handle); `mws/table.py`: action -> handler). The face
has then already checked address, signature or token, seller, region of `ask.marketplaces`, faults and quota, in that
order, and counts the request; a handler raises `Refusal(status, code, message)` for a documented error. It runs
synchronously, so what it does to the world is one step. `RIPEN` names what moves the world on by itself (feeds that
are due); it runs before every request.
"""

from collections.abc import Callable
from typing import Final

from .world import World

#: Called before every request: lets feeds move on that are due by the world's clock.
RIPEN: Final[tuple[Callable[[World], None], ...]] = ()

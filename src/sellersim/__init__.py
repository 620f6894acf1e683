"""Amazon's stand-in for tests and trials: MWS and SP-API of one seller, in process or on loopback."""

from .app import create_app
from .clock import Clock
from .world import World

__all__ = ["Clock", "World", "create_app"]

"""The `sellersim` command: `sellersim serve` runs Amazon's stand-in on loopback."""

import argparse
import sys
from collections.abc import Sequence
from math import inf
from pathlib import Path

from amazon_wire.marketplaces import MARKETPLACES

from .clock import Clock
from .replay import recordings
from .serve import serve
from .world import HOME, World


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sellersim", description="Amazon's stand-in: MWS and SP-API on loopback.")
    serving = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help="serve a seller's world until SIGTERM"
    )
    add = serving.add_argument
    add("--port", type=int, default=8080, help="port to listen on; 0 picks a free one (default: 8080)")
    add("--orders", type=int, default=100, help="how many orders the shop has (default: 100)")
    add("--seed", type=int, default=1, help="number that the shop is drawn from (default: 1)")
    add("--replay", type=Path, metavar="DIR", help="answer from recorded exchanges (*.http) and sandbox pairs (*.json)")
    add("--time-scale", type=float, default=1.0, metavar="X", help="speed of quota refill and feed processing")
    add("--no-quota", action="store_true", help="enforce no quota")
    add("--cfg-dir", type=Path, default=Path(), metavar="DIR", help="where spapi.json and mws.json go (default: here)")
    add("--marketplace", default=HOME, metavar="ID", choices=sorted(MARKETPLACES), help="the shop's marketplace")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Entry point of the console script."""
    given = _parser().parse_args(argv)
    if given.orders < 0 or not 0 < given.time_scale < inf:
        sys.exit("sellersim: --orders must not be negative and --time-scale must be positive")
    if given.replay and not given.replay.is_dir():
        sys.exit(f"sellersim: --replay: {given.replay} is no folder")
    world = World(
        clock=Clock(scale=given.time_scale),
        seed=given.seed,
        orders=given.orders,
        marketplace=given.marketplace,
        quota=not given.no_quota,
    )
    if given.replay:
        world.replay_from(recordings(given.replay))
    try:
        serve(world, port=given.port, cfg_dir=given.cfg_dir)
    except (OSError, OverflowError) as error:
        sys.exit(f"sellersim: cannot serve on port {given.port} with cfg files in {given.cfg_dir}: {error}")


if __name__ == "__main__":
    main()

"""The composition root: arguments and environment become one runtime with its component. The only reader of os.environ."""

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a runtime decides what is loaded, and when: the platform's wants its signal handlers first
    from sellerport.contract import Component


def main() -> int:
    """The `sellerport` command."""
    argv, env = sys.argv[1:], dict(os.environ)
    if argv[:1] == ["sailor"]:
        from sellerport.runtimes.sailor import main as sailor

        return sailor(argv[1:], _with_store(env), _component if env.get("SELLERPORT_STORE") else _forgetful)
    from sellerport.runtimes.cli import main as cli

    return cli(argv, _with_store(env), _component())


def _with_store(env: Mapping[str, str]) -> Mapping[str, str]:
    """The environment with the default store named, so that all runs of a user share one quota and one journal."""
    from sellerport.store import default_url

    return {**env, "SELLERPORT_STORE": env.get("SELLERPORT_STORE") or default_url(env)}


def _component() -> "Component":
    from sellerport.component import component

    return component()


def _forgetful() -> "Component":
    """The component in a container: without a store of its own it forgets submissions when the container ends."""
    import logging

    logging.getLogger("sellerport").warning(
        "SELLERPORT_STORE is not set: what earlier containers submitted is forgotten, and other workers do not know of it"
    )
    return _component()


if __name__ == "__main__":
    sys.exit(main())

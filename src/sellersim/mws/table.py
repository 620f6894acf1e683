"""Every MWS API of the simulator: path -> namespace and actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..exchange import Handler


@dataclass(frozen=True, slots=True)
class Api:
    """One MWS API: its section and version, the namespace of its answers, its actions."""

    section: str
    version: str
    namespace: str
    actions: Mapping[str, Handler]
    quota_headers: bool = False


APIS: Final[tuple[Api, ...]] = ()

"""What a store's URL says, read without any database library."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from sellerport.errors import InputError

Kind = Literal["sqlite", "postgresql", "memory"]
_SCHEMES: dict[str, Kind] = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "postgresql+asyncpg": "postgresql",
}
_FORMS = "sqlite:///path, postgresql://user@host/database or memory:"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store stands. `path` is SQLite's file; `url` has no driver in it; `shown` has no password in it."""

    kind: Kind
    shown: str
    path: str = ""
    url: str = field(default="", repr=False)


def address_of(url: str) -> Address:
    """The address that a URL means, or an InputError that says which forms there are."""
    if url in ("memory:", "memory://"):
        return Address("memory", "memory:")
    scheme, found, rest = url.partition("://")
    kind = _SCHEMES.get(scheme.lower())
    if not found or kind is None:
        raise InputError(f"SELLERPORT_STORE: Expected {_FORMS}, got {_scheme_only(url)!r}")
    if kind == "sqlite":
        return _file(rest, url)
    return Address("postgresql", _without_password(f"postgresql://{rest}"), url=f"postgresql://{rest}")


def _file(rest: str, url: str) -> Address:
    host, slash, path = rest.partition("/")
    path = unquote(path.partition("?")[0])
    if host or not slash or not path or path == ":memory:":
        raise InputError(f"SELLERPORT_STORE: Expected a path after sqlite:///, got {url!r}")
    return Address("sqlite", f"sqlite:///{path}", path=path)


def _scheme_only(url: str) -> str:
    return re.sub(r"(?<=:).+", "…", url, count=1, flags=re.DOTALL)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, user.partition(":")[0] + at + host, parts.path, "", ""))

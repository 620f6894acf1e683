"""Lists that come in pages, each with the token of the next one."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sellerport.errors import Rejected

T = TypeVar("T")


async def all_pages(ask: Callable[[str | None], Awaitable[tuple[list[T], str | None]]], what: str) -> list[T]:
    """Every entry of the list, where `ask(token)` gives a page and the next token; Rejected where a token comes again."""
    found, token = await ask(None)
    seen = {token}
    while token:
        page, token = await ask(token)
        found += page
        if token in seen and token:
            raise Rejected(f"Amazon gave the same next token twice; the rest of {what} is out of reach")
        seen.add(token)
    return found

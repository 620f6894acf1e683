"""One wish, submitted once: claimed under its key or its content, and kept by its owner until the answer is out.

An unfinished entry is gone on with by whoever wishes the same; a finished one answers its key again. The entry's lock is
held from the claim to the answer, so that nobody else touches it while its owner lives.
"""

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sellerport.amazon.submission.entries import CALLS, Entry, error_of
from sellerport.amazon.submission.journal import Journal
from sellerport.amazon.submission.ongoing import Means, Ongoing
from sellerport.amazon.submission.opening import StillHeld, names, pauses
from sellerport.amazon.submission.sentence import Wish, learned, spoken
from sellerport.errors import FeedFailed, InputError, InvalidParameters, Rejected, Unavailable

if TYPE_CHECKING:
    from sellerport.store import Lock


@asynccontextmanager
async def once(means: Means, wish: Wish, until: float | None = None) -> "AsyncIterator[Ongoing]":
    """The wish's own submission, claimed. Where another still has it at the time `until`, it is looked at and left to him.

    Amazon's refusal of the submission and an end without a report finish it; every other exception, a report that cannot
    be read among them, leaves it unfinished: what was submitted is not submitted again.
    """
    content = wish.content()
    try:
        owner, entry = await _claimed(means, wish, content, until)
    except StillHeld:
        yield await _looked_at(means, wish, content)
        return
    try:
        ongoing = await _ongoing(means, wish, content, owner=owner, entry=entry)
        try:
            yield ongoing
        except FeedFailed:
            await means.journal.finish(ongoing.entry)
            raise
        except (Rejected, InvalidParameters) as error:
            if ongoing.refused:
                await means.journal.finish(ongoing.entry, error)
            raise
    finally:
        await owner.release()


class Record:
    """What is kept of a wish that calls do which may be repeated: nothing without a key, else its answer."""

    def __init__(self, journal: Journal, entry: Entry | None) -> None:
        self._journal, self._entry = journal, entry

    @property
    def answer(self) -> Any:
        """The answer that was given out under this key, or None."""
        return None if self._entry is None else self._entry.intent.get("answer")

    async def finish(self, answer: Any) -> None:
        """The answer was given out."""
        if self._entry is not None and self._entry.finished is None:
            await self._journal.finish(self._entry, answer=answer)


@asynccontextmanager
async def recorded(means: Means, wish: Wish) -> "AsyncIterator[Record]":
    """The record of a wish whose calls may be repeated; under one key one at a time, and the same wish each time."""
    if wish.key is None:
        yield Record(means.journal, None)
        return
    content = wish.content()
    owner, entry = await _by_key(means, wish, wish.key, content)
    try:
        if entry is None:
            number = await means.journal.number()
            entry = replace(_intended(means, wish, content, lock=owner.name, number=number, intent={}), feed_type=CALLS)
            await means.journal.begin(entry)
        yield Record(means.journal, entry)
    finally:
        await owner.release()


async def _ongoing(means: Means, wish: Wish, content: str, *, owner: "Lock", entry: Entry | None) -> "Ongoing":
    """The claimed entry with what it takes to say its rows; a new one is written down."""
    frame = means.courier.frame(wish.feed)
    if entry is not None and all(part.state == "submitted" for part in entry.parts):
        return Ongoing(means, None, entry, owner)
    intent = await learned(wish, means.place, means.listings) if entry is None else entry.intent
    sentence = await spoken(wish, means.place, frame, intent)
    if entry is None:
        entry = _intended(means, wish, content, lock=owner.name, number=await means.journal.number(), intent=intent)
        entry = replace(entry, parts=sentence.parts(entry.id))
        await means.journal.begin(entry)
    return Ongoing(means, sentence, entry, owner)


async def _looked_at(means: Means, wish: Wish, content: str) -> Ongoing:
    """The submission of another who lives; Unavailable where it has no id yet."""
    assert wish.key is not None
    key = _key(wish, wish.key, content)
    entry = await means.journal.by_key(wish.function, key)
    if entry is None or not all(part.state == "submitted" for part in entry.parts):
        raise Unavailable("the first submission under this key is still on its way to Amazon")
    return Ongoing(means, None, entry, means.journal.lock(entry.lock), guest=True)


async def _claimed(means: Means, wish: Wish, content: str, until: float | None) -> "tuple[Lock, Entry | None]":
    """The lock of the wish, and the entry that is to be gone on with where there is one."""
    if wish.key is None:
        return await _by_content(means, wish, content)
    return await _by_key(means, wish, wish.key, content, until)


async def _by_key(
    means: Means, wish: Wish, key: str, content: str, until: float | None = None
) -> "tuple[Lock, Entry | None]":
    journal = means.journal
    key = _key(wish, key, content)
    _same(await journal.by_key(wish.function, key), content, key)
    owner = journal.lock(f"key:{_digest([*_scope(journal), wish.function, key])}")
    await owner.acquire(pauses(means.patience, "the first submission under this key", until))
    try:
        entry = await journal.by_key(wish.function, key)
        _same(entry, content, key)
        if entry is None:
            return owner, None
        if entry.error is not None:
            raise error_of(entry.error)
        return owner, entry if entry.finished is not None else await journal.claim(entry)
    except BaseException:
        await owner.release()
        raise


def _same(entry: Entry | None, content: str, key: str) -> None:
    """InputError where the key is that of another wish, whether or not its submission is over."""
    if entry is not None and entry.content != content:
        raise InputError(f"key: Expected the content of {_named(entry)}, got other content under {key!r}")


def _named(entry: Entry) -> str:
    """The submission by its ids; of single calls by the first of theirs."""
    calls = [call["submissionId"] for call in entry.intent.get("answer", {}).get("submissions", ())[:3]
             if "submissionId" in call]  # fmt: skip
    ids = entry.ids() or calls
    return f"submission {names(ids)}" if ids else "a submission that has no id yet"


async def _by_content(means: Means, wish: Wish, content: str) -> "tuple[Lock, Entry | None]":
    """An unfinished entry whose owner is dead, or the lock of a new one."""
    journal = means.journal
    for entry in await journal.unfinished(wish.function, content):
        owner = journal.lock(entry.lock)
        if not await owner.try_acquire():
            continue
        try:
            now = await journal.claim(entry)
        except BaseException:
            await owner.release()
            raise
        if now.finished is None:
            return owner, now
        await owner.release()
    owner = journal.lock(f"entry:{await journal.number()}")
    await owner.acquire()
    return owner, None


def _intended(means: Means, wish: Wish, content: str, *, lock: str, number: int, intent: Mapping[str, Any]) -> Entry:
    """The entry of a new wish; whoever makes it owns it under its own number."""
    return Entry(
        id=number,
        lock=lock,
        marketplace=means.journal.scope.marketplace,
        function=wish.function,
        key=None if wish.key is None else _key(wish, wish.key, content),
        content=content,
        feed_type=means.courier.feed_type(wish.feed),
        rows=len(wish.rows),
        made=means.patience.clock.now(),
        owner=number,
        finished=None,
        error=None,
        intent=intent,
    )


def _key(wish: Wish, key: str, content: str) -> str:
    """The key as it is kept: one that is not strict is another key with other content."""
    return key if wish.strict else f"{key} {content}"


def _scope(journal: Journal) -> list[str]:
    return [journal.scope.endpoint, journal.scope.seller, journal.scope.marketplace]


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

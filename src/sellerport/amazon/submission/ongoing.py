"""One claimed submission in the hands of its owner: its parts submitted, their reports waited for."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sellerport.amazon.feeds import ENDED, FeedState, Marketplace
from sellerport.amazon.patience import Patience
from sellerport.amazon.submission.courier import Courier, Document, Prepared
from sellerport.amazon.submission.entries import Entry, Part, changed
from sellerport.amazon.submission.joining import Joined, read_joined
from sellerport.amazon.submission.journal import Journal
from sellerport.amazon.submission.opening import Desk, Interrupted, Opening, OwnerLost, names, pauses
from sellerport.amazon.submission.sentence import Listings, Sentence
from sellerport.errors import AmazonError, InvalidParameters, Rejected, Unavailable

if TYPE_CHECKING:
    from sellerport.store import Lock

TRIES = 5
MISSES = 3
BARELY = 0.05  # seconds before the end of waiting that are not waited for any more
FIRST_WAIT = 1.0  # seconds before a submission that certainly did not arrive is tried again; doubled each time


class Unclear(Rejected):
    """It cannot be told which feed the submission became. Neither Amazon's refusal nor an answer: it stays unfinished."""


@dataclass(frozen=True, slots=True)
class Means:
    """What submitting needs of its surroundings. `check_delay` is in seconds."""

    courier: Courier
    journal: Journal
    patience: Patience
    place: Marketplace
    listings: Listings
    check_delay: float


class Ongoing:
    """A submission in the hands of its owner, or seen by a guest. `entry` is what the journal says of it now."""

    def __init__(
        self, means: Means, sentence: Sentence | None, entry: Entry, owner: "Lock", *, guest: bool = False
    ) -> None:
        self.entry, self.guest = entry, guest
        self.refused = False  # whether an error is Amazon's refusal of the submission itself
        self._means, self._sentence, self._owner = means, sentence, owner
        self._desk = Desk(means.courier, means.journal, means.patience, entry.feed_type)
        self._fresh = False
        self._misses = 0

    async def submit(self) -> None:
        """Give Amazon every part that it does not have."""
        if self._sentence is None:
            return
        kind = self._sentence.frame.content_type
        try:
            for part, body in self._sentence.documents(self.entry.parts):
                document = Document(self.entry.feed_type, kind, body)
                del body  # each document is let go of before the next one is made
                await self._submitted(part.number, document)
                del document
            self._sentence = None
        except (AmazonError, InvalidParameters) as error:
            self.refused = isinstance(error, Rejected | InvalidParameters) and not isinstance(error, Unclear)
            raise self._with_ids(error) from error

    def _with_ids(self, error: AmazonError | InvalidParameters) -> AmazonError | InvalidParameters:
        """The error, naming the ids that were given before it."""
        if self.entry.ids() and "already submitted" not in error.message:
            error.message += f" (already submitted: {names(self.entry.ids())})"
        return error

    async def _submitted(self, number: int, document: Document) -> None:
        """Bring one part to Amazon; where its answer is lost, look before trying again."""
        means = self._means
        prepared: Prepared | None = None
        lost: Exception = Unavailable("the submission did not arrive")
        for attempt in range(TRIES):
            part = self.entry.parts[number]
            if part.state == "open":
                part = await self._settled(part)
            if part.state == "submitted":
                return
            if part.state == "unclear":
                raise self._unclear(part)
            if prepared is None:
                prepared = await means.courier.prepare(document)
            opening = Opening(self._desk, self.entry, part, owner=self._owner, at=prepared.at)
            try:
                state = await means.courier.submit(document, prepared, opening.gate)
                self._now(await opening.taken(state))
                self._fresh = True
                return
            except Interrupted as before:
                if not isinstance(before.error, OwnerLost):
                    raise before.error from None
                await opening.leave()  # whoever owns it now needs the desk
                await self._claimed_anew()
            except (Unavailable, Rejected) as error:
                if not opening.uncertain and isinstance(error, Rejected):
                    raise
                lost = error
                if opening.uncertain:
                    self._now(await opening.looked())
                if attempt < TRIES - 1 and self.entry.parts[number].state == "planned":
                    await means.patience.pause(FIRST_WAIT * 2**attempt, "the next try of a submission")
            finally:
                await opening.leave()
        raise lost

    async def _settled(self, part: Part) -> Part:
        """Our own part that was open when its owner died, after looking for its feed."""
        lock = await self._desk.entered(self.entry.id)
        try:
            part = await self._desk.looked(self.entry, part)
        finally:
            await lock.release()
        self._now(part)
        return part

    def _now(self, part: Part) -> None:
        self.entry = changed(self.entry, part)

    def _unclear(self, part: Part) -> Unclear:
        several = (
            "several feeds that may be it" if len(part.candidates) > 1 else "a feed that looked like it and is not"
        )
        return Unclear(
            f"the answer to this submission was lost, and Amazon has {several}: {names(part.candidates)}. Look at the "
            "report; nothing more was submitted, and the same wish is submitted anew only under a key of its own."
        )

    async def _claimed_anew(self) -> None:
        """After our claim was lost: wait for the lock, and take the entry as it is now."""
        await self._owner.release()
        await self._owner.acquire(pauses(self._means.patience, "the new owner of this submission"))
        self.entry = await self._means.journal.claim(self.entry)

    async def wait(self, until: float) -> None:
        """Ask what became of the parts until all have ended or that time has come; reports go into the journal."""
        clock = self._means.patience.clock
        if self._fresh:
            await self._pause(until)
        while not all(part.over for part in self.entry.parts):
            await self._look()
            if clock.now() + BARELY >= until:
                return
            await self._pause(until)

    async def _pause(self, until: float) -> None:
        left = until - self._means.patience.clock.now()
        await self._means.patience.pause(max(0.0, min(self._means.check_delay, left)), "Amazon's report")

    async def _look(self) -> None:
        """Ask once; an error names the submissions that it is about."""
        try:
            await self._looked()
        except (AmazonError, InvalidParameters) as error:
            if not any(number in error.message for number in self.entry.ids()):
                error.message += f" (submission {names(self.entry.ids())})"
            raise

    async def _looked(self) -> None:
        waiting = [part for part in self.entry.parts if not part.over]
        states = await self._means.courier.states([part.feed for part in waiting if part.feed])
        for part in waiting:
            state = states.get(part.feed or "")
            if state is None:
                self._missed(part)
            elif state.status in ENDED:
                await self._ended(part, state)
            else:
                if state.status != part.status:
                    await self._means.journal.seen(part, state.status)
                self._now(replace(part, status=state.status))

    def _missed(self, part: Part) -> None:
        """A feed just made may not be listed yet; one that Amazon does not know at several looks is none."""
        self._misses += 1
        if self._misses >= MISSES:
            self.refused = True
            raise Rejected(f"Amazon does not know feed {part.feed}, which this submission became")

    async def _ended(self, part: Part, state: FeedState) -> None:
        answer = await self._means.courier.report(state)
        if answer is None and state.status == "DONE":
            self._now(replace(part, status="IN_PROGRESS"))  # the report is still being written
            return
        found: Joined | None = None
        if answer is not None:
            counts, found = read_joined(answer, part.rows)
            if part.presumed and counts.processed != part.messages:
                await self._means.journal.disproved(part)
                self._now(part := replace(part, state="unclear", feed=None, candidates=(state.id,)))
                error = self._unclear(part)
                error.message += f" It counts {counts.processed} messages instead of {part.messages}."
                raise error
        part = replace(part, status=state.status, report=found, presumed=part.presumed and found is None)
        await self._means.journal.reported(part, state.status, found)
        self._now(part)

    @property
    def unproven(self) -> bool:
        """Whether a part's id was found by looking, and its report has not proven it yet."""
        return any(part.presumed and not part.over for part in self.entry.parts)

    async def finish(self) -> None:
        """The answer was given out; a guest leaves it to the owner to say so."""
        if self.entry.finished is None and not self.guest:
            await self._means.journal.finish(self.entry)

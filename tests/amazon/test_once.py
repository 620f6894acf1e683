"""What *once* means beyond deaths: keys, contents, look-ups that find too much, ends without a report."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from feed_amazon import FeedAmazon, Killed, Life, Process, run, submits

from sellerport.amazon.submission import documents
from sellerport.errors import FeedFailed, InputError, Rejected, Throttled, Unavailable
from sellerport.store import Lock, Store
from support import APIS, Time, patient

pytestmark = pytest.mark.anyio
ROWS = [{"SKU": "A", "Quantity": 1}, {"SKU": "B", "Quantity": 2}]
OTHER = [{"SKU": "A", "Quantity": 9}]


class Place:
    """An Amazon and a store that processes come and go at."""

    def __init__(self, api: str, store: Store) -> None:
        self.api, self.store, self.amazon = api, store, FeedAmazon(Time())

    async def answer(self, rows: list[dict[str, Any]] = ROWS, *, weather: Any = None, **how: Any) -> Any:
        """What a process that lives answers."""
        process = Process(self.amazon, self.store, Life(), weather)
        with patient():
            (body,) = [body async for body in run(process, self.api, rows, **how)]
        return body

    async def die_after_submitting(self, rows: list[dict[str, Any]] = ROWS, **how: Any) -> None:
        """A process that dies once Amazon has its feed, before the answer."""
        life = Life()

        def weather(request: Any) -> str:
            if submits(request):
                life.ends = life.touches + 1
            return "fine"

        with pytest.raises(Killed):
            await self._all(Process(self.amazon, self.store, life, weather), rows, **how)

    async def _all(self, process: Process, rows: list[dict[str, Any]], **how: Any) -> None:
        async for _ in run(process, self.api, rows, **how):
            pass


@pytest.fixture(params=APIS)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    async with Store.open("memory:") as store:
        yield Place(request.param, store)


def losing(place: Place, *foreign: int) -> Any:
    """Loses the first submission before Amazon has it, while others submit feeds of those numbers of messages."""
    lost: list[Any] = []

    def weather(request: Any) -> str:
        if not submits(request) or lost:
            return "fine"
        head = b'{"messages":[' if place.api == "SP-API" else b"<AmazonEnvelope>"
        mark = b'{"messageId":1},' if place.api == "SP-API" else b"<MessageID>1</MessageID>"
        lost.append([place.amazon.foreign(head + mark * many) for many in foreign])
        return "lost before"

    return weather


async def test_the_same_key_again_answers_with_the_first_submission(place: Place) -> None:
    first = await place.answer(key="k")
    assert await place.answer(key="k") == first
    assert place.amazon.submitted() == 1


async def test_the_same_key_with_other_content_is_an_error_that_names_the_first(place: Place) -> None:
    first = await place.answer(key="k")
    with pytest.raises(InputError, match=first["feedSubmissionId"]):
        await place.answer(OTHER, key="k")
    assert place.amazon.submitted() == 1


class Unending(dict[str, str]):
    """The fate of every feed that Amazon goes on processing."""

    def get(self, feed: str, default: Any = None) -> str:
        return "IN_PROGRESS"

    def __contains__(self, feed: object) -> bool:
        return True


async def test_while_the_first_under_a_key_lives_it_is_looked_at_and_left_to_its_owner(place: Place) -> None:
    place.amazon.fates = Unending()
    first = asyncio.create_task(place.answer(key="k", env={"RESPONSE_TIME_LIMIT": "1000000000"}))
    while not place.amazon.submitted():  # noqa: ASYNC110 - virtual time, one turn of the loop each
        await asyncio.sleep(0)
    with pytest.raises(InputError, match="other content under"):
        await place.answer(OTHER, key="k")
    seen: dict[str, Any] = {}
    while "feedSubmissionId" not in seen:
        with suppress(Unavailable):  # it has no id yet
            seen = await place.answer(key="k", env={"RESPONSE_TIME_LIMIT": "0"})
    assert seen["feedProcessingStatus"] in ("IN_QUEUE", "IN_PROGRESS")
    assert not first.done()
    place.amazon.fates = {}
    assert (await first)["summary"]["successful"] == 2
    assert place.amazon.submitted() == 1


async def test_an_owner_whose_session_is_lost_at_the_desk_leaves_it_to_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    second: list[asyncio.Task[Any]] = []
    alive = Lock.alive

    async def lost(self: Lock) -> bool:
        """The first owner's lock falls, and another process takes the wish over, while it stands at the desk."""
        monkeypatch.setattr(Lock, "alive", alive)
        await self._backend.unlock(self.name, self._hold)
        second.append(asyncio.create_task(place.answer(key="k")))
        for _ in range(300):
            await asyncio.sleep(0)
        return False

    monkeypatch.setattr(Lock, "alive", lost)
    async with asyncio.timeout(60):
        first = await place.answer(key="k")
        assert (await second[0])["feedSubmissionId"] == first["feedSubmissionId"]
    assert place.amazon.submitted() == 1


@pytest.mark.parametrize(
    ("delay", "limit", "looks"), [(4000, 7900, 2), (3000, 6000, 2), (8000, 1000, 1), (1000, 3500, 4)]
)
async def test_waiting_ends_with_a_look_at_its_limit(place: Place, delay: int, limit: int, looks: int) -> None:
    place.amazon.fates = Unending()
    began = place.amazon.time.at
    env = {"RESPONSE_CHECK_DELAY": str(delay), "RESPONSE_TIME_LIMIT": str(limit)}
    asked: list[str] = []

    def weather(request: Any) -> str:
        asked.append("status" if looks_at_status(request) else "other")
        return "fine"

    answer = await place.answer(env=env, weather=weather)
    assert "summary" not in answer
    assert place.amazon.time.at - began == pytest.approx(limit / 1000, abs=0.1)
    assert asked.count("status") == looks


def looks_at_status(request: Any) -> bool:
    return b"GetFeedSubmissionList" in request.content or (
        request.method == "GET" and "/feeds/" in request.url.split("?")[0]
    )


async def test_keys_of_other_marketplaces_are_other_keys(place: Place) -> None:
    await place.answer(key="k")
    await place.answer(key="k", fields={"marketplaceId": "A2EUQ1WTGCTBG2"})
    assert place.amazon.submitted() == 2


async def test_the_same_content_without_a_key_is_a_new_wish_once_it_was_answered(place: Place) -> None:
    await place.answer()
    await place.answer()
    assert place.amazon.submitted() == 2


async def test_the_same_content_goes_on_with_what_was_left_unfinished(place: Place) -> None:
    await place.die_after_submitting()
    answer = await place.answer()
    assert place.amazon.submitted() == 1
    assert answer["summary"]["successful"] == 2


async def test_other_content_is_another_wish(place: Place) -> None:
    await place.die_after_submitting()
    await place.answer(OTHER)
    await place.answer()
    assert place.amazon.submitted() == 2


async def test_the_next_submission_settles_what_a_dead_owner_left_open(place: Place) -> None:
    await place.die_after_submitting()
    await place.answer(OTHER)
    looked = dict(place.amazon.counts)
    answer = await place.answer()
    lists = "GET /feeds/2021-06-30/feeds"
    assert place.amazon.counts.get(lists) == looked.get(lists)
    assert answer["feedSubmissionId"] == place.amazon.feeds[0].id


async def test_several_feeds_that_may_be_ours_are_an_error_that_names_them(place: Place) -> None:
    weather = losing(place, 2, 2)
    with pytest.raises(Rejected) as told:
        await place.answer(weather=weather)
    assert all(feed.id in str(told.value) for feed in place.amazon.feeds)
    assert place.amazon.submitted() == 0


async def test_the_error_of_an_unclear_submission_comes_again_under_its_key(place: Place) -> None:
    for _ in range(2):
        with pytest.raises(Rejected, match="several feeds"):
            await place.answer(weather=losing(place, 2, 2), key="k")
    assert place.amazon.submitted() == 0


@pytest.mark.parametrize("foreign", [(2, 2), (5,)])
async def test_the_same_wish_after_an_unclear_one_submits_nothing(place: Place, foreign: tuple[int, ...]) -> None:
    with pytest.raises(Rejected):
        await place.answer(weather=losing(place, *foreign))
    with pytest.raises(Rejected, match="nothing more was submitted"):
        await place.answer()
    assert place.amazon.submitted() == 0


async def test_an_unclear_wish_is_submitted_under_a_key_of_its_own(place: Place) -> None:
    with pytest.raises(Rejected):
        await place.answer(weather=losing(place, 2, 2))
    await place.answer(key="again")
    assert place.amazon.submitted() == 1


async def test_one_feed_with_another_number_of_messages_is_an_error_that_names_it(place: Place) -> None:
    with pytest.raises(Rejected, match="counts 5 messages instead of 2") as told:
        await place.answer(weather=losing(place, 5))
    assert place.amazon.feeds[0].id in str(told.value)
    assert place.amazon.submitted() == 0


@pytest.mark.parametrize("wait", ["yes", "no"])
async def test_one_feed_with_as_many_messages_is_ours(place: Place, wait: str) -> None:
    answer = await place.answer(weather=losing(place, 2), fields={"waitForResult": wait})
    assert answer["feedSubmissionId"] == place.amazon.feeds[0].id
    assert place.amazon.submitted() == 0


async def test_without_waiting_a_number_of_messages_that_differs_is_an_error_too(place: Place) -> None:
    with pytest.raises(Rejected, match="counts 5 messages"):
        await place.answer(weather=losing(place, 5), fields={"waitForResult": "no"})


async def test_a_lost_submission_that_nobody_sees_is_submitted_after_three_looks(place: Place) -> None:
    answer = await place.answer(weather=losing(place))
    lists = "GET /feeds/2021-06-30/feeds" if place.api == "SP-API" else "GetFeedSubmissionList"
    assert place.amazon.submitted() == 1
    assert answer["summary"]["successful"] == 2
    assert place.amazon.counts[lists] >= 3


def asks_for_a_report(request: Any) -> bool:
    return "report-" in request.url or b"Action=GetFeedSubmissionResult" in bytes(request.content or b"")


async def test_a_report_that_cannot_be_read_names_its_submission_and_is_asked_for_again(place: Place) -> None:
    def weather(request: Any) -> str:
        return "unreadable" if asks_for_a_report(request) else "fine"

    with pytest.raises(Rejected) as told:
        await place.answer(weather=weather)
    assert place.amazon.feeds[0].id in str(told.value)
    answer = await place.answer()
    assert answer["summary"]["successful"] == 2
    assert place.amazon.submitted() == 1


async def test_a_refusal_in_nobodys_words_is_looked_into(place: Place) -> None:
    lost: list[Any] = []

    def weather(request: Any) -> str:
        if submits(request) and not lost:
            lost.append(request)
            return "empty 400"
        return "fine"

    answer = await place.answer(weather=weather)
    assert answer["summary"]["successful"] == 2
    assert place.amazon.submitted() == 1


async def test_a_feed_that_amazon_forgot_is_an_error_that_names_it(place: Place) -> None:
    await place.die_after_submitting()
    answer = await place.answer(env={"RESPONSE_TIME_LIMIT": "0"}, key=None)
    number = answer["feedSubmissionId"]
    await place.answer(key="k", env={"RESPONSE_TIME_LIMIT": "0"})
    forgotten = place.amazon.feeds.pop().id
    with pytest.raises(Rejected, match=forgotten):
        await place.answer(key="k")
    assert number != forgotten


@pytest.mark.parametrize("fate", ["CANCELLED", "FATAL"])
async def test_an_end_without_a_report_fails_and_fails_again(place: Place, fate: str) -> None:
    if place.api == "MWS" and fate == "FATAL":
        return  # MWS has no such end
    place.amazon.fates["50000"] = fate
    for _ in range(2):
        with pytest.raises(FeedFailed, match=f"50000 as {fate}"):
            await place.answer(key="k")
    assert place.amazon.submitted() == 1


async def test_time_over_is_an_answer_with_the_status(place: Place) -> None:
    place.amazon.takes = 60
    answer = await place.answer(key="k", env={"RESPONSE_TIME_LIMIT": "5000"})
    assert answer["feedProcessingStatus"] == "IN_QUEUE"
    assert "summary" not in answer
    place.amazon.takes = 1
    assert (await place.answer(key="k"))["summary"]["successful"] == 2
    assert place.amazon.submitted() == 1


async def test_without_waiting_the_answer_is_the_submission(place: Place) -> None:
    answer = await place.answer(fields={"waitForResult": "no"})
    assert set(answer) == {"feedSubmissionId", "feedType", "submittedDate", "feedProcessingStatus"}
    assert answer["feedProcessingStatus"] == "IN_QUEUE"


async def test_a_used_up_quota_leaves_the_wish_unfinished(place: Place) -> None:
    def weather(request: Any) -> str:
        return "429" if submits(request) else "fine"

    with pytest.raises(Throttled):
        await place.answer(weather=weather, wait_limit=0.0)
    await place.answer()
    assert len(place.amazon.feeds) == 1


async def test_a_throttled_submission_is_made_when_the_quota_allows(place: Place) -> None:
    refused: list[int] = []

    def weather(request: Any) -> str:
        if submits(request) and len(refused) < 2:
            refused.append(1)
            return "429"
        return "fine"

    assert (await place.answer(weather=weather))["summary"]["successful"] == 2
    assert len(place.amazon.feeds) == 1


async def test_what_amazon_refuses_is_refused_again_under_its_key(place: Place) -> None:
    def weather(request: Any) -> str:
        return "400" if submits(request) else "fine"

    for _ in range(2):
        with pytest.raises(InputError, match="no such feed type"):
            await place.answer(weather=weather, key="k")


async def test_what_amazon_refuses_may_be_wished_again(place: Place) -> None:
    def weather(request: Any) -> str:
        return "400" if submits(request) else "fine"

    with pytest.raises(InputError):
        await place.answer(weather=weather)
    await place.answer()
    assert len(place.amazon.feeds) == 1


async def test_an_error_half_way_names_the_ids_already_given(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MESSAGES", 1)

    def weather(request: Any) -> str:
        return "400" if submits(request) and place.amazon.feeds else "fine"

    with pytest.raises(InputError, match="50000"):
        await place.answer(weather=weather)


async def test_an_outage_half_way_names_the_ids_already_given(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MESSAGES", 1)

    def weather(request: Any) -> str:
        return "500 before" if submits(request) and place.amazon.feeds else "fine"

    with pytest.raises(Unavailable, match="already submitted: 50000"):
        await place.answer(weather=weather)
    assert (await place.answer())["summary"]["successful"] == 2
    assert len(place.amazon.feeds) == 2


async def test_a_split_answers_as_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MESSAGES", 1)
    answer = await place.answer()
    assert answer["feedSubmissionIds"] == ["50000", "50001"]
    assert answer["feedSubmissionId"] == "50000"
    assert answer["summary"] == {"processed": 2, "successful": 2, "withError": 0, "withWarning": 0}


async def test_a_part_without_a_report_makes_its_rows_fail(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MESSAGES", 1)
    place.amazon.fates["50001"] = "CANCELLED"
    answer = await place.answer()
    assert answer["feedProcessingStatus"] == "CANCELLED"
    assert answer["summary"] == {"processed": 2, "successful": 1, "withError": 1, "withWarning": 0}
    assert [("50001" in issue["message"], issue["severity"]) for issue in answer["issues"]] == [(True, "ERROR")]


async def test_a_document_is_cut_by_its_size_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "BYTES", 600)
    rows = [{"SKU": f"S{n}", "Quantity": n} for n in range(9)]
    answer = await place.answer(rows)
    assert len(answer["feedSubmissionIds"]) > 1
    assert all(len(feed.body) <= 600 for feed in place.amazon.feeds)
    assert answer["summary"]["successful"] == 9

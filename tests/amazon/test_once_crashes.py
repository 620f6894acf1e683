"""A submission does its work exactly once, wherever its process dies and whatever the line does.

`SELLERPORT_CRASH_RUNS=10000 pytest tests/amazon/test_once_crashes.py` runs the long version.
"""

import asyncio
import os
import random
from typing import Any

import pytest
from feed_amazon import FeedAmazon, Killed, Life, Process, run, skus, submits
from sqlalchemy import select

from sellerport.amazon.submission import documents
from sellerport.errors import Retriable
from sellerport.store import Store
from sellerport.store.tables import submissions
from support import APIS, Time, patient

pytestmark = pytest.mark.anyio
RUNS = int(os.environ.get("SELLERPORT_CRASH_RUNS", "200"))
BATCH = 50


async def finished(store: Store) -> bool:
    """Whether the journal's one entry is finished."""
    return await store.transact(lambda c: c.execute(select(submissions.c.finished)).scalar()) is not None


async def delivered(process: Process, api: str, rows: list[dict[str, Any]], key: str | None) -> list[Any] | None:
    """The answers of one delivery, None where the process died or gave up for now."""
    answers = []
    try:
        with patient():
            async for body in run(process, api, rows, key=key):
                answers.append(body)
    except (Killed, Retriable):
        return None
    return answers


async def once(
    api: str, rows: list[dict[str, Any]], key: str | None, deaths: list[int], lag: float, weather: Any
) -> int:
    """Deliver a wish until it is answered; the number of touches of the last delivery."""
    amazon = FeedAmazon(Time(), lag)
    parts = [frozenset(row["SKU"] for row in rows[n : n + 3]) for n in range(0, len(rows), 3)]
    async with Store.open("memory:") as store:
        for ends in deaths:
            await delivered(Process(amazon, store, Life(ends), weather), api, rows, key)
            amazon.time.at += 1.0
            if key is None and await finished(store):
                break  # the answer was given out: the same content again would be another wish
        else:
            life = Life()
            answers = await delivered(Process(amazon, store, life), api, rows, key)
            assert answers is not None
            assert len(answers) == 1
            ids = answers[0].get("feedSubmissionIds", [answers[0]["feedSubmissionId"]])
            assert ids == [feed.id for part in parts for feed in amazon.feeds if skus(feed) == part]
            assert answers[0]["summary"]["successful"] == len(rows)
    assert sorted(map(sorted, map(skus, amazon.feeds))) == sorted(map(sorted, parts))
    return 0


@pytest.fixture(autouse=True)
def small_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MESSAGES", 3)


def stock(many: int) -> list[dict[str, Any]]:
    return [{"SKU": f"S{n}", "Quantity": n} for n in range(many)]


@pytest.mark.parametrize("many", [2, 8])
@pytest.mark.parametrize("keyed", [False, True])
@pytest.mark.parametrize("api", APIS)
async def test_killed_at_each_touch_and_delivered_again_the_work_is_done_once(api: str, keyed: bool, many: int) -> None:
    amazon, life = FeedAmazon(Time()), Life()
    async with Store.open("memory:") as store:
        await delivered(Process(amazon, store, life), api, stock(many), None)
    assert life.touches > 20
    for ends in range(1, life.touches + 1):
        await once(api, stock(many), "k" if keyed else None, [ends], 1.0, None)


def forecast(chance: random.Random) -> Any:
    """What the line does: mostly nothing, now and then each kind of loss."""
    kinds = ["lost", "lost before", "unsent", "500", "500 before", "unreadable"]

    def weather(request: Any) -> str:
        likely = 0.25 if submits(request) else 0.04
        if chance.random() >= likely:
            return "fine"
        kind = chance.choice(kinds)
        return "fine" if kind == "unreadable" and not submits(request) else kind

    return weather


@pytest.mark.parametrize("batch", range(max(1, RUNS // BATCH)))
async def test_over_deaths_and_losses_at_random_the_work_is_done_once(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        chance = random.Random(seed)
        deaths = [chance.randint(1, 90) for _ in range(chance.randint(0, 4))]
        await once(
            chance.choice(APIS),
            stock(chance.choice([1, 2, 3, 4, 7, 9])),
            "k" if chance.random() < 0.5 else None,
            deaths,
            chance.uniform(0, 5),
            forecast(chance),
        )


@pytest.mark.parametrize("batch", range(max(1, RUNS // BATCH)))
async def test_several_wishes_side_by_side_each_do_their_work_once(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH, 5):
        await side_by_side(random.Random(seed))


async def side_by_side(chance: random.Random) -> None:
    """Wishes of one feed type delivered in any order and together, some to processes that die, then once more each."""
    api = chance.choice(APIS)
    amazon = FeedAmazon(Time(), chance.uniform(0, 5))
    wishes = {f"k{n}": [{"SKU": f"{n}-{m}", "Quantity": m} for m in range(chance.choice([1, 4]))] for n in range(3)}
    async with Store.open("memory:") as store:
        for _ in range(3):
            together = chance.sample(sorted(wishes), chance.randint(1, 3)) + ["k0"] * chance.randint(0, 1)
            lives = [Life(chance.choice([None, chance.randint(1, 90)])) for _ in together]
            weather = forecast(chance)
            await asyncio.gather(
                *(
                    delivered(Process(amazon, store, life, weather), api, wishes[key], key)
                    for key, life in zip(together, lives, strict=True)
                )
            )
        for key, rows in wishes.items():
            answers = await delivered(Process(amazon, store, Life()), api, rows, key)
            assert answers is not None
            assert answers[0]["summary"]["successful"] == len(rows)
    wanted = [
        frozenset(row["SKU"] for row in rows[n : n + 3]) for rows in wishes.values() for n in range(0, len(rows), 3)
    ]
    assert sorted(map(sorted, map(skus, amazon.feeds))) == sorted(map(sorted, wanted))


async def test_two_processes_with_one_key_submit_once_and_answer_alike() -> None:
    for api in APIS:
        amazon = FeedAmazon(Time())
        async with Store.open("memory:") as store:
            both = [delivered(Process(amazon, store, Life()), api, stock(2), "k") for _ in range(2)]
            first, second = await asyncio.gather(*both)
        assert len(amazon.feeds) == 1
        assert first == second

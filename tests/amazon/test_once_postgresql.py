"""Once on PostgreSQL: an owner whose session is lost claims anew before it calls Amazon."""

from typing import Any

import asyncpg
import pytest
from feed_amazon import FeedAmazon, Life, Process, run

from sellerport.store import Store
from store_server import postgres_server, postgres_url
from support import APIS, Time, patient

pytestmark = pytest.mark.anyio
__all__ = ["postgres_server", "postgres_url"]
ROWS = [{"SKU": "A", "Quantity": 1}]
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def severed(url: str) -> None:
    """End every session of the database."""
    connection = await asyncpg.connect(url)
    await connection.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
    await connection.close()


async def answers(process: Process, api: str) -> list[Any]:
    with patient():
        return [body async for body in run(process, api, ROWS, key="k")]


class Severing(Process):
    """A process whose sessions are lost after its first ping or document; then somebody else comes with its key."""

    def __init__(self, amazon: FeedAmazon, store: Store, url: str, api: str, *, rival: bool) -> None:
        super().__init__(amazon, store, Life())
        self.rivals: list[Any] = []
        sent, lost = self._make().send, list[str]()

        async def rivalling() -> None:
            await severed(url)
            if rival:
                async with Store.open(url) as other:
                    self.rivals += await answers(Process(amazon, other, Life()), api)

        class Line:
            async def send(self, request: Any, *, limit: int = 1) -> Any:
                answer = await sent(request)
                if not lost and (request.url.endswith("/documents") or request.method == "GET"):
                    lost.append(request.url)
                    await rivalling()
                return answer

        self._make = Line  # type: ignore[assignment]


@pytest.mark.parametrize("api", APIS)
async def test_an_owner_that_lost_its_session_claims_anew_and_submits(postgres_url: str, api: str) -> None:
    amazon = FeedAmazon(Time())
    async with Store.open(postgres_url) as store:
        (answer,) = await answers(Severing(amazon, store, postgres_url, api, rival=False), api)
    assert answer["summary"]["successful"] == 1
    assert amazon.submitted() == 1


@pytest.mark.parametrize("api", APIS)
async def test_an_owner_that_lost_its_session_to_another_answers_with_the_others_submission(
    postgres_url: str, api: str
) -> None:
    amazon = FeedAmazon(Time())
    async with Store.open(postgres_url) as store:
        process = Severing(amazon, store, postgres_url, api, rival=True)
        assert await answers(process, api) == process.rivals
    assert amazon.submitted() == 1

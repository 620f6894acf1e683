"""`sellerport feeds`: what was submitted, and the issues of one submission."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sellerport.commands.feeds import age, feeds
from sellerport.errors import InputError
from support import APIS, bench, bodies

pytestmark = pytest.mark.anyio
ROWS = [{"SKU": "MUG-BLUE-11OZ", "Quantity": 1}, {"SKU": "NO-SUCH", "Quantity": 2}]
Words = Mapping[str, Callable[..., Any]]


@pytest.fixture
def env(tmp_path: Any) -> dict[str, str]:
    return {"SELLERPORT_STORE": f"sqlite:///{tmp_path}/store.db", "RESPONSE_CHECK_DELAY": "20000"}


async def submitted(
    env: Mapping[str, str], api: str, function: str = "updateItem", body: Any = None, **fields: Any
) -> Any:
    """The answer of an action in a new world."""
    async with bench(scale=60) as b:
        said = {"messages": ROWS} if body is None else body
        (emission,) = await b.run(function, b.cfg(api, **fields), said, env=env)
        return emission.body  # type: ignore[union-attr]


async def out(capsys: pytest.CaptureFixture[str], words: Words, word: str = "", *arguments: Any) -> list[list[str]]:
    """What a word prints, split into words."""
    await words[word](*arguments)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


async def test_nothing_was_submitted(env: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert await out(capsys, feeds(env)) == [["ID", "TYPE", "ROWS", "STATE", "AGE", "ERRORS", "FUNCTION"]]


@pytest.mark.parametrize("api", APIS)
async def test_a_submission_is_listed_with_its_rows_state_and_errors(
    env: dict[str, str], capsys: pytest.CaptureFixture[str], api: str
) -> None:
    answer = await submitted(env, api)
    (_, line) = await out(capsys, feeds(env))
    assert line[:4] == [answer["feedSubmissionId"], answer["feedType"], "2", "DONE"]
    assert line[5:] == ["1", "updateItem"]


async def test_a_submission_that_nobody_waited_for_has_no_errors_yet(
    env: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    await submitted(env, "MWS", waitForResult="no")
    (_, line) = await out(capsys, feeds(env))
    assert (line[3], line[5]) == ("IN_QUEUE", "-")


@pytest.mark.parametrize("api", APIS)
async def test_a_submission_shows_its_issues_at_their_rows(
    env: dict[str, str], capsys: pytest.CaptureFixture[str], api: str
) -> None:
    answer = await submitted(env, api)
    *_, issue = await out(capsys, feeds(env), "show", answer["feedSubmissionId"])
    assert issue[:5] == ["row", "1:", "NO-SUCH", "ERROR", "13013"]


async def test_rows_that_were_left_out_are_shown_too(env: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"sku": sku, "imageType": "Main", "imageLocation": "https://example.org/a.jpg"}
            for sku in ("NO-SUCH", "MUG-BLUE-11OZ")]  # fmt: skip
    answer = await submitted(env, "SP-API", "changeProductImage", {"messages": rows})
    _, line, issue = await out(capsys, feeds(env), "show", answer["feedSubmissionId"])
    assert issue[:5] == ["row", "0:", "NO-SUCH", "ERROR", "SKU_NOT_FOUND"]
    assert line[2] == "2"


async def test_single_calls_are_listed_and_shown_by_their_id(
    env: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    async with bench() as b:
        how: dict[str, Any] = {"env": env, "key": "k", "key_is_strict": True}
        (said,) = bodies(await b.run("updateItem", b.cfg("SP-API", submitBy="listings"), {"messages": ROWS}, **how))
    number = said["submissions"][0]["submissionId"]
    (_, line) = await out(capsys, feeds(env))
    assert line[:4] == [number, "LISTINGS_ITEMS", "2", "DONE"]
    assert line[5] == "1"
    *_, issue = await out(capsys, feeds(env), "show", said["submissions"][1]["submissionId"])
    assert issue[:4] == ["row", "1:", "NO-SUCH", "ERROR"]


@pytest.mark.parametrize("api", APIS)
async def test_the_state_is_the_last_that_amazon_told(
    env: dict[str, str], capsys: pytest.CaptureFixture[str], api: str
) -> None:
    async with bench(scale=60) as b:
        b.world.faults.order("processing", "stuck")
        cfg = b.cfg(api)
        (said,) = bodies(
            await b.run("updateItem", cfg, {"messages": ROWS}, env={**env, "RESPONSE_TIME_LIMIT": "60000"})
        )
        assert said["feedProcessingStatus"] == "IN_PROGRESS"
        (_, line) = await out(capsys, feeds(env))
        assert line[3] == "IN_PROGRESS"
        rows = [{"SKU": "MUG-BLUE-11OZ", "Quantity": 7}]
        (said,) = bodies(await b.run("updateItem", b.cfg(api, waitForResult="no"), {"messages": rows}, env=env))
        b.world.faults.clear()
        b.time.at += 600
        feed = {"submissionId": said["feedSubmissionId"]}
        (told,) = bodies(await b.run("getFeedSubmissionStatus", cfg, feed, env=env))
        (*_, line) = await out(capsys, feeds(env))
        assert line[3] == told["feedProcessingStatus"]


async def test_an_unknown_id_is_an_error(env: dict[str, str]) -> None:
    with pytest.raises(InputError, match="'7'"):
        await feeds(env)["show"]("7")


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0s"), (59, "59s"), (60, "1m"), (7200, "2h"), (200000, "2d")])
def test_an_age_is_said_in_its_largest_unit(seconds: float, text: str) -> None:
    assert age(seconds) == text

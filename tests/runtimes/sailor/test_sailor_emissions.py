"""What leaves the step, kind by kind."""

import pytest
from sailor_flow import Flow, toy

pytestmark = pytest.mark.anyio


async def test_a_message_goes_through(flow: Flow) -> None:
    async with flow.step(toy()):
        await flow.put({"hello": "world"})
        got = await flow.get("data")
    assert got.message == {"body": {"hello": "world"}, "headers": {}}

"""A flow for each test, on one broker for all."""

from collections.abc import Iterator

import pytest
from sailor_flow import Flow, Platform, Rabbit, broker_uri
from sailor_witness import witness_folder


@pytest.fixture(scope="session")
def broker() -> str:
    return broker_uri()


@pytest.fixture(scope="session")
def witness() -> str:
    return witness_folder()


@pytest.fixture
def flow(broker: str) -> Iterator[Flow]:
    rabbit, platform = Rabbit(broker), Platform()
    yield Flow(broker, rabbit, platform)
    rabbit.close()
    platform.close()

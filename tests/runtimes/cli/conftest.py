"""What the tests of the command line share."""

from collections.abc import Iterator

import pytest
import stamina.instrumentation
import structlog


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """The command line sends all logs to its stderr; after the test that stream is nobody's any more."""
    yield
    structlog.reset_defaults()
    stamina.instrumentation.set_on_retry_hooks(None)

"""What all tests share."""

import hypothesis
import pytest

hypothesis.settings.register_profile("sellerport", deadline=None)  # nothing is asserted on time
hypothesis.settings.load_profile("sellerport")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"

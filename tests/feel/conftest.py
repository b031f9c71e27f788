from collections.abc import Iterator

import pytest
from feel import Feel


@pytest.fixture(scope="session")
def feel() -> Iterator[Feel]:
    """One engine for the whole run: whatever a test does to it, the next finds it alive."""
    engine = Feel()
    yield engine
    engine.close()

"""What every test may ask for."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage import Storage, open_storage

# A busy machine is no failed property, and the whole suite has five minutes.
settings.register_profile("qala", deadline=None, max_examples=60)
settings.register_profile("many", deadline=None, max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "qala"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty store in a real SQLite file."""
    opened = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    yield opened
    await opened.close()

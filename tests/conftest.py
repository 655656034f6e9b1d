"""What every test may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import Storage, open_storage


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty store in a real SQLite file."""
    opened = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    yield opened
    await opened.close()

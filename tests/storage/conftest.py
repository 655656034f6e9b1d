"""Everything remembered is remembered alike in SQLite and in PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from storage import Storage, open_storage


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Storage]:
    """An empty store, once in either database."""
    opened = await open_storage(database_url)
    yield opened
    await opened.close()

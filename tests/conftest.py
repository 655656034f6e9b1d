"""What every test may ask for."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from bot import import_aiogram
from storage import Storage, open_storage
from storage.engine.database import FIRST_WRITE
from storage.inbox import Inbox
from tests.postgres import Cluster, cluster, installed

# A busy machine is no failed property, and the whole suite has five minutes.
settings.register_profile("qala", deadline=None, max_examples=60)
settings.register_profile("many", deadline=None, max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "qala"))

import_aiogram()

# A commit waits for the disk, and thousands of commits for a minute. What a test leaves behind is thrown away, so its
# files stand in memory where there is room for them, and where programs may be run from there.
_MEMORY = Path("/dev/shm")
if (
    _MEMORY.is_dir()
    and os.access(_MEMORY, os.W_OK)
    and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    and shutil.disk_usage(_MEMORY).free > 2 << 30
):
    for name in ("TMPDIR", "PYTEST_DEBUG_TEMPROOT"):
        os.environ.setdefault(name, str(_MEMORY))
    tempfile.tempdir = None  # it may have been looked up already

# As in the program: a traceback with everything that was at hand takes seconds to draw.
structlog.configure(processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


@pytest.fixture(autouse=True)
def _one_transaction_an_update(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A handler stores all it has to store in one transaction, before its first request: a later one may be lost."""
    handling, late = Inbox.handling, []

    @contextlib.asynccontextmanager
    async def watched(inbox: Inbox, update_id: int) -> AsyncIterator[None]:
        async with handling(inbox, update_id):
            yield
            first = FIRST_WRITE.get()
            late.extend([update_id] * (first.later if first else 0))

    monkeypatch.setattr(Inbox, "handling", watched)
    yield
    assert not late, "an update was written for after it counted as handled"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Storage]:
    """An empty store in a real SQLite file."""
    opened = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL; a test that asks for it is skipped where no server is installed."""
    if not installed():
        pytest.skip("no PostgreSQL server is installed")
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/qala.sqlite"
        return
    async with request.getfixturevalue("postgres").database() as url:
        yield url

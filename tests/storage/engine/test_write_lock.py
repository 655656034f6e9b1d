"""Two processes that write take turns: each lock file is opened twice here, as two processes do."""

import asyncio
from pathlib import Path

import pytest

from storage.engine.write_lock import WriteLock, WriteLockError


async def test_a_busy_writer_stands_behind_one_who_waits(tmp_path: Path) -> None:
    busy, other = WriteLock(tmp_path, 5), WriteLock(tmp_path, 5)
    order: list[str] = []

    async def once() -> None:
        async with other.mine():
            order.append("other")

    waiting = None
    for _ in range(3):
        async with busy.mine():
            order.append("busy")
            if waiting is None:
                waiting = asyncio.create_task(once())
                while not busy.awaited():
                    await asyncio.sleep(0)
    assert waiting is not None
    await waiting
    assert order == ["busy", "other", "busy", "busy"]
    busy.close()
    other.close()


async def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    stuck, other = WriteLock(tmp_path, 5), WriteLock(tmp_path, 0)
    async with stuck.mine():
        with pytest.raises(WriteLockError):
            async with other.mine():
                pass
        assert not stuck.awaited()
    async with other.mine():
        assert not stuck.awaited()
    stuck.close()
    other.close()

"""A copy a day, checked, the newest few kept; what is no copy of ours is let be."""

import pytest

from bot.sending.jobs import BackupFailedError, DailyBackup
from bot.supervisor import Supervisor
from storage import open_storage

NOW, DAY = 1_800_000_000, 86_400


async def test_a_copy_a_day_the_newest_few_are_kept_and_each_can_be_opened(tmp_path):
    url = f"sqlite:///{tmp_path}/data/qala.sqlite"
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "qala-mine.sqlite").touch()
    store, now = await open_storage(url), [NOW]
    copying = DailyBackup(url, copies, 2, lambda: now[0])
    for day in range(4):
        now[0] = NOW + day * DAY
        await store.facts.put("day", str(day))
        await copying.ring()
        await store.facts.put("day", "later")
        await copying.ring()  # today's is there
    await store.close()
    made = sorted(copies.glob("qala-2*.sqlite"))
    assert len(made) == 2
    for day, file in zip((2, 3), made, strict=True):
        assert file.stat().st_mode & 0o077 == 0
        opened = await open_storage(f"sqlite:///{file}")
        assert await opened.facts.get("day") == str(day)
        await opened.close()
    assert (copies / "qala-mine.sqlite").exists()


async def test_a_copy_that_cannot_be_written_is_told_and_the_old_ones_stay(tmp_path):
    url = f"sqlite:///{tmp_path}/data/qala.sqlite"
    await (await open_storage(url)).close()
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "qala-2020-01-01.sqlite").touch()
    (copies / "qala-2027-01-15.sqlite.qala-part").mkdir()  # where it would be written
    with pytest.raises(BackupFailedError):
        await DailyBackup(url, copies, 1, lambda: NOW).ring()
    assert (copies / "qala-2020-01-01.sqlite").exists()


async def test_a_backup_that_fails_takes_no_bot_out_of_service(tmp_path):
    supervisor = Supervisor()
    nowhere = DailyBackup(f"sqlite:///{tmp_path}/none.sqlite", tmp_path / "nowhere", 1, lambda: NOW)
    await supervisor.guarded("bell", "backup", nowhere.ring)()
    assert [name for _, name in supervisor.troubles] == ["backup"]
    assert supervisor.why_not_ready is None

"""A copy a day, checked, the newest few kept; what is no copy of ours is let be."""

import pytest

from bot.sending.jobs import BackupFailedError, DailyBackup
from bot.supervisor import Supervisor
from storage import open_storage
from storage.engine.backup import remove_old_stores

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


async def test_a_copy_and_a_replaced_store_of_a_month_ago_go_whatever_may_be_kept(tmp_path):
    url = f"sqlite:///{tmp_path}/qala.sqlite"
    await (await open_storage(url)).close()
    copies = tmp_path / "copies"
    copies.mkdir()
    for day in ("2026-12-01", "2026-12-16", "2026-12-17"):
        (copies / f"qala-{day}.sqlite").touch()
    await DailyBackup(url, copies, 1000, lambda: NOW).ring()  # 2027-01-15
    assert [one.name for one in sorted(copies.iterdir())] == [
        "qala-2026-12-16.sqlite",
        "qala-2026-12-17.sqlite",
        "qala-2027-01-15.sqlite",
    ]
    replaced = tmp_path / "qala.sqlite.before-20261129T101010Z"
    replaced.touch()
    now = int(replaced.stat().st_ctime)
    assert remove_old_stores(url, now + 29 * DAY) == 0
    assert remove_old_stores(url, now + 31 * DAY) == 1
    assert not replaced.exists()
    assert (tmp_path / "qala.sqlite").exists()


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

"""A banned person or group is not heard and not written to, whatever happens meanwhile; let in again, all is as it was."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.cli.commands import app
from sandbox.world.people import NotSeen
from storage.engine.backup import back_up, restore
from storage.readers.data_map import forget_again
from tests.driver import TOKEN, world

BOSS = 1001


async def test_a_banned_reader_gets_neither_answers_nor_digests_until_they_are_let_in_again(tmp_path):
    async with world(tmp_path, admins=(BOSS,)) as city:
        boss, reader = city.person("Айгерім", "ru"), city.person("Марина", "ru")
        reader.says("/digest 08:30")
        await reader.sees("08:30")
        boss.says(f"/ban {reader.id}")
        await boss.sees(f"/unban {reader.id}")
        reader.says("/latest")
        question = reader.types("дороги")
        boss.says("/ban")
        assert str(reader.id) in (await boss.sees("Кого бот не слушает"))["text"]
        await city.passes(86_400)
        with pytest.raises(NotSeen):
            await reader.sees(within=0.2)
        assert question.answer is None
        boss.says(f"/unban {reader.id}")
        await boss.sees("снова слышно")
        reader.says("/settings")
        await reader.sees("08:30")
        assert (await city.store.subscribers.get(reader.id)).state == "active"


async def test_in_a_group_an_answer_bans_its_writer_and_a_number_the_group_whatever_id_it_gets(tmp_path):
    async with world(tmp_path, admins=(BOSS,)) as city:
        boss, loud = city.person("Айгерім", "ru"), city.person("Тимур", "ru")
        group = boss.makes_group("Двор", loud, city.telegram.bots[TOKEN])
        await boss.sees("Qala", chat=group)
        said = loud.says("/latest@qala_bot", group)
        boss.says("/ban@qala_bot", group, reply_to=said["message_id"])
        await boss.sees(f"/unban {loud.id}", chat=group)
        assert city.store.bans.now == {loud.id}
        boss.says(f"/ban {group.id}")
        await boss.sees(f"/unban {group.id}")
        boss.migrates(group)
        boss.says("/ban")
        told = await boss.sees("Кого бот не слушает")
        assert str(group.migrated_to) in told["text"]
        boss.says(f"/ban {BOSS}")
        await boss.sees("Это администратор")
        loud.says(f"/unban {loud.id}")
        assert loud.id in city.store.bans.now


async def test_a_ban_by_command_is_heard_of_by_the_running_bot_and_survives_a_restart_and_a_restore(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QALA_ADMINS", str(BOSS))
    url, copy = f"sqlite:///{tmp_path}/qala.sqlite", tmp_path / "copy"

    def qala(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, words)
        assert result.exit_code == code, result.output
        return result.output

    async with world(tmp_path, news=False) as city:
        assert city.person("Айгерім").id == BOSS
        reader = city.person("Марина", "ru")
        reader.says("/settings")
        await reader.sees()
        back_up(url, copy)
        assert "banned: " in await asyncio.to_thread(qala, "ban", str(reader.id))
        await asyncio.to_thread(qala, "ban", "-100200300")
        await city.store.bans.refresh()
        reader.says("/settings")
        with pytest.raises(NotSeen):
            await reader.sees(within=0.2)
    assert restore(url, copy, 1_900_000_000, forget_again).kept is not None
    async with world(tmp_path, news=False) as city:
        assert city.store.bans.now == {reader.id, -100200300}
        assert (await city.store.subscribers.get(reader.id)).state == "blocked"
    assert [line.split("\t")[0] for line in (await asyncio.to_thread(qala, "ban")).splitlines()] == sorted(
        [str(reader.id), "-100200300"]
    )
    assert "heard again" in await asyncio.to_thread(qala, "unban", "-100200300")
    assert "is not banned" in await asyncio.to_thread(qala, "unban", "-100200300", code=1)
    assert "administrator" in await asyncio.to_thread(qala, "ban", str(BOSS), code=1)

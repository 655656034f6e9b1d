"""The bot is lost: its readers under another token, in the same store or carried to another in a sealed file."""

import asyncio

import pytest
from typer.testing import CliRunner

from bot.app import running
from bot.cli.commands import app
from news.models import Subscriber, Subscription
from storage import StorageError, open_storage
from storage.readers.export import carry_in, seal, unsealed
from tests.driver import world

OTHER = "654321:another-another-another-another-1234"
PASSWORD = "ақша емес, сөз 123"
NOW = 1_795_320_000


async def readers_of(store):
    rows = await store.database.fetch("SELECT chat_id, state FROM subscribers ORDER BY chat_id")
    return {row["chat_id"]: row["state"] for row in rows}


async def test_under_a_new_token_nobody_is_written_to_before_they_speak_and_then_all_is_as_it_was(tmp_path):
    async with world(tmp_path) as city:
        reader, quiet = city.person("Марина", "ru"), city.person("Айгерім", "kk")
        for one in (reader, quiet):
            one.says("/digest 08:30")
            await one.sees("08:30")
        reader.says('/subscribe "дороги" now')
        await reader.sees()
        await city.passes(86_400)
        await reader.sees()
    async with world(tmp_path, news=False) as city:  # the same bot: nothing changes
        assert set((await readers_of(city.store)).values()) == {"active"}
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    sent = (await store.deliveries.counts())["sent"]
    assert sent >= 2
    try:
        async with world(tmp_path / "elsewhere", news=False) as city:
            city.telegram.bot(OTHER, username="other_bot")
            city.clock.advance(3 * 86_400)
            reader, quiet = city.person("Марина", "ru"), city.person("Айгерім", "kk")
            now = lambda: int(city.clock.now())  # noqa: E731
            async with running(city.settings, OTHER, now, 3600, store) as bot:
                assert set((await readers_of(store)).values()) == {"blocked"}
                city.clock.advance(86_400)
                await bot.bell.ring()
                assert (await store.deliveries.counts())["sent"] == sent
                other = city.telegram.bots[OTHER]
                reader.starts(bot=other)
                await reader.sees()
                known = await store.subscribers.get(reader.id)
                assert known.state == "active"
                assert known.timetable.minutes == (510,)
                assert [(one.value, one.at_once) for one in known.subscriptions] == [("дороги", True)]
                assert (await store.subscribers.get(quiet.id)).state == "blocked"
                assert await store.deliveries.discrepancies() == []
    finally:
        await store.close()


async def test_readers_are_carried_in_a_sealed_file_and_are_back_at_their_start(tmp_path, database_url):
    store = await open_storage(database_url)
    for number in range(1, 4):
        await store.subscribers.add(Subscriber(number, "private", "kk", "Asia/Almaty", created_at=NOW))
    await store.subscribers.set_city(1, "almaty")
    await store.subscribers.subscribe(1, Subscription("word", "су өшіру", at_once=True))
    await store.subscribers.subscribe(1, Subscription("topic", "roads"))
    await store.bans.add(3, NOW)
    await store.bans.add(-100, NOW)
    file = tmp_path / "readers.qala"
    assert await seal(store.database, file, PASSWORD) == 3
    await store.close()
    assert "су өшіру".encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0

    new = await open_storage(f"sqlite:///{tmp_path}/new/qala.sqlite")
    await new.subscribers.add(Subscriber(2, "private", "ru", "Asia/Almaty", created_at=NOW))
    added = [await carry_in(new.database, some, NOW + 60) for some in unsealed(file, PASSWORD)]
    assert sum(added) == 2
    again = [await carry_in(new.database, some, NOW + 60) for some in unsealed(file, PASSWORD)]
    assert sum(again) == 0
    one = await new.subscribers.get(1)
    assert (one.city, one.state, one.language) == ("almaty", "blocked", "kk")
    assert {(asked.kind, asked.value, asked.at_once) for asked in one.subscriptions} == {
        ("word", "су өшіру", True),
        ("topic", "roads", False),
    }
    assert (await new.subscribers.get(2)).language == "ru"
    await new.bans.refresh()
    assert new.bans.now == {3, -100}
    await new.close()


async def test_a_file_with_another_password_or_a_byte_changed_or_cut_off_is_refused_whole(tmp_path, store):
    for number in range(1, 2003):
        await store.subscribers.add(Subscriber(number, "private", "kk", "Asia/Almaty", created_at=NOW))
    file = tmp_path / "readers.qala"
    await seal(store.database, file, PASSWORD)
    whole = file.read_bytes()
    with pytest.raises(StorageError, match="not opened by this password"):
        list(unsealed(file, PASSWORD + "!"))
    spoilt = {
        "a byte": whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:],
        "the salt": whole[:20] + bytes([whole[20] ^ 1]) + whole[21:],
        "the end": whole[:-100],
        "nothing but a head": whole[:31],
        "another file": b"hello",
    }
    first = int.from_bytes(whole[31:35]) + 4
    spoilt["its first part"] = whole[:31] + whole[31 + first :]
    for what, content in spoilt.items():
        file.write_bytes(content)
        with pytest.raises(StorageError, match=r"changed|cut off|no readers"):
            list(unsealed(file, PASSWORD))
            pytest.fail(what)


def test_the_commands_ask_for_a_password_worth_its_name_and_overwrite_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path / "old"))

    async def fill():
        store = await open_storage(f"sqlite:///{tmp_path}/old/qala.sqlite")
        await store.subscribers.add(Subscriber(1, "private", "kk", "Asia/Almaty", created_at=NOW))
        await store.close()

    asyncio.run(fill())

    def qala(*words: str, typed: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["readers", *words], input=typed)
        assert result.exit_code == code, result.output
        return result.output

    assert "12 characters" in qala("export", "readers.qala", typed="short\n", code=2)
    assert "1 readers" in qala("export", "readers.qala", typed=PASSWORD + "\n")
    assert "already" in qala("export", "readers.qala", typed=PASSWORD + "\n", code=1)
    monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path / "new"))
    assert "not opened" in qala("import", "readers.qala", typed="another password\n", code=1)
    assert "1 readers wait" in qala("import", "readers.qala", typed=PASSWORD + "\n")

"""Planning a crowd: in batches, once each, composed once for all who are alike."""

from datetime import UTC, datetime

import pytest

from bot.sending.planning import Planner
from news.models import Entry, FiledEntry, Topic
from storage import open_storage
from storage.ledger.deliveries import DeliveryResult

MORNING = 1_795_316_400  # 2026-11-22 08:00 in Almaty
TOPICS = ("sport", "roads", "culture")


@pytest.fixture
async def store(database_url):
    opened = await open_storage(database_url)
    await opened.articles.save([article(number) for number in range(6)], MORNING - 3600)
    yield opened
    await opened.close()


def article(number):
    entry = Entry(
        id=f"n:{number}",
        title=f"Новость {number}",
        body="Текст.",
        url=f"https://news.example.kz/{number}",
        published=datetime.fromtimestamp(MORNING - 7200, UTC),
        source="Горожанин",
    )
    return FiledEntry(entry, "ru", "Текст.", (Topic(TOPICS[number % 3]),))


async def crowd(store, count, minutes="480"):
    async with store.database.transaction() as tx:
        for chat in range(1, count + 1):
            await tx.execute(
                "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at, minutes, decided_until,"
                " next_digest_at, last_edition_at) VALUES ($1, 'private', 'ru', 'Asia/Almaty', $2, $3, $4, $5, $2)",
                chat,
                MORNING - 86_400,
                minutes,
                MORNING - 60,
                MORNING,
            )
            await tx.execute(
                "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, 'topic', $2)", chat, TOPICS[chat % 3]
            )


async def delivered(store):
    for _ in range(2):
        sent = await store.deliveries.claim(10, MORNING + 60)
        await store.deliveries.turn([DeliveryResult(one, "sent", one.chat_id) for one in sent], 0, MORNING + 60)


async def test_a_crowd_is_planned_in_batches_once_each_and_composed_once_for_all_alike(store):
    await crowd(store, 40)
    assert await Planner(store, due_at_once=7).plan(MORNING + 5) == 40
    assert await store.deliveries.counts() == {"planned": 40}
    assert await store.database.fetchval("SELECT count(*) FROM compositions") == len(TOPICS)
    assert await store.database.fetchval("SELECT count(*) FROM audiences") == len(TOPICS)
    assert await Planner(store).plan(MORNING + 5) == 0


async def test_who_moved_west_meets_the_same_hour_of_the_day_and_gets_no_second_edition(store):
    await crowd(store, 3)
    await Planner(store).plan(MORNING + 5)
    await delivered(store)
    await store.subscribers.set_timezone(2, "Europe/London", MORNING + 5 * 3600)
    assert await Planner(store).plan(MORNING + 5 * 3600 + 5) == 1
    assert await store.deliveries.counts() == {"sent": 3}
    assert await store.agenda.next_due() == MORNING + 86_400


async def test_a_choice_made_since_the_last_edition_is_heeded(store):
    await crowd(store, 4)
    await Planner(store, due_at_once=2).plan(MORNING + 5)
    await delivered(store)
    await store.subscribers.set_manner(1, length=5, form="rich", says_nothing=True)
    await Planner(store, due_at_once=2).plan(MORNING + 86_405)
    rows = await store.database.fetch("SELECT chat_id, form, state FROM deliveries WHERE edition = '2026-11-23T08:00'")
    assert {(row["chat_id"], row["form"], row["state"]) for row in rows} == {
        (1, "rich", "planned"),
        *((chat, "plain", "empty") for chat in (2, 3, 4)),
    }


async def test_one_whose_digest_cannot_be_composed_silences_nobody_and_gets_the_next_one(store):
    await crowd(store, 4)
    await store.database.execute("UPDATE subscriptions SET kind = 'story', value = 'no number' WHERE chat_id = 2")
    assert await Planner(store).plan(MORNING + 5) == 4
    assert await store.deliveries.counts() == {"planned": 3, "skipped": 1}
    await store.database.execute("DELETE FROM subscriptions WHERE chat_id = 2")
    await store.database.execute("UPDATE subscribers SET audience = NULL WHERE chat_id = 2")
    await delivered(store)
    await Planner(store).plan(MORNING + 86_405)
    row = await store.database.fetchrow("SELECT state FROM deliveries WHERE chat_id = 2 AND edition LIKE '2026-11-23%'")
    assert row["state"] == "planned"


async def test_the_preview_and_the_bell_choose_the_same_whatever_its_reader_asked_for(store):
    await crowd(store, 4)
    await store.preferences.mute(1, "topic", "sport")
    await store.preferences.mute(2, "word", "новость 5")
    await store.preferences.mute(3, "topic", "roads", fewer=True)
    await store.database.execute("INSERT INTO subscriptions (chat_id, kind, value) VALUES (4, 'word', 'Новость 3')")
    now = MORNING + 5 - (MORNING + 5) % 60
    readers = {chat: await store.subscribers.get(chat) for chat in range(1, 5)}
    previewed = {
        chat: await store.deliveries.digest_now(reader, now, MORNING - 86_400) for chat, reader in readers.items()
    }
    await store.database.execute("UPDATE subscribers SET last_edition_at = $1", MORNING - 86_400)
    await Planner(store).plan(MORNING + 5)
    rows = await store.database.fetch("SELECT chat_id, composition FROM deliveries ORDER BY chat_id")
    planned = {row["chat_id"]: await store.compositions.sent_digest(row["composition"], ()) for row in rows}
    assert len({str(one and [article.title for article in one.articles]) for one in planned.values()}) > 2
    assert planned == previewed


async def test_what_is_new_in_a_followed_story_is_kept_with_what_was_planned(store):
    await crowd(store, 1)
    await store.articles.save([article(7)], MORNING - 3600)
    key, body = await store.database.fetchval("SELECT max(key) FROM articles"), "Вода вернётся 30 ноября в 18:40."
    await store.database.execute("UPDATE articles SET story = 7, title = 'Вода', body = $2 WHERE key = $1", key, body)
    told = "UPDATE articles SET story = 7, published_at = $1, first_seen = $1 WHERE key = 1"
    await store.database.execute(told, MORNING - 90_000)
    await store.database.execute("INSERT INTO subscriptions (chat_id, kind, value) VALUES (1, 'story', '7 Новость')")
    await Planner(store).plan(MORNING + 5)
    planned = await store.database.fetchval("SELECT composition FROM deliveries")
    made = await store.compositions.sent_digest(planned, ())
    assert [one.key for one in made.developed] == [key]
    assert made.news == {key: body}


async def test_a_pause_skips_its_digests_without_a_row_and_ends_by_itself(store):
    await crowd(store, 1)
    back = MORNING + 5 * 86_400 - 8 * 3600  # the midnight before the sixth morning
    await store.subscribers.set_away(1, back)
    planner = Planner(store)
    assert await planner.plan(MORNING) == 1
    assert await store.database.fetchval("SELECT count(*) FROM deliveries") == 0
    assert await store.agenda.next_due() == MORNING + 5 * 86_400
    await store.articles.save([article(9)], MORNING + 5 * 86_400 - 3600)
    await planner.plan(MORNING + 5 * 86_400)
    rows = await store.database.fetch("SELECT edition, state FROM deliveries")
    assert [tuple(row) for row in rows] == [("2026-11-27T08:00", "planned")]


async def test_a_pause_holds_alerts_too(store):
    await crowd(store, 2)
    await store.subscribers.set_away(2, MORNING + 60)
    days = {"Asia/Almaty": datetime.fromtimestamp(MORNING, UTC).date()}
    async with store.database.transaction() as tx:
        assert [one.chat_id for one in await store.alerts.readers([1, 2], days, MORNING, tx)] == [1]
        assert [one.chat_id for one in await store.alerts.readers([1, 2], days, MORNING + 60, tx)] == [1, 2]


@pytest.mark.parametrize(
    ("column", "spoilt"),
    [
        ("timezone", "No/Where"),
        ("timezone", "../etc/passwd"),
        ("timezone", ""),
        ("minutes", "soon"),
        ("minutes", "999999"),
        ("minutes", ""),
        ("late", "whenever"),
        ("days", -5),
        ("quiet_from", 999_999),
        ("decided_until", -(1 << 60)),
        ("last_edition_at", 1 << 60),
        ("alerted", "["),
        ("language", "xx"),
        ("news_languages", ""),
        ("city", "\u202e"),
        ("length", -1),
    ],
)
async def test_a_spoilt_row_of_one_reader_keeps_nobody_else_from_their_digest(store, column, spoilt):
    await crowd(store, 5)
    await store.database.execute(f"UPDATE subscribers SET {column} = $1 WHERE chat_id = 3", spoilt)
    await Planner(store).plan(MORNING + 5)
    rows = await store.database.fetch("SELECT chat_id FROM deliveries WHERE state = 'planned' ORDER BY chat_id")
    assert {1, 2, 4, 5} <= {row["chat_id"] for row in rows}
    assert not await store.agenda.is_due(MORNING + 5)


@pytest.mark.parametrize(
    ("table", "column"), [("compositions", "had"), ("compositions", "content"), ("audiences", "description")]
)
async def test_what_a_spoilt_history_or_kind_of_reader_breaks_is_its_own(store, table, column):
    await crowd(store, 6)
    await Planner(store).plan(MORNING + 5)
    await delivered(store)
    await store.articles.save([article(number) for number in range(6, 12)], MORNING + 80_000)
    key = await store.database.fetchval(f"SELECT min(key) FROM {table}")
    await store.database.execute(f"UPDATE {table} SET {column} = '[' WHERE key = $1", key)
    await Planner(store).plan(MORNING + 86_400 + 5)
    rows = await store.database.fetch("SELECT chat_id FROM deliveries WHERE state = 'planned'")
    assert len({row["chat_id"] for row in rows}) >= 4
    assert not await store.agenda.is_due(MORNING + 86_405)

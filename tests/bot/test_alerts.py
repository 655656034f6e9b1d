"""Told at once: over real sockets, in both languages."""

from datetime import UTC, datetime

import pytest

from bot.collecting.importing import import_entries
from bot.sending.alerts import AlertPlanner
from bot.sending.planning import PostPlanner
from locales import texts
from news.models import Entry
from tests.bot.test_reader import labels
from tests.driver import TOKEN, world

HOUR = 3600


async def publish(city, title, body="", *, language="ru", source="Горожанин", name=None, at=None):
    """An article comes in now."""
    now = city.now()
    name = name or f"new:{title}"
    entry = Entry(
        id=name,
        title=title,
        body=body or f"{title}. Об этом сообщили в акимате.",
        url=f"https://news.example.kz/{abs(hash(name))}",
        published=datetime.fromtimestamp(at or now, UTC),
        source=source,
        language=language,
    )
    await import_entries([entry], city.store, now)


async def begins(city, name, language):
    reader = city.person(name, language)
    reader.says("/language " + language)
    await reader.sees({"ru": "Теперь по-русски.", "kk": "Енді қазақша."}[language])
    return reader


async def follows(city, name="Марина", *said, language="ru"):
    """A reader who is told of these at once."""
    await city.bot.bell.alert()
    reader = await begins(city, name, language)
    for one in said or ('"отключение воды"',):
        reader.says(f"/subscribe {one} now")
        await reader.sees({"ru": "новость придёт", "kk": "хабар келеді"}[language])
    city.clock.advance(60)
    return reader


async def rows(city):
    found = await city.store.database.fetch("SELECT state FROM deliveries ORDER BY planned_at, edition")
    return [row["state"] for row in found]


def came(reader, words):
    return [one for one in reader.messages() if words in one.get("text", "")]


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_a_phrase_followed_at_once_comes_when_it_is_published(tmp_path, database_url, language):
    said = {
        "ru": ("отключение воды", "новость придёт, как только выйдет", "Ваша подписка: «отключение воды»"),
        "kk": ("су өшіру", "жаңалық шыққан бойда хабар келеді", "Жазылымыңыз: «су өшіру»"),
    }[language]
    async with world(tmp_path, database=database_url) as city:
        await city.bot.bell.alert()
        reader = await begins(city, "Асель", language)
        reader.says(f'/subscribe "{said[0]}" now')
        await reader.sees(said[1])
        city.clock.advance(60)
        await publish(city, "Завтра в Алматы отключат воду", language="ru")
        await city.passes(5)
        alert = await reader.sees("Завтра в Алматы отключат воду")
        assert said[2] in alert["text"]
        await city.passes(60)
        assert await city.store.deliveries.counts() == {"sent": 1}
        assert not await city.store.deliveries.discrepancies(city.now())


async def test_a_topic_and_an_outlet_are_followed_at_once_too(tmp_path):
    async with world(tmp_path) as city:
        reader = await follows(city, "Марина", "source:news.example.kz", "#алматы")
        await publish(city, "Новый парк у реки", source="Горожанин")
        await city.passes(5)
        alert = await reader.sees("Новый парк у реки")
        assert "«news.example.kz»" in alert["text"]


async def test_quiet_hours_hold_what_comes_and_bring_it_as_one_message(tmp_path):
    async with world(tmp_path) as city:
        reader = await follows(city)
        await city.store.database.execute("UPDATE subscribers SET quiet_from = 540, quiet_to = 660")  # 9 to 11, it is 9
        await publish(city, "Отключение воды на Абая")
        await city.passes(5)
        await publish(city, "Отключение воды в Аксае закончат к вечеру, обещает водоканал города")
        await city.passes(5)
        assert await rows(city) == ["held", "held"]
        assert not came(reader, "Абая")
        await city.passes(2 * HOUR)
        told = await reader.sees("Вышло в тихие часы")
        assert "на Абая" in told["text"]
        assert "в Аксае" in told["text"]
        assert sorted(await rows(city)) == ["merged", "sent"]
        await city.passes(5)
        assert not await city.store.deliveries.discrepancies(city.now())


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_outages_wait_for_the_end_of_quiet_hours_unless_a_reader_wants_them_at_night_too(
    tmp_path, database_url, language
):
    urgent, night = {"ru": ("Отключения и ЧП", "Ночью тоже"), "kk": ("Өшіру және ТЖ", "Түнде де")}[language]
    async with world(tmp_path, news=False, database=database_url) as city:
        await city.bot.bell.alert()
        sleeper, waker = [await begins(city, name, language) for name in ("Марина", "Асель")]
        await city.store.database.execute("UPDATE subscribers SET quiet_from = 540, quiet_to = 660")  # 9 to 11, it is 9
        for reader in (sleeper, waker):
            reader.says("/alerts")
            shown = await reader.sees(urgent_in(urgent))
            assert night not in str(shown)
            reader.presses(shown, urgent)
            shown = await reader.sees(urgent_in(night))
        waker.presses(shown, night)
        await waker.sees(urgent_in(f"✓ {night}"))
        city.clock.advance(60)
        await publish(city, "Отключение воды на Абая: воды не будет до вечера")
        await city.passes(5)
        assert await waker.sees("на Абая")
        assert not came(sleeper, "Абая")
        await city.passes(2 * HOUR)
        assert await sleeper.sees("на Абая")
        assert len(came(waker, "на Абая")) == 1
        await city.store.watches.set_urgent(waker.id, False)
        await city.store.watches.set_urgent(waker.id, True)  # taken back: what was chosen stays
        assert (await city.store.subscribers.get(waker.id)).urgent_at_night


def urgent_in(words):
    return lambda one: words in str(one.get("reply_markup"))


async def test_what_develops_a_story_of_quiet_hours_is_a_reply_to_their_one_message(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        await city.store.database.execute("UPDATE subscribers SET quiet_from = 540, quiet_to = 660")  # 9 to 11, it is 9
        await publish(city, "Отключение воды на Абая", name="other")
        await publish(city, "В Аксае отключение воды обещают закончить к вечеру", name="one")
        await city.passes(5)
        await city.passes(2 * HOUR)
        told = await reader.sees("Вышло в тихие часы")
        assert sorted(await rows(city)) == ["merged", "sent"]
        city.clock.advance(2 * HOUR)
        await publish(city, "Авария на трубе: отключение воды в Аксае продлили", name="two")
        for one in ("other", "one"):  # whichever of the two carries the other, it is the story's message
            await city.store.database.execute("UPDATE articles SET story = NULL")
            await city.store.database.execute(f"UPDATE articles SET story = 77 WHERE id IN ('{one}', 'two')")
            found = await city.store.alerts.told(
                [reader.id], [(await city.store.articles.find(one)).key], city.store.database
            )
            assert found[reader.id].message_id == told["message_id"]
        await city.passes(5)
        later = await reader.sees("продлили")
        assert later["reply_to_message"]["message_id"] == told["message_id"]


async def test_of_very_many_held_in_quiet_hours_the_rest_comes_with_the_digest(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        reader.says("/digest 12:00")
        await reader.sees("12:00")
        await city.store.database.execute("UPDATE subscribers SET quiet_from = 540, quiet_to = 660")  # 9 to 11, it is 9
        streets = ["Абая", "Сатпаева", "Жибек", "Тимирязева", "Розыбакиева", "Толеби", "Райымбека", "Момышулы"]
        streets += ["Саина", "Ауэзова", "Навои", "Жандосова"]
        for street in streets:
            await publish(city, f"Отключение воды: {street}", f"{street}: воды нет.", source=street)
            await city.passes(1)
        assert await rows(city) == ["held"] * 12
        await city.passes(2 * HOUR)
        told = await reader.sees("Вышло в тихие часы")
        assert await city.store.deliveries.counts() == {"merged": 9, "rolled": 2, "sent": 1}
        left = [street for street in streets if street not in told["text"]]
        await city.passes(HOUR)
        digest = await reader.sees(left[0])
        assert left[1] in digest["text"]
        assert not [street for street in streets if street in told["text"] and street in digest["text"]]


async def test_over_the_cap_of_a_day_the_rest_comes_with_the_digest(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        reader.says("/digest 12:00")
        await reader.sees("12:00")
        await city.store.watches.set_most(reader.id, 1)
        await publish(city, "Отключение воды на Абая")
        await city.passes(5)
        first = await reader.sees("на Абая")
        assert "На сегодня хватит" in first["text"]
        await publish(city, "В Караганде планируют отключение воды зимой")
        await city.passes(5)
        assert await rows(city) == ["sent", "rolled"]
        await city.passes(3 * HOUR)
        digest = await reader.sees("В Караганде планируют")
        assert "на Абая" not in digest["text"]  # told at once: new no more


async def test_one_story_is_told_once_and_what_develops_it_is_a_reply(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        await publish(city, "Отключение воды на улице Абая в Алматы", name="one")
        await city.passes(5)
        first = await reader.sees("на улице Абая")
        await publish(city, "Отключение воды на улице Абая в Алматы начнётся завтра", name="two", source="Вечерняя")
        story = (await city.store.articles.find("one")).story
        await city.store.database.execute("UPDATE articles SET story = 77 WHERE id IN ('one', 'two', 'three')")
        await city.passes(5)
        assert await rows(city) == ["sent"], story
        city.clock.advance(2 * HOUR)
        await publish(city, "Авария на трубе: отключение воды на улице Абая продлили", name="three")
        await city.store.database.execute("UPDATE articles SET story = 77 WHERE id IN ('one', 'two', 'three')")
        await city.passes(5)
        later = await reader.sees("продлили")
        assert later["reply_to_message"]["message_id"] == first["message_id"]
        assert later["text"].startswith("Продолжение")


async def test_what_a_digest_told_is_no_alert(tmp_path):
    async with world(tmp_path, news=False) as city:
        await city.bot.bell.alert()
        reader = await begins(city, "Марина", "ru")
        reader.says("/digest 10:00")
        await reader.sees("10:00")
        await publish(city, "Отключение воды на улице Абая в Алматы", name="one")
        await city.passes(HOUR + 60)
        await reader.sees("на улице Абая")
        reader.says('/subscribe "отключение воды" now')
        await reader.sees("новость придёт")
        await publish(city, "Отключение воды на улице Абая в Алматы: подробности", name="two")
        await city.store.database.execute("UPDATE articles SET story = 77")
        await city.passes(5)
        assert "alert" not in {row["form"] for row in await city.store.database.fetch("SELECT form FROM deliveries")}


async def test_a_notice_is_not_sent_after_its_end(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        await publish(city, "Отключение воды на Абая 22 ноября до 09:30")
        await city.bot.bell.alert()
        assert await rows(city) == ["planned"]
        await city.passes(HOUR)
        assert await rows(city) == ["expired"]
        await publish(city, "Отключение воды на Сатпаева 22 ноября до 09:40")
        await city.passes(5)
        assert await rows(city) == ["expired"]
        assert not came(reader, "на Абая")


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_a_notice_whose_text_changes_is_corrected_where_it_was_sent(tmp_path, database_url, language):
    mark = texts(language).plain("alert-corrected")
    title = "Отключение воды в Алматы"
    async with world(tmp_path, news=False, database=database_url) as city:
        reader = await follows(city, "Марина", language=language)
        await publish(city, title, f"{title}: воды не будет 22 ноября до 18:00.")
        await city.passes(5)
        alert = await reader.sees("до 18:00")
        assert mark not in alert["text"]
        city.clock.advance(300)
        await publish(city, title, f"{title}: воды не будет 22 ноября до 21:00.")
        await city.passes(5)
        changed = await reader.sees(alert["message_id"])
        assert "до 21:00" in changed["text"]
        assert mark in changed["text"]
        assert changed["reply_markup"] == alert["reply_markup"]
        said = len(reader.messages())
        await city.passes(5)
        assert len(reader.messages()) == said
        assert not await city.store.deliveries.to_correct(10)
        assert await city.store.deliveries.counts() == {"sent": 1}


async def test_a_notice_that_waits_has_its_new_end_and_what_quiet_hours_held_is_corrected_too(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        await city.store.database.execute("UPDATE subscribers SET quiet_from = 540, quiet_to = 660")  # 9 to 11, it is 9
        for street in ("на Абая", "в Аксае"):
            await publish(city, f"Отключение воды {street}", f"Воды не будет {street} 22 ноября до 12:00.", name=street)
            await city.passes(5)
        await publish(city, "Отключение воды на Абая", "Воду на Абая дадут 22 ноября до 10:00.", name="на Абая")
        await city.passes(5)
        ends = await city.store.database.fetch("SELECT until FROM deliveries ORDER BY until")
        assert ends[1]["until"] - ends[0]["until"] == 2 * HOUR
        await publish(city, "Отключение воды на Абая", "Воду на Абая дадут 22 ноября до 19:00.", name="на Абая")
        await city.passes(2 * HOUR)
        told = await reader.sees("Вышло в тихие часы")
        city.clock.advance(60)
        await publish(
            city, "Отключение воды в Аксае и рядом", "Воды в Аксае не будет 22 ноября до 20:00.", name="в Аксае"
        )
        await city.passes(5)
        changed = await reader.sees(told["message_id"])
        assert "в Аксае и рядом" in changed["text"]


@pytest.mark.parametrize(
    ("language", "muted", "undone"),
    [
        ("ru", "Новости со словом «Сатпаева» больше не придут", "снова будут приходить"),
        ("kk", "«Сатпаева» деген сөз бар жаңалық енді келмейді", "енді қайтадан келеді"),
    ],
)
async def test_a_muted_word_keeps_alerts_and_digests_away(tmp_path, language, muted, undone):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city, "Сәуле", '"отключение воды"', language=language)
        reader.says("/digest 10:00")
        await reader.sees("10:00")
        reader.says('/mute "Сатпаева"')
        said = await reader.sees(muted)
        await publish(city, "Отключение воды на улице Сатпаев: сроки", name="one")
        await publish(city, "Отключение воды: Сатпаева без воды", name="two")
        await publish(city, "В парке открыли каток", name="three")
        await city.passes(HOUR)
        digest = await reader.sees("В парке открыли каток")
        assert "Сатпаев" not in digest["text"]
        assert not came(reader, "Сатпаева без воды")
        reader.presses(said, {"ru": "Вернуть", "kk": "Қайтару"}[language])
        await reader.sees(undone)


async def test_what_is_muted_is_listed_and_a_tap_takes_it_back(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await begins(city, "Марина", "ru")
        reader.says("/mute")
        await reader.sees("Пока ничего не скрыто")
        for what in ('"Сатпаева"', "source:tengrinews.kz"):
            reader.says(f"/mute {what}")
            await reader.sees("больше не п")
        reader.says("/mute")
        listed = await reader.sees("Что скрыто")
        assert "Сатпаева" in str(listed["reply_markup"])
        reader.presses(listed, next(one for one in labels(listed) if "Сатпаева" in one))
        changed = await reader.sees(listed["message_id"])
        assert "Сатпаева" not in str(changed["reply_markup"])
        assert [value for _, value in (await city.store.preferences.of(reader.id)).muted] == ["tengrinews.kz"]


@pytest.mark.parametrize(
    ("language", "why", "later", "undo", "text"),
    [
        ("ru", "Почему пришло?", "Только в дайджесте", "Вернуть", "теперь только с дайджестом"),
        ("kk", "Неге келді?", "Дайджестпен ғана", "Қайтару", "енді дайджестпен ғана келеді"),
    ],
)
async def test_under_each_stand_why_less_and_undo(tmp_path, language, why, later, undo, text):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city, "Дана", language=language)
        await publish(city, "Отключение воды на Абая")
        await city.passes(5)
        alert = await reader.sees("Отключение воды на Абая")
        reader.presses(alert, why)
        shown = await reader.sees("«отключение воды»")
        reader.presses(shown, {"ru": "‹ Назад", "kk": "‹ Артқа"}[language])
        alert = await reader.sees("Отключение воды на Абая")
        reader.presses(alert, later)
        told = await reader.sees(text)
        subscriber = await city.store.subscribers.get(reader.id)
        assert not subscriber.subscriptions[0].at_once
        reader.presses(told, undo)
        await reader.sees("Отключение воды на Абая")
        assert (await city.store.subscribers.get(reader.id)).subscriptions[0].at_once


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_alerts_shows_what_comes_at_once_and_a_tap_changes_it(tmp_path, language):
    words = {
        "ru": ("Что сообщать сразу", "Отключения и ЧП"),
        "kk": ("Не туралы бірден хабарлау керек", "Өшіру және ТЖ"),
    }
    title, urgent = words[language]
    async with world(tmp_path, news=False) as city:
        reader = await follows(city, "Дана", language=language)
        reader.says("/alerts")
        shown = await reader.sees(title)
        reader.presses(shown, "✓ «отключение воды»")
        shown = await reader.sees(lambda one: "✓ «отключение воды»" not in str(one))
        assert not (await city.store.subscribers.get(reader.id)).subscriptions[0].at_once
        reader.presses(shown, urgent)
        await reader.sees(lambda one: f"✓ {urgent}" in str(one))
        assert (await city.store.subscribers.get(reader.id)).urgent


async def test_only_a_groups_administrators_choose_what_it_is_told(tmp_path):
    async with world(tmp_path, news=False) as city:
        owner, neighbour = city.person("Айгерім", "ru"), city.person("Марат", "ru")
        group = owner.makes_group("Соседи", city.telegram.bots[TOKEN], neighbour)
        neighbour.says('/mute@qala_bot "слово"', group)
        await neighbour.sees("только администратор", group)
        owner.says('/mute@qala_bot "слово"', group)
        await owner.sees("больше не придут", group)
        assert (await city.store.preferences.of(group.id)).muted == {("word", "слово")}


async def test_an_urgent_alert_alone_is_repeated_after_a_crash_and_says_so(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        reader.says("/alerts")
        reader.presses(await reader.sees("Что сообщать сразу"), "Отключения и ЧП")
        await reader.sees(lambda one: "✓ Отключения и ЧП" in str(one))
        await publish(city, "Отключение воды на Абая: воды не будет до вечера")
        await city.bot.bell.alert()
        now = city.now()
        assert len(await city.store.deliveries.claim(5, now)) == 1  # killed while it was sent
        await city.store.deliveries.recover(now)
        await city.bot.bell.deliver()
        assert "Возможно, уже приходило" in (await reader.sees("на Абая"))["text"]
        await city.store.database.execute("UPDATE deliveries SET state = 'sending', message_id = NULL")
        await city.store.deliveries.recover(now)
        assert await rows(city) == ["unknown"]


async def test_an_alert_that_may_not_have_arrived_comes_with_the_digest(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        reader.says("/digest 10:00")
        await reader.sees("10:00")
        await publish(city, "Отключение воды на Абая")
        await city.bot.bell.alert()
        assert len(await city.store.deliveries.claim(5, city.now())) == 1
        await city.store.deliveries.recover(city.now())
        await publish(city, "В парке открыли каток")
        await city.passes(HOUR)
        digest = await reader.sees("В парке открыли каток")
        assert "↩️ Отключение воды на Абая" in digest["text"]


async def test_planned_again_after_a_kill_nobody_is_told_twice(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        await publish(city, "Отключение воды на Абая")
        await city.passes(5)
        await reader.sees("на Абая")
        await AlertPlanner(
            city.store, city.now, PostPlanner(city.store, city.now)
        ).ring()  # a new life looks at the last two minutes again
        await city.bot.bell.deliver()
        assert len(came(reader, "на Абая")) == 1
        assert await rows(city) == ["sent"]


async def test_alerts_go_on_where_the_moment_of_the_last_look_cannot_be_read(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = await follows(city)
        await city.store.facts.put("alerts_upto", "кеше")
        await city.bot.bell.alert()  # begins anew from now
        city.clock.advance(60)
        await publish(city, "Отключение воды на Абая")
        await city.passes(5)
        await reader.sees("на Абая")

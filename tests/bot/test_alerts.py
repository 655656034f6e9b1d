"""Told at once: over real sockets, in both languages."""

from datetime import UTC, datetime

import pytest

from bot.collecting.importing import import_entries
from news.models import Entry
from tests.driver import world

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


def texts(city, person):
    return [message["text"] for message in person.messages() if "text" in message]


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

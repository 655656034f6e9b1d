"""Wherever a story is shown, the article in the reader's language stands for it; the original is one tap away."""

from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from handlers import digest, lists, saved
from handlers.views.articles import Viewer
from locales import texts
from news.models import Subscription
from news.subject.topics import TOPICS
from tests.bot.test_alerts import publish
from tests.driver import TOKEN, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

FURTHER = ("Ещё ", "Дальше", "Тағы ", "Келесі")
LANGUAGES = pytest.mark.parametrize("language", ["ru", "kk"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("languages")) as it:
        yield it


async def told_in_both(city, language):
    """Articles in another language whose story is told in this one too: no list shows them to its reader."""
    every = (await city.store.articles.latest(500, reprints=True)).items
    own = {one.story for one in every if one.story is not None and one.language == language}
    found = [one for one in every if one.language != language and one.story in own]
    assert len(found) > 3
    return found


async def reader_of(city, language):
    reader = city.person("Сауле", language)
    reader.says(f"/language {language}")
    await reader.sees({"ru": "Теперь по-русски", "kk": "Енді қазақша"}[language])
    return reader


def labels(message):
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def pages(reader, shown, chat=None):
    """What a list says on all its pages, each turned by its button."""
    told = str(shown)
    while further := next((one for one in labels(shown) if one.startswith(FURTHER)), None):
        before = str(shown)
        reader.presses(shown, further)
        shown = await reader.sees(lambda message, before=before: str(message) != before, chat)
        told += str(shown)
    return told


async def said(reader, *words, chat=None):
    told = ""
    for one in words:
        reader.says(one, *filter(None, [chat]))
        told += await pages(reader, await reader.sees(lambda message: "1" in labels(message), chat), chat)
    return told


async def latest(city, reader, language):
    return await said(reader, "/latest")


async def latest_of_a_city(city, reader, language):
    await city.store.subscribers.set_city(reader.id, "almaty")
    return await said(reader, "/latest")


async def topic_lists(city, reader, language):
    subscriber = await city.store.subscribers.get(reader.id)
    viewer = Viewer(texts(language), ZoneInfo("Asia/Almaty"), city.now(), "qala_bot", private=True)
    told = ""
    for slug in TOPICS:
        cursor, first = None, True
        while first or cursor:
            shown = await lists.show_topic(city.store, slug, cursor, viewer, subscriber)
            told += shown.html
            turned = [one.action.arguments for row in shown.rows for one in row if one.text.startswith(FURTHER)]
            cursor, first = (turned[0][0].rpartition(".")[2] if turned else None), False
    return told


async def searches(city, reader, language):
    return await said(reader, "Познань", "вода", "/search автобус", "/search мектеп", "Алматы", "су")


async def digest_pages(city, reader, language):
    await city.store.subscribers.set_manner(reader.id, length=20, form="plain", says_nothing=False)
    reader.says("/digest")
    return await pages(reader, await reader.sees(lambda message: "2" in labels(message)))


async def folded_digest(city, reader, language):
    subscriber = await city.store.subscribers.get(reader.id)
    viewer = Viewer(texts(language), ZoneInfo("Asia/Almaty"), city.now(), "qala_bot", private=True)
    shown = await digest.preview(city.store, subscriber, viewer, "rich", 20)
    name = next(one.action.arguments[0] for row in shown.rows for one in row if one.text.startswith(FURTHER))
    second = await digest.turned(city.store, subscriber, viewer, name, 1, "rich")
    return shown.html + second.html


async def kept(city, reader, language):
    for one in await told_in_both(city, language):
        await city.store.saved.add(reader.id, one.key, city.now())
    assert (await city.store.saved.page(reader.id, 5)).next
    return await said(reader, "/saved")


async def kept_and_searched(city, reader, language):
    both = await told_in_both(city, language)
    own = await city.store.articles.retold(both, language)
    every = [
        one for one, told in zip(both, own, strict=True) if saved.holds(one, "Алматы") and saved.holds(told, "Алматы")
    ]
    assert every
    for one in every:
        await city.store.saved.add(reader.id, one.key, city.now())
    return await said(reader, "/saved Алматы")


async def inline(city, reader, language):
    for one in (await told_in_both(city, language))[:2]:
        await city.store.saved.add(reader.id, one.key, city.now())
    told = ""
    for query in ("", "Алматы", "су", "вода", "мектеп"):
        offset = ""
        while True:
            question = reader.types(query, offset=offset)
            told += str([(one["title"], one["description"]) for one in await reader.results(question)])
            offset = question.answer.get("next_offset", "")
            if not offset:
                break
    return told


async def inline_newest(city, reader, language):
    """Further pages of the bare list, from its very beginning."""
    told, offset = "", (await city.store.articles.latest(1)).next
    while offset:
        question = reader.types("", offset=offset)
        told += str([one["title"] for one in await reader.results(question)])
        offset = question.answer.get("next_offset", "")
    return told


async def group(city, reader, language):
    yard = reader.makes_group("Көршілер", city.telegram.bots[TOKEN], kind="supergroup")
    await reader.sees("Qala", chat=yard)
    await city.store.subscribers.choose_language(yard.id, language)
    return await said(reader, "/latest@qala_bot", "@qala_bot Познань", chat=yard)


PLACES = (
    latest,
    latest_of_a_city,
    topic_lists,
    searches,
    digest_pages,
    folded_digest,
    kept,
    kept_and_searched,
    inline,
    inline_newest,
    group,
)


@LANGUAGES
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
async def test_a_story_is_told_in_the_readers_language(city, place, language):
    reader = await reader_of(city, language)
    shown = await place(city, reader, language)
    every = (await city.store.articles.latest(500)).items
    assert sum(one.title[:20] in shown for one in every if one.language == language) > 0
    assert [one.title for one in await told_in_both(city, language) if one.title in shown] == []


@LANGUAGES
async def test_the_original_is_opened_by_the_other_languages_name_and_is_saved_with_it(city, language):
    reader = await reader_of(city, language)
    other = (await told_in_both(city, language))[0]
    reader.starts(f"a_{other.key}")
    card = await reader.sees(lambda message: other.title[:20] in str(message))
    way = {"ru": "На русском", "kk": "Қазақшасы"}[language]
    reader.presses(card, way)
    own = await reader.sees(lambda message: way not in labels(message))
    assert other.title not in own["text"]
    reader.presses(own, texts(language).plain("button-save"))
    keep = texts(language).plain("button-saved-already")
    own = await reader.sees(lambda message: keep in labels(message))
    reader.presses(own, {"ru": "На казахском", "kk": "Орысшасы"}[language])
    back = await reader.sees(lambda message: other.title[:20] in message["text"])
    reader.presses(back, keep)
    await reader.sees(lambda message: keep not in labels(message))
    assert (await city.store.saved.page(reader.id, 5)).items == []


@LANGUAGES
async def test_what_was_saved_is_found_by_its_own_words_and_by_those_of_the_readers_language(city, language):
    reader = await reader_of(city, language)
    other = (await told_in_both(city, language))[0]
    (own,) = await city.store.articles.retold([other], language)
    await city.store.saved.add(reader.id, other.key, city.now())
    for told in (other, own):
        words = " ".join(told.title.split()[:3])
        reader.says(f"/saved {words}")
        assert told.title[:20] in (await reader.sees(lambda message, words=words: words in message["text"]))["text"]


@LANGUAGES
async def test_who_reads_no_news_in_their_own_language_gets_the_other(city, language):
    reader = await reader_of(city, language)
    other = {"ru": "kk", "kk": "ru"}[language]
    await city.store.subscribers.set_news_languages(reader.id, [other])
    shown = await said(reader, "/latest")
    assert any(one.title in shown for one in await told_in_both(city, language))


@LANGUAGES
async def test_an_alert_is_told_in_the_readers_language_where_it_was_published_by_then(tmp_path, language):
    titles = {"ru": "Завтра в Таразе отключат воду", "kk": "Ертең Таразда су өшіріледі"}
    other = {"ru": "kk", "kk": "ru"}[language]
    async with world(tmp_path) as city:
        await city.bot.bell.alert()
        reader = await reader_of(city, language)
        await city.store.subscribers.subscribe(reader.id, Subscription("word", "Тараз"))
        await city.store.watches.set(reader.id, [Subscription("word", "Тараз")], at_once=True)
        city.clock.advance(60)
        await publish(city, titles[other], language=other)
        await publish(city, titles[language], language=language, source="Эхо")
        joined = "UPDATE articles SET story = 900 WHERE title IN ($1, $2)"
        await city.store.database.execute(joined, *titles.values())
        await city.passes(60)
        await reader.sees(titles[language])
        assert not [one for one in reader.messages() if titles[other] in one.get("text", "")]


@LANGUAGES
async def test_what_a_correction_shows_is_the_article_that_has_changed(tmp_path, language):
    titles = {"ru": "Завтра в Таразе отключат воду", "kk": "Ертең Таразда су өшіріледі"}
    bodies = {"ru": "Воды в Таразе не будет 22 ноября до {}.", "kk": "Таразда 22 қарашада сағат {} дейін су болмайды."}
    other = {"ru": "kk", "kk": "ru"}[language]
    async with world(tmp_path, news=False) as city:
        await city.bot.bell.alert()
        reader = await reader_of(city, language)
        await city.store.subscribers.subscribe(reader.id, Subscription("word", "Тараз"))
        await city.store.watches.set(reader.id, [Subscription("word", "Тараз")], at_once=True)
        city.clock.advance(60)
        for one in (other, language):
            await publish(city, titles[one], bodies[one].format("18:00"), language=one, source=one)
        await city.store.database.execute("UPDATE articles SET story = 900")
        await city.passes(60)
        alert = await reader.sees(titles[language])
        city.clock.advance(60)
        await publish(city, titles[other], bodies[other].format("21:00"), language=other, source=other)
        await city.passes(60)
        changed = await reader.sees(lambda message: "21:00" in message["text"])
        assert changed["message_id"] == alert["message_id"]
        assert texts(language).plain("alert-corrected") in changed["text"]

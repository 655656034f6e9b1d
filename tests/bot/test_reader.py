"""What a reader does with news: saves, reacts, wants less, asks why, takes their data or has it deleted."""

import json

import pytest
import pytest_asyncio

from handlers.saved import holds
from locales import texts
from storage.readers import data_map
from tests.driver import world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("reader")) as it:
        yield it


async def card_of_the_newest(person):
    person.says("/latest")
    listed = await person.sees("Последние новости")
    person.presses(listed, "1")
    return await person.sees(lambda message: "Поделиться" in str(message))


async def test_an_article_is_saved_found_among_the_saved_and_unsaved(city):
    marina = city.person("Марина", "ru")
    shown = await card_of_the_newest(marina)
    marina.presses(shown, "Сохранить")
    kept = await marina.sees(lambda message: "✓ Сохранено" in str(message))
    marina.says("/saved")
    listed = await marina.sees("Сохранённое")
    assert shown["text"].split("\n")[0] in listed["text"]
    word = max(shown["text"].split("\n")[0].split(), key=len)
    marina.says(f"/saved {word}")
    assert word in (await marina.sees("Сохранённое"))["text"]
    marina.says("/saved шахматы")
    await marina.sees("среди сохранённого не нашлось")
    marina.presses(kept, "✓ Сохранено")
    await marina.sees(lambda message: "Сохранить" in str(message))
    marina.says("/saved")
    await marina.sees("Вы пока ничего не сохранили")


async def test_a_reaction_is_counted_once_and_taken_back(city):
    marina, saule = city.person("Марина", "ru"), city.person("Сауле", "ru")
    for person in (marina, saule):
        shown = await card_of_the_newest(person)
        person.presses(shown, "Ещё ›")
        opened = await person.sees(lambda message: "Сочувствую" in str(message))
        person.presses(opened, next(button for button in labels(opened) if button.startswith("Сочувствую")))
        reacted = await person.sees(lambda message: "Сочувствую · " in str(message))
    assert "✓ Сочувствую · 2" in labels(reacted)
    saule.presses(reacted, "✓ Сочувствую · 2")
    await saule.sees(lambda message: "Сочувствую · 1" in labels(message))


async def test_readers_are_counted_for_a_story_and_not_their_taps(city):
    articles = (await city.store.articles.latest(40)).items[::-1]  # whom no other test of this city reacts to
    one, other = [article.key for article in articles if article.story == _told_twice(articles)][:2]
    for chat, key in ((71, one), (71, other), (72, other)):
        await city.store.preferences.react(chat, key, "like")
    assert await city.store.preferences.reactions([one, other]) == {"like": 2}
    assert await city.store.preferences.reacted(72, one) is None


def _told_twice(articles):
    return next(one.story for one in articles if one.story and [two.story for two in articles].count(one.story) > 1)


async def test_all_of_the_saved_is_searched_and_what_does_not_fit_is_counted(city):
    marina = city.person("Марина", "ru")
    marina.says("/language ru")
    await marina.sees("Теперь по-русски")
    kept = [one for one in (await city.store.articles.latest(40)).items if holds(one, "год")]
    for one in kept:
        await city.store.saved.add(marina.id, one.key, city.now())
    marina.says("/saved года")
    shown = await marina.sees("Сохранённое: года")
    assert len(kept) > 10
    assert f"Нашлось: {len(kept)}" in shown["text"]
    assert "10" in labels(shown)
    marina.presses(shown, "Сохранённое")
    assert "Найти здесь: /saved" in (await marina.sees("Сохранённое"))["text"]


async def test_less_of_a_source_can_be_undone_and_reset(city):
    marina = city.person("Марина", "ru")
    shown = await card_of_the_newest(marina)
    marina.presses(shown, "Ещё ›")
    opened = await marina.sees(lambda message: "Меньше такого" in str(message))
    marina.presses(opened, "Меньше такого")
    asked = await marina.sees("Чего показывать меньше?")
    marina.presses(asked, [button for button in labels(asked) if button.startswith("Скрыть: ")][-1])
    muted = await marina.sees("больше не попадут в дайджест")
    assert len((await city.store.preferences.of(marina.id)).muted) == 1
    marina.presses(muted, "Вернуть")
    await marina.sees("Снова в дайджесте")
    assert (await city.store.preferences.of(marina.id)).muted == frozenset()


async def test_an_article_says_why_it_has_its_topics(city):
    marina = city.person("Марина", "ru")
    shown = await card_of_the_newest(marina)
    marina.presses(shown, "Ещё ›")
    opened = await marina.sees(lambda message: "Почему это здесь?" in str(message))
    marina.presses(opened, "Почему это здесь?")
    why = await marina.sees("Почему вы это видите")
    assert "подсказали слова:" in why["text"]


async def test_reading_tunes_and_the_tuning_is_shown_and_reset(city):
    marina = city.person("Марина", "ru")
    shown = await card_of_the_newest(marina)
    marina.presses(shown, "Читать здесь")
    await marina.sees(lambda message: "‹ Назад" in labels(message))
    marina.says("/settings")
    marina.presses(await marina.sees("Настройки"), "Мои интересы")
    marina.presses(await marina.sees("Чаще всего вы открываете"), "Начать заново")
    await marina.sees("Пока ничего, кроме подписок")


async def test_the_welcome_goes_back_step_by_step(city):
    guest = city.person("Гость", "ru")
    guest.starts()
    guest.presses(await guest.sees("Тілді таңдаңыз"), "Қазақша")
    guest.presses(await guest.sees("Қай қаланың жаңалығы"), "‹ Артқа")
    guest.presses(await guest.sees("Тілді таңдаңыз"), "Русский")
    guest.presses(await guest.sees("Новости какого города"), "Вся страна")
    guest.presses(await guest.sees("О чём присылать новости?"), "‹ Назад")
    guest.presses(await guest.sees("Новости какого города"), "Актобе")
    guest.presses(await guest.sees("О чём присылать новости?"), "Спорт")
    guest.presses(await guest.sees(lambda message: "✓ Спорт" in labels(message)), "Готово")
    guest.presses(await guest.sees("Когда присылать дайджест?"), "‹ Назад")
    guest.presses(await guest.sees(lambda message: "✓ Спорт" in labels(message)), "Готово")
    await guest.sees("Когда присылать дайджест?")


async def test_settings_turn_by_a_press(city):
    marina = city.person("Марина", "ru")
    marina.says("/settings")
    screen = await marina.sees("Настройки")
    marina.presses(screen, "✓ Читать по-казахски")
    marina.presses(await marina.sees("Новости: на русском\n"), "Без картинок")
    marina.presses(await marina.sees("экономии трафика"), "Город")
    marina.presses(await marina.sees("Новости какого города"), "Астана")
    marina.presses(await marina.sees("Ваш город: Астана"), "Другой город")
    assert {"✓ Астана", "Костанай", "Кызылорда", "Конаев"} < set(labels(await marina.sees("Новости какого города")))
    kept = await city.store.subscribers.get(marina.id)
    assert (kept.news_languages, kept.pictures, kept.city) == (("ru",), False, "astana")


async def test_my_data_is_a_file_with_everything(city):
    marina = city.person("Марина", "ru")
    marina.says("/subscribe транспорт")
    await marina.sees("Вы подписались")
    marina.says("/mydata")
    message = await marina.sees(lambda one: "document" in one)
    content = json.loads(city.telegram.files.content[message["document"]["file_id"]])
    assert content["data"]["subscriptions"] == [
        {"chat_id": marina.id, "kind": "topic", "value": "transport", "watch": None}
    ]
    assert content["data"].keys() == data_map.PERSONAL.keys()


async def test_deleted_data_is_gone_from_every_table_and_every_byte(tmp_path):
    async with world(tmp_path) as city:
        marina = city.person("Марина", "ru")
        city.telegram.accounts.pop(marina.account.id)
        marina = type(marina).new(city.telegram, "Марина", language_code="ru", identifier=7_346_281_905_513)
        marina.says('/subscribe "потерянный кот Барсик"')
        await marina.sees("Вы подписались")
        await city.store.compositions.fill_audiences([marina.id])  # a digest was due: the word stands in its audience
        marina.says('/subscribe "найденный пёс Полкан"')
        await marina.sees("Полкан")
        await city.store.compositions.fill_audiences([marina.id])
        assert "Барсик".encode() in written(tmp_path)
        marina.says("/deletedata")
        marina.presses(await marina.sees("Удалить все ваши данные?"), "Удалить мои данные")
        marina.presses(await marina.sees("Точно удалить?"), "Да, удалить")
        await marina.sees("Данные удалены")
        assert all(not rows for rows in (await data_map.copy(city.store.database, marina.id)).values())
        assert "Барсик".encode() not in written(tmp_path)
        assert "Полкан".encode() not in written(tmp_path)
        assert marina.id.to_bytes(6, "big") not in written(tmp_path)


def written(folder):
    return b"".join(path.read_bytes() for path in folder.iterdir())


def labels(message):
    return [button["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


async def test_the_rich_form_is_shown_by_buttons_too_and_goes_back_to_a_card(city):
    marina = city.person("Марина", "ru")
    marina.says("/language ru")
    await marina.sees("Теперь по-русски")
    await city.store.database.execute("UPDATE subscribers SET form = 'rich' WHERE chat_id = $1", marina.id)
    marina.says("/start")
    marina.presses(await marina.sees("новости города"), "Дайджест")
    await marina.sees(lambda message: "rich_message" in message)
    shown = await card_of_the_newest(marina)
    marina.presses(shown, "Читать здесь")
    text = await marina.sees(lambda message: "rich_message" in message)
    marina.presses(text, "‹ Назад")
    await marina.sees(lambda message: "Сохранить" in str(message) and "rich_message" not in message)


async def test_a_story_is_followed_by_a_button_and_let_go_among_the_subscriptions(city):
    marina = city.person("Марина", "ru")
    newest = (await city.store.articles.latest(40, languages=["ru"])).items
    article, *_ = [one for one in newest if one.story and len((await city.store.stories.get(one.story)).members) > 1]
    marina.starts(f"a_{article.key}")
    marina.presses(await marina.sees(article.title[:30]), "Ещё ›")
    marina.presses(await marina.sees(lambda message: "Другие издания" in labels(message)), "Другие издания")
    marina.presses(await marina.sees("Кто об этом пишет"), "Следить за сюжетом")
    await marina.sees(lambda message: "✓ Вы следите" in labels(message))
    marina.says("/subscriptions")
    listed = await marina.sees("Ваши подписки")
    button = next(one for one in labels(listed) if article.title[:20] in one)
    marina.presses(listed, button)
    await marina.sees("Подписок пока нет")


@pytest.mark.parametrize(
    ("language", "more", "emojis", "counted"),
    [
        ("ru", "Ещё ›", ["👍"], ["✓ Нравится · 1"]),
        ("kk", "Тағы ›", ["👍", "😢"], ["✓ Жаным ашиды · 1"]),
        ("kk", "Тағы ›", ["🤬", ""], []),
    ],
)
async def test_a_reaction_of_telegrams_own_under_a_card_counts_as_its_button_would(
    city, language, more, emojis, counted
):
    reader = city.person("Дана", language)
    reader.says("/latest")
    reader.presses(await reader.sees(lambda message: "5" in labels(message)), "5")
    card = await reader.sees(lambda message: more in labels(message))
    for emoji in emojis:
        reader.reacts(card, *filter(None, [emoji]))
    reader.presses(card, more)
    opened = await reader.sees(lambda message: more not in labels(message))
    assert [one for one in labels(opened) if "✓" in one] == counted
    await data_map.forget(city.store.database, reader.id, city.now)


@pytest.mark.parametrize(
    ("language", "city_name", "further"),
    [("ru", "Алматы", "Дальше ›"), ("kk", "Астана", "Келесі ›"), ("ru", "", "Дальше ›")],
)
async def test_the_newest_tell_each_story_on_one_page(city, language, city_name, further):
    reader = city.person("Дана", language)
    if city_name:
        reader.says(f"/city {city_name}")
        await reader.sees(city_name)
    reader.says("/latest")
    shown = await reader.sees(lambda message: "1." in message["text"])
    titles = []
    while True:
        titles += [line[3:] for line in shown["text"].split("\n") if line[:1].isdigit()]
        if further not in labels(shown):
            break
        before = shown["text"]
        reader.presses(shown, further)
        shown = await reader.sees(lambda message, before=before: message["text"] != before)
    assert len(titles) > 10
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    ("language", "said", "answer"),
    [
        ("ru", "/digest в 8 утра и 8 вечера", "каждый день в 08:00 и 20:00"),
        ("kk", "/digest таңғы 9-да", "09:00-де келіп тұрады"),
    ],
)
async def test_hours_are_set_in_words_too(city, language, said, answer):
    reader = city.person("Дана", language)
    reader.says(said)
    await reader.sees(answer)


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_the_last_wish_holds_what_is_followed_is_not_hidden_and_what_is_hidden_not_followed(city, language):
    words = texts(language)
    reader = city.person("Дана", language)
    reader.says(f"/language {language}")
    await reader.sees(words.plain("language-set"))
    reader.says('/mute "Футбол"')
    await reader.sees("Футбол")
    reader.says('/subscribe "футбол" now')
    await reader.sees(words.plain("alert-now", name="").rpartition(": ")[2])
    assert (await city.store.preferences.of(reader.id)).muted == frozenset()
    reader.says('/mute "ФУТБОЛ"')
    shown = await reader.sees("ФУТБОЛ")
    assert words.plain("unsubscribed", name="«футбол»").replace("<b>", "").replace("</b>", "") in shown["text"]
    assert (await city.store.subscribers.get(reader.id)).subscriptions == ()


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_the_key_that_shares_a_place_can_be_put_away(city, language):
    words = texts(language)
    reader = city.person("Дана", language)
    reader.says("/timezone")
    asked = await reader.sees(lambda message: words.plain("button-place") in labels(message))
    reader.presses(asked, words.plain("button-place"))
    await reader.sees(words.plain("place-how"))
    keys = [key["text"] for row in reader.chat().extra["keyboard"]["keyboard"] for key in row]
    assert keys == [words.plain("button-place"), words.plain("button-keys-cancel")]
    reader.says(keys[1])
    await reader.sees(words.plain("keys-cancelled"))
    assert reader.chat().extra["keyboard"] is None


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_what_holds_already_is_not_offered_once_more(city, language):
    words = texts(language)
    reader = city.person("Дана", language)
    reader.says("/digest 08:30")
    await reader.sees("08:30")
    await city.store.subscribers.set_city(reader.id, "astana")
    for said, offer in {
        "ru": (("присылай в 8:30", "button-send-yes"), ("я живу в Астане", "button-my-city")),
        "kk": (("8:30", "button-send-yes"), ("мен Астанада тұрамын", "button-my-city")),
    }[language]:
        reader.says(said)
        shown = await reader.sees()
        assert not [one for one in labels(shown) if one.startswith(words.plain(offer, name=""))], shown

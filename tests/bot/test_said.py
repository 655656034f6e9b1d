"""What people say to the running bot: its answer is the command's, a topic's, an hour's; the words can be searched
for."""

from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.said import rows_of, score
from handlers.views.actions import act, parse
from handlers.views.search import beyond
from handlers.views.settings import KEYS
from locales import texts
from news.feeds.source import Source
from news.intents.hours import intents_table
from news.intents.understanding import Intent, understand
from news.subject import topics
from tests.bot.test_reader import labels
from tests.driver import TOKEN, world

pytestmark = pytest.mark.asyncio(loop_scope="module")
TABLE = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "said.tsv"
OWN = """
что новенького?	ru	like /latest
соңғы жаңалықтарды көрсетші	kk	like /latest
yjdjcnb	ru	like /latest
мои закладки	ru	like /saved
не істей аласың?	kk	like /help
добрый вечер	ru	like /start
қайырлы таң	kk	like /start
жарты тоғыз	kk	offers 08:30
в полдевятого	ru	offers 08:30
отпишите меня	ru	offers Не присылать
енді жібермеңіз	kk	offers Келмесін
когда дадут воду	ru	topic outages
погода	ru	topic weather
новости Шымкента за неделю	ru	search
👍	kk	offers .
кракозябра щщщщ	ru	offers Следить за словами
кракозябра	ru	offers Следить за словом
Қарағанды	kk	offers Менің қалам: Қарағанды
мен Шымкенттенмін	kk	offers Менің қалам: Шымкент
спорт и экономика	ru	offers Следить: Спорт, Экономика
не присылай больше ничего до понедельника	ru	offers До 23 ноября
бейсенбіге дейін жіберме	kk	offers 26 қараша күніне дейін
подписканы өшір	kk	offers Келмесін
новостиларды жібер	kk	like /latest
"""


def understood(text: str) -> Intent:
    found = understand(text, date(2026, 11, 22))
    assert isinstance(found, Intent)
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("said")) as it:
        yield it


async def test_the_bot_answers_what_people_say(city):
    assert await score(city, rows_of(OWN)) == []


@pytest.mark.skipif(not TABLE.exists(), reason="../shared/cases is not beside the project")
async def test_the_bot_answers_as_the_shared_table_wants(city):
    assert await score(city, rows_of(TABLE.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_what_the_bot_cannot_do_is_said_kindly_with_what_it_can(city, language):
    person = await reader_of(city, language)
    for number, kind in enumerate(intents_table()["beyond"]):
        screen = beyond(kind, texts(language))
        assert 1 < len(screen.rows) + bool(screen.html) <= 4
        assert act("list", "l") in {button.action for row in screen.rows for button in row}, number
        assert all(parse(button.action.pack()) for row in screen.rows for button in row)
    person.says("вызови такси к вокзалу" if language == "ru" else "маған такси шақыршы")
    shown = await person.sees(texts(language)("beyond-order"))
    assert texts(language).plain("button-words") in labels(shown)


@pytest.mark.parametrize(
    ("language", "said", "buttons"),
    [
        ("ru", "найди про воду и заодно поставь мне город Шымкент", ("Мой город: Шымкент", "1")),
        ("ru", "покажи новости и больше про выборы не присылай", ("Скрыть: «выборы»", "1")),
        ("kk", "спортты алып таста да орнына экономика қос", ("Жасыру: Спорт", "Жазылу: Экономика")),
        ("kk", "криминалды көргім келмейд, балам қасымда отырады", ("Жасыру: «криминал»", "Керек емес")),
        ("ru", "от нур кз больше не хочу, одна реклама", ("Скрыть: NUR.KZ", "Не надо")),
    ],
)
async def test_two_wishes_in_a_message_are_both_offered_and_reasons_are_none(city, language, said, buttons):
    assert set(buttons) <= set(labels(await talks(city, language, said)))


@pytest.mark.parametrize(
    ("language", "said", "begins"),
    [
        ("ru", "новости Шымкента за прошлый месяц", "За это время (1–31 октября) ничего нет.\n\nПоиск: "),
        ("kk", "өткен айда не болды", "Бұл уақытта (1–31 қазан) ештеңе жоқ."),
        ("ru", "с понедельника что было", "Поиск: с понедельника"),
        ("ru", "новости за 16 декабря", "За это время (16 декабря 2025"),
    ],
)
async def test_days_without_news_are_said_and_are_no_words_to_look_for(city, language, said, begins):
    shown = await talks(city, language, said)
    assert shown["text"].startswith(begins)


async def test_a_query_that_a_trouble_was_made_of_is_not_shown(city):
    assert "outages" not in (await talks(city, "kk", "Qyzylordada su joq pa"))["text"]


@pytest.mark.parametrize(
    ("language", "sayings", "offered"),
    [
        ("ru", ("присылай новости Шымкента каждый день в 7 утра",), ("07:00", "Мой город: Шымкент")),
        ("ru", ("нужен мониторинг по слову акимат каждый день к 9",), ("09:00", "Следить: «акимат»")),
        ("kk", ("күнде таңғы сегізде жіберіп тұршы", "сегіз ерте екен, тоғыз болсын"), ("09:00", "Иә, келсін")),
        (
            "kk",
            ("күнде таңғы сегізде Тараздың жаңалығын жібер", "Тараз емес Астана"),
            ("Астана", "Менің қалам: Астана"),
        ),
    ],
)
async def test_an_hour_is_offered_with_what_stands_beside_it(city, language, sayings, offered):
    shown = await talks(city, language, *sayings)
    assert offered[0] in shown["text"]
    assert offered[1] in labels(shown)


@pytest.mark.parametrize(
    ("language", "said", "chip"),
    [
        ("ru", "что пишет Левый берег", "✕ Издание: Левый берег"),
        ("ru", "покажи новости с сайта Горожанин", "✕ Издание: Горожанин"),
        ("kk", "Есіл жағасы не жазып жатыр", "✕ Басылым: Есіл жағасы"),
    ],
)
async def test_news_of_an_outlet_are_asked_for_by_its_name(city, language, said, chip):
    assert chip in labels(await talks(city, language, said))


@pytest.mark.parametrize(
    ("language", "said", "begins"),
    [
        ("ru", "что курсив пишет", "Новостей издания «Курсив» у бота нет."),
        ("ru", "что пишет астана тв", "Новостей издания «Astana TV» у бота нет."),
        ("ru", "только алматинские новости", "Поиск: только алматинские новости"),
        ("kk", "Азаттықты ашшы", "Ботта «Азаттық» басылымының жаңалығы жоқ."),
    ],
)
async def test_of_a_known_outlet_without_articles_it_is_said(city, language, said, begins):
    assert (await talks(city, language, said))["text"].startswith(begins)


async def test_who_asks_for_a_forecast_is_told_that_there_is_none(city):
    assert texts("ru").plain("said-no-forecast") in (await talks(city, "ru", "какая погода завтра"))["text"]


async def test_every_answer_to_an_intent_can_be_searched_for_instead(city):
    marina = city.person("Марина", "ru")
    marina.says("сегодня в 8:30")
    shown = await marina.sees("Присылать дайджест каждый день в 08:30?")
    marina.presses(shown, "Искать эти слова")
    assert "сегодня в 8:30" in (await marina.sees(lambda message: "сегодня в 8:30" in message["text"]))["text"]


async def test_topics_that_were_said_together_are_followed_together(city):
    marina = city.person("Марина", "ru")
    marina.says("подпиши меня на спорт и экономику")
    marina.presses(await marina.sees("Присылать такие новости"), "Следить: Спорт, Экономика")
    await marina.sees("Ваши подписки")
    kept = await city.store.subscribers.get(marina.id)
    assert {one.value for one in kept.subscriptions} == {"sport", "economy"}


async def test_nothing_comes_until_the_day_that_was_said(city):
    marina = city.person("Марина", "ru")
    marina.says("не пиши мне до пятницы")
    marina.presses(await marina.sees("Пауза"), "До 27 ноября")
    await marina.sees("Пауза до 27 ноября")
    kept = await city.store.subscribers.get(marina.id)
    assert kept.away_until is not None


async def test_new_hours_end_a_pause_in_the_same_transaction(city):
    ivan = city.person("Иван", "ru")
    ivan.says("/digest 08:30")
    await ivan.sees("08:30")
    await city.store.subscribers.set_away(ivan.id, city.now() + 86_400)
    ivan.says("/digest 09:40")  # every test sees to it that an update writes once
    await ivan.sees("09:40")
    kept = await city.store.subscribers.get(ivan.id)
    assert (kept.away_until, kept.timetable.minutes) == (None, (580,))
    assert kept.next_digest_at is not None


async def test_an_hour_that_was_said_is_set_with_one_tap(city):
    marina = city.person("Марина", "ru")
    marina.says("по будням в полвосьмого утра")
    shown = await marina.sees("Присылать дайджест по будням в 07:30?")
    marina.presses(shown, "Да, присылать")
    await marina.sees("Дайджест будет приходить по будням в 07:30")
    kept = await city.store.subscribers.get(marina.id)
    assert (kept.timetable.minutes, kept.timetable.days) == ((7 * 60 + 30,), 0b11111)


async def test_a_town_one_says_to_live_in_is_set_with_one_tap(city):
    marina = city.person("Марина", "ru")
    marina.says("я живу в Шымкенте")
    shown = await marina.sees("Ставить первыми новости города Шымкент?")
    marina.presses(shown, "Мой город: Шымкент")
    await marina.sees("Ваш город: Шымкент")
    assert (await city.store.subscribers.get(marina.id)).city == "shymkent"


async def test_a_sentence_answers_the_question_for_the_town(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("/start")
    aigerim.presses(await aigerim.sees("Тілді таңдаңыз"), "Қазақша")
    await aigerim.sees("Қай қаланың жаңалығы")
    aigerim.says("біз Ақтөбеденбіз")
    await aigerim.sees(lambda message: "Ақтөбе" in message["text"] and "Қай қаланың" not in message["text"])
    assert (await city.store.subscribers.get(aigerim.id)).city == "aktobe"


async def test_a_question_keeps_its_town_and_its_day_as_chips(city):
    marina = city.person("Марина", "ru")
    marina.says("Что нового в Астане за вчера?")
    shown = await marina.sees("Что нового в Астане за вчера?")
    assert "✕ Город: Астана" in labels(shown)
    assert any("ноября" in label for label in labels(shown))
    titles = [line for line in shown["text"].split("\n") if line[:2] == "1."]
    assert titles


async def test_what_holds_not_all_the_words_is_said_to_be_only_alike(city):
    marina = city.person("Марина", "ru")
    marina.says("метро с космонавтами")
    await marina.sees("Точно такой новости не нашлось. Похожие:")
    marina.says("автобусы")
    assert "Точно такой" not in (await marina.sees("Поиск: автобусы"))["text"]


async def test_metro_brings_no_metres(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("метро")
    assert "метрі" not in (await aigerim.sees("Іздеу: метро"))["text"]


async def test_words_that_find_nothing_can_be_followed(city):
    marina = city.person("Марина", "ru")
    marina.says("кракозябра")
    shown = await marina.sees("ничего не нашлось")
    marina.presses(shown, "Следить за словом")
    await marina.sees("Вы подписались")
    kept = await city.store.subscribers.get(marina.id)
    assert [one.value for one in kept.subscriptions] == ["кракозябра"]


def sends(city, person, **content):
    """Somebody sends what is no plain text."""
    return city.telegram.post(person.chat(), person.account, content)


PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]


async def test_a_sticker_gets_a_kind_word_and_an_album_only_one(city):
    marina = city.person("Марина", "ru")
    sends(city, marina, voice={"file_id": "v", "file_unique_id": "v", "duration": 2})
    await marina.sees("Бот понимает только текст")
    for _ in range(3):
        sends(city, marina, photo=PHOTO, media_group_id="7")
    marina.says("спасибо")
    await marina.sees("Пожалуйста.")
    said = [one["text"] for one in marina.messages() if "только текст" in one.get("text", "")]
    assert len(said) == 2


async def test_a_photo_is_searched_by_its_caption_and_a_forwarded_post_by_its_first_line(city):
    marina = city.person("Марина", "ru")
    sends(city, marina, photo=PHOTO, caption="Электробусы связали Алгабас с метро\n\nПодробности на сайте")
    assert "Электробусы связали Алгабас" in (await marina.sees("Поиск: Электробусы связали Алгабас"))["text"]
    origin = {"type": "hidden_user", "sender_user_name": "Сосед", "date": city.now()}
    text = "Полумарафон в Астане выиграли бегуны\n" + "И ещё много слов о том, как это было. " * 20
    city.telegram.post(marina.chat(), marina.account, {"text": text}, forward_origin=origin)
    await marina.sees("Поиск: Полумарафон в Астане выиграли бегуны")


async def test_a_pasted_address_opens_its_card_or_is_said_to_be_unknown(city):
    marina = city.person("Марина", "ru")
    article = next(one for one in (await city.store.articles.latest(20)).items if one.url)
    marina.says(f"Смотри {article.url.replace('https://', 'http://')}/?utm_source=tg#comments")
    shown = await marina.sees(lambda message: "Поделиться" in labels(message))
    assert article.title in shown["text"]
    marina.says(f"https://t.me/qala_bot?start=a_{article.key}")
    assert article.title in (await marina.sees(lambda message: "Поделиться" in labels(message)))["text"]
    marina.says("https://example.com/news/1")
    await marina.sees("Новости по этой ссылке у бота нет")


async def test_a_town_that_is_typed_answers_the_question_for_it_and_is_a_search_otherwise(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.starts()
    aigerim.presses(await aigerim.sees("Тілді таңдаңыз"), "Қазақша")
    await aigerim.sees("Қай қаланың жаңалығы бірінші тұрсын?")
    aigerim.says("караганды")
    await aigerim.sees("Қалаңыз: Қарағанды")
    assert (await city.store.subscribers.get(aigerim.id)).city == "karaganda"
    aigerim.says("Шымкент")
    await aigerim.sees("Іздеу: Шымкент")


async def test_ones_own_city_stands_first_among_the_newest(city):
    marina = city.person("Марина", "ru")
    marina.says("/city Чимкент")
    await marina.sees("Ваш город: Шымкент. Его новости будут первыми.")
    marina.says("/latest")
    lines = (await marina.sees("Последние новости"))["text"].split("\n")
    assert lines.index("Шымкент") < lines.index("Остальные новости")
    first = next(line for line in lines if line.startswith("1. "))
    assert "Шымкент" in first
    marina.says("/city Атлантида")
    await marina.sees("Места «Атлантида» бот не знает")


async def test_a_subscription_says_what_comes_when_and_how_much_there_was(city):
    marina = city.person("Марина", "ru")
    marina.says('/subscribe "вода"')
    shown = await marina.sees("Вы подписались: «вода»")
    assert "За неделю таких новостей:" in shown["text"]
    assert "дайджест отключён" in shown["text"]
    marina.presses(shown, "08:00")
    await marina.sees("Дайджест будет приходить каждый день в 08:00")
    marina.says("/subscribe #Алматы")
    shown = await marina.sees("Вы подписались: #Алматы")
    assert "вместе с остальными" in shown["text"]
    marina.says("/subscribe #алматы")
    await marina.sees("Вы уже подписаны")
    marina.says("/subscriptions")
    shown = await marina.sees("всё главное, а ваши подписки")
    marina.presses(shown, "Только подписки")
    await marina.sees("В дайджесте: только ваши подписки.")
    assert (await city.store.subscribers.get(marina.id)).only_asked


async def test_a_reader_of_all_topics_who_follows_a_word_still_has_a_digest(city):
    marina = city.person("Марина", "ru")
    marina.says('/subscribe "землетрясение"')
    await marina.sees("Вы подписались")
    marina.says("/digest")
    assert "Нового для вас пока нет" not in str(await marina.sees(lambda _: True))


async def test_fewer_is_less_and_hidden_is_none(city):
    marina = city.person("Марина", "ru")
    marina.says("/latest")
    marina.presses(await marina.sees("Последние новости"), "1")
    marina.presses(await marina.sees(lambda message: "Поделиться" in labels(message)), "Ещё ›")
    marina.presses(await marina.sees(lambda message: "Меньше такого" in labels(message)), "Меньше такого")
    shown = await marina.sees("Чего показывать меньше?")
    fewer = next(label for label in labels(shown) if label.startswith("Реже: "))
    assert fewer.replace("Реже", "Скрыть") in labels(shown)
    marina.presses(shown, fewer)
    await marina.sees("не больше одной")
    kept = await city.store.preferences.of(marina.id)
    assert (len(kept.fewer), kept.muted) == (1, frozenset())


async def test_a_story_found_in_one_language_is_told_in_the_readers(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("электробусы")
    shown = await aigerim.sees("Іздеу: электробусы")
    first = next(line for line in shown["text"].split("\n") if line.startswith("1. "))
    found = (await city.store.articles.search("электробусы", limit=8, now=city.now())).items
    told = next(one for one in found if one.story is not None)
    own = (await city.store.stories.get(told.story)).in_language("kk")
    assert first.rstrip("…") in f"1. {own.title}"  # a line is two lines of a phone at most


@pytest.mark.parametrize(
    ("language", "said", "offer", "button", "kept"),
    [
        (
            "ru",
            "подпишись на новости о метро",
            "Присылать такие новости: метро?",
            "Следить: «метро»",
            ("word", "метро"),
        ),
        (
            "ru",
            "сообщай мне о землетрясениях",
            "Присылать такие новости",
            "Следить: «землетрясение»",
            ("word", "землетрясение"),
        ),
        ("ru", "хочу следить за темой экология", "Присылать такие новости", "Следить: Экология", ("topic", "ecology")),
        ("kk", "экологияға жазылғым келеді", "келіп тұрсын ба?", "Жазылу: Экология", ("topic", "ecology")),
        (
            "kk",
            "футбол туралы хабарлап тұр",
            "футбол: осындай жаңалық келіп тұрсын ба?",
            "Жазылу: «футбол»",
            ("word", "футбол"),
        ),
    ],
)
async def test_a_wish_to_hear_of_something_is_kept_with_one_tap(city, language, said, offer, button, kept):
    reader = city.person("Дана", language)
    reader.says(said)
    reader.presses(await reader.sees(offer), button)
    await reader.sees(lambda message: offer not in message["text"])
    stored = await city.store.subscribers.get(reader.id)
    assert kept in [(one.kind, one.value) for one in stored.subscriptions]


@pytest.mark.parametrize(
    ("language", "said", "button", "kept", "undo"),
    [
        ("ru", "не показывай политику", "Скрыть: Политика", ("topic", "politics"), "Вернуть"),
        ("ru", "не присылайте про гороскоп", "Скрыть: «гороскоп»", ("word", "гороскоп"), "Вернуть"),
        ("kk", "футболды көрсетпе", "Жасыру: «футбол»", ("word", "футбол"), "Қайтару"),
    ],
)
async def test_a_wish_to_hear_nothing_of_something_is_kept_and_taken_back(city, language, said, button, kept, undo):
    reader = city.person("Дана", language)
    reader.says(said)
    reader.presses(await reader.sees(lambda message: button in labels(message)), button)
    shown = await reader.sees(lambda message: undo in labels(message))
    assert kept in (await city.store.preferences.of(reader.id)).muted
    reader.presses(shown, undo)
    await reader.sees(lambda message: undo not in labels(message))
    assert (await city.store.preferences.of(reader.id)).muted == frozenset()


@pytest.mark.parametrize(
    ("language", "said", "week", "until", "paused", "go_on", "timing"),
    [
        (
            "ru",
            "поставь на паузу",
            "На неделю",
            "Пауза до",
            "Дайджест: пауза до",
            "Продолжить сейчас",
            "Когда: каждый день",
        ),
        (
            "kk",
            "демалыстамын",
            "Бір аптаға",
            "Қайта басталатын күн",
            "Дайджест: үзіліс",
            "Қазір жалғастыру",
            "күн сайын, 08:30",
        ),
    ],
)
async def test_a_pause_is_made_and_ended_with_a_tap(city, language, said, week, until, paused, go_on, timing):
    reader = city.person("Ержан", language)
    reader.says("/digest 08:30")
    await reader.sees(lambda message: "08:30" in message["text"])
    reader.says(said)
    reader.presses(await reader.sees(lambda message: week in labels(message)), week)
    shown = await reader.sees(until)
    kept = await city.store.subscribers.get(reader.id)
    assert kept.away_until is not None
    reader.says("/settings")
    await reader.sees(paused)
    reader.presses(shown, go_on)
    await reader.sees(timing)
    kept = await city.store.subscribers.get(reader.id)
    assert kept.away_until is None
    assert kept.next_digest_at is not None


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_keys_below_the_field_are_words_that_are_understood(city, language):
    reader, words = city.person("Асем", language), texts(language).plain
    reader.says("/settings")
    reader.presses(await reader.sees(lambda message: words("button-keys") in labels(message)), words("button-keys"))
    asked = await reader.sees(lambda message: words("button-keys-show") in labels(message))
    reader.presses(asked, words("button-keys-show"))
    await reader.sees(words("keys-shown"))
    keys = [one["text"] for row in reader.chat().extra["keyboard"]["keyboard"] for one in row]
    assert [told.name for told in map(understood, keys)] == [
        {"latest": "newest"}.get(name, name) for row in KEYS for name in row
    ]
    reader.presses(asked, words("button-keys-hide"))
    await reader.sees(words("keys-hidden"))
    assert not reader.chat().extra.get("keyboard")


@pytest.mark.parametrize(("language", "zone"), [("ru", "Астана"), ("kk", "Қазақстан, UTC+5")])
async def test_a_place_is_shared_with_a_key_and_only_its_zone_is_kept(city, language, zone):
    reader, words = city.person("Асем", language), texts(language).plain
    reader.says("/timezone")
    reader.presses(await reader.sees(lambda message: words("button-place") in labels(message)), words("button-place"))
    await reader.sees(words("place-how"))
    reader.shares_place(words("button-place"), 51.13, 71.43)
    await reader.sees(lambda message: message["text"].startswith(words("zone-set", zone="").strip(": ")))
    kept = await city.store.subscribers.get(reader.id)
    assert kept.timezone == "Asia/Almaty"
    assert not reader.chat().extra.get("keyboard")


@pytest.mark.parametrize(
    ("code", "newest", "second", "third", "read", "further"),
    [
        ("ru", "новости", "2", "открой третью", "подробнее", "дальше"),
        ("kk", "жаңалық", "екіншісін аш", "3", "толығырақ", "келесі"),
    ],
)
async def test_a_number_opens_the_article_of_the_list_and_more_words_read_it(
    city, code, newest, second, third, read, further
):
    marina = city.person("Марина", code)
    marina.says(newest)
    titles = _titles((await marina.sees("1."))["text"])
    for said, number in ((second, 2), (third, 3)):
        marina.says(said)
        assert (await marina.sees(lambda _: True))["text"].startswith(titles[number])
    marina.says(read)
    await marina.sees(lambda message: message["text"].startswith(titles[3]) and _BACK[code] in labels(message))
    marina.says(newest)
    await marina.sees(f"1. {titles[1]}")
    marina.says(further)
    assert not {*_titles((await marina.sees("1."))["text"]).values()} & {*titles.values()}


_BACK = {code: texts(code).plain("button-back") for code in ("ru", "kk")}


def _titles(text: str) -> dict[int, str]:
    """Number → the headline's beginning, which lists cut."""
    found = (line.partition(". ") for line in text.split("\n"))
    return {int(number): title.rstrip("…") for number, dot, title in found if dot and number.isdecimal()}


@pytest.mark.parametrize(
    ("code", "newest", "first", "following", "save", "less", "why", "others", "link"),
    [
        ("ru", "новости", "первую", "следующая", "сохрани это", "не показывай такое", "почему это здесь", "кто ещё об этом пишет", "ссылка"),
        ("kk", "жаңалық", "біріншісі", "келесі", "мұны сақта", "мұндайды көрсетпе", "неге келді", "тағы кім жазды", "сілтеме бер"),
    ],
)  # fmt: skip
async def test_what_is_shown_is_saved_hidden_and_explained_by_word(
    city, code, newest, first, following, save, less, why, others, link
):
    marina, words = city.person("Марина", code), texts(code)
    marina.says(newest)
    titles = _titles((await marina.sees("1."))["text"])
    for said, number in ((first, 1), (following, 2), (save, 2), (link, 2)):
        marina.says(said)
        shown = await marina.sees(lambda _: True)
        assert shown["text"].startswith(titles[number]), said
    opened = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert await city.store.saved.has(marina.id, int(opened.split(":")[1]))
    marina.says({"ru": "подробнее", "kk": "толығырақ"}[code])  # the text is of the same article
    await marina.sees(lambda _: True)
    marina.says(less)
    await marina.sees(words.plain("less-of-what").split("\n")[0])
    for said, key in ((less, "less-of-what"), (why, "why-title"), (others, "story-title")):
        marina.says(following if said == less else first)
        await marina.sees(lambda _: True)
        marina.says(said)
        await marina.sees(words.plain(key).split("\n")[0])


async def test_a_number_that_no_list_has_is_searched_for(city):
    marina = city.person("Марина", "ru")
    marina.says("2")
    await marina.sees("Поиск: 2")
    marina.says("новости")
    await marina.sees("1.")
    marina.says("79")
    await marina.sees("79")
    marina.says("вторая очередь метро")
    await marina.sees("вторая очередь метро")


async def test_the_first_of_a_digest_and_its_next_page_may_be_named(city):
    marina = city.person("Марина", "ru")
    marina.says("/digest")
    shown = await marina.sees("Дайджест сейчас")
    marina.says("первую")
    lead = shown["text"].split("\n\n")[1].split("\n")[0]
    assert (await marina.sees(lambda _: True))["text"].startswith(lead)
    marina.says("/digest")
    await marina.sees("Дайджест сейчас")
    marina.says("дальше")
    await marina.sees("продолжение")


async def test_what_is_gone_is_searched_for_by_what_was_said(city):
    marina = city.person("Марина", "ru")
    marina.says("ковры")
    found = await marina.sees("Поиск: ковры")
    opens = found["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    key = int(opens.split(":")[1])
    await city.store.articles.hide(key, city.now())
    marina.says("первую")
    await marina.sees("Поиск: первую")


async def test_a_reply_in_a_group_names_a_number_of_the_list_replied_to(city):
    owner = city.person("Айгерім", "ru")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN], kind="supergroup")
    await owner.sees("Qala", chat=group)
    owner.says("/latest@qala_bot", group)
    shown = await owner.sees("1.", chat=group)
    owner.says("вторую", group, reply_to=shown["message_id"])
    opened = await owner.sees(lambda one: one["from"]["is_bot"], chat=group)
    assert opened["text"].startswith(_titles(shown["text"])[2])
    owner.says("@qala_bot вторую", group)  # many lists stand in a group
    await owner.sees("Поиск: вторую", chat=group)


@pytest.mark.parametrize(
    ("code", "said"), [("ru", "не то"), ("ru", "это не то что я искал"), ("kk", "бұл емес"), ("kk", "бұл туралы емес")]
)
async def test_words_that_name_nothing_are_not_searched_for(city, code, said):
    marina, words = city.person("Марина", code), texts(code)
    marina.says(said)
    shown = await marina.sees(words.plain("said-nothing"))
    marina.presses(shown, words.plain("button-words"))
    await marina.sees(lambda message: said in message["text"])


@pytest.mark.parametrize("code", ["ru", "kk"])
async def test_the_label_of_a_button_may_be_said(city, code):
    marina, words = city.person("Марина", code), texts(code)
    marina.says("/start")
    shown = await marina.sees(lambda _: True)
    marina.says(labels(shown)[("kk", "ru").index(code)].casefold())
    assert "Алматы" in labels(await marina.sees(lambda _: True))
    marina.says("/settings")
    await marina.sees(lambda _: True)
    marina.says(words.plain("button-topics").upper())
    sport = topics.short_name("sport", code)
    assert sport in labels(await marina.sees(lambda _: True))
    marina.says(sport.casefold())
    assert words.plain("chosen", name=sport) in labels(await marina.sees(lambda _: True))
    assert (await city.store.subscribers.get(marina.id)).topics == {"sport"}


@pytest.mark.parametrize(("code", "asked", "yes"), [("ru", "присылай в 8:30", "да"), ("kk", "8:30-да жібер", "иә")])
async def test_a_bare_yes_accepts_what_was_offered(city, code, asked, yes):
    marina = city.person("Марина", code)
    marina.says(yes)
    await marina.sees(texts(code).plain("fine"))
    marina.says(asked)
    await marina.sees("08:30")
    marina.says(yes)
    await marina.sees("08:30")
    assert (await city.store.subscribers.get(marina.id)).timetable.minutes == (8 * 60 + 30,)
    marina.says(yes)  # nothing is offered any more
    await marina.sees(texts(code).plain("fine"))


async def test_a_yes_deletes_nothing(city):
    marina = city.person("Марина", "ru")
    marina.says("удали мои данные")
    await marina.sees("Удалить все ваши данные?")
    marina.says("да")
    await marina.sees(texts("ru").plain("fine"))


async def test_a_day_that_a_chip_names_is_looked_for_when_said(city):
    marina = city.person("Марина", "ru")
    marina.says("что нового в Астане за вчера")
    chip = next(one for one in labels(await marina.sees(lambda _: True)) if "ноября" in one)
    marina.says(chip.removeprefix("✕ "))
    assert chip.removeprefix("✕ ") in (await marina.sees(lambda _: True))["text"]


async def talks(city, language, *sayings):
    """What a reader sees after the last of these sayings."""
    person = await reader_of(city, language)
    for said in sayings:
        person.says(said)
        shown = await person.sees(lambda _: True)
    return shown


async def reader_of(city, language):
    person = city.person("Марина" if language == "ru" else "Айгерім", language)
    person.says(f"/language {language}")
    await person.sees(lambda _: True)
    return person


@pytest.mark.parametrize(
    ("language", "sayings", "begins"),
    [
        ("ru", ("что нового в Алматы", "а вчера?"), "Поиск: Алматы вчера"),
        ("ru", ("метро", "за эту неделю", "а в Астане"), "Поиск: метро Астана за эту неделю"),
        ("ru", ("сколько стоит доллар", "а рубль"), "рубль"),
        ("kk", ("бүгін Алматыда не болды", "кеше ше"), "Іздеу: Алматы кеше"),
        ("kk", ("метро", "осы аптадағысын"), "Іздеу: метро осы аптадағысын"),
        ("kk", ("доллар қанша тұр", "рубль ше"), "рубль"),
        ("ru", ("что там с водой", "а на этой неделе"), "Поиск: вода на этой неделе"),
        ("ru", ("новости Астаны", "нет я про Алматы"), "Поиск: Алматы"),
        ("ru", ("ремонт дорог", "только за эту неделю"), "Поиск: ремонт дорог за эту неделю"),
        ("ru", ("ремонт дорог", "а в рудном"), "ремонт дорог"),
        ("ru", ("новости Астаны", "а теперь Алматы"), "Поиск: Алматы"),
        ("kk", ("Астанада не болды", "енді Алматыда"), "Іздеу: Алматы"),
        ("ru", ("кракозябра сквер", "тогда просто сквер"), "Поиск: сквер"),
        ("kk", ("Ақтауда не жаңалық", "жоқ мен Ақтөбені айтам"), "Іздеу: Ақтөбе"),
        ("kk", ("Шымкентте не болды", "Астанада ма"), "Іздеу: Астана"),
        ("kk", ("су тасқыны Ақтөбе", "былтырғы емес, осы айдағы керек"), "Іздеу: су тасқыны Ақтөбе осы айдағы"),
    ],
)
async def test_a_question_goes_on_from_the_one_before(city, language, sayings, begins):
    assert (await talks(city, language, *sayings))["text"].startswith(begins)


@pytest.mark.parametrize(
    ("language", "sayings", "offered"),
    [
        ("ru", ("метро", "подпиши меня на это"), "Следить: «метро»"),
        ("ru", ("метро за эту неделю", "сообщи если появится новое"), "Следить: «метро»"),
        ("ru", ("спорт", "подпиши меня на это"), "Следить: Спорт"),
        ("kk", ("метро", "осыған жазылайын"), "Жазылу: «метро»"),
        ("kk", ("метро", "жаңасы шықса хабарла"), "Жазылу: «метро»"),
        ("kk", ("спорт", "осыған жазылғым келеді"), "Жазылу: Спорт"),
    ],
)
async def test_what_was_found_can_be_followed_by_word(city, language, sayings, offered):
    assert offered in labels(await talks(city, language, *sayings))


@pytest.mark.parametrize(
    ("language", "sayings", "button"),
    [
        ("ru", ("новости", "кто написал первую"), "На сайте"),
        ("ru", ("новости", "вторую открой", "чья это новость"), "На сайте"),
        ("ru", ("новости", "где опубликована третья"), "На сайте"),
        ("ru", ("новости", "больше не надо первую"), "Скрыть этот сюжет"),
        ("kk", ("жаңалықтар", "біріншісін кім жазды"), "Сайттан оқу"),
        ("kk", ("жаңалықтар", "екіншісін аш", "бұл кімнің жаңалығы"), "Сайттан оқу"),
        ("kk", ("жаңалықтар", "үшіншісі қайда жарияланған"), "Сайттан оқу"),
    ],
)
async def test_who_wrote_what_was_shown_is_told_by_its_card(city, language, sayings, button):
    assert button in labels(await talks(city, language, *sayings))


@pytest.mark.parametrize(
    ("language", "sayings", "begins"),
    [
        ("ru", ("новости", "кто написал первую"), "Это новость издания «Южный полдень»"),
        ("kk", ("жаңалықтар", "біріншісін кім жазды"), "Бұл\u00a0– «Шым шаһар» басылымының жаңалығы"),
        ("ru", ("сохрани эту",), "Сначала откройте новость"),
        ("kk", ("мынаны сақтап қойшы",), "Алдымен жаңалықты ашыңыз"),
        ("ru", ("новости", "1", "длинно, давай покороче"), "Воду в Шымкенте вернули"),
        ("ru", ("новости", "дальше", "назад"), "Последние новости"),
        ("kk", ("жаңалықтар", "тағы", "алдыңғысына қайтшы"), "Соңғы жаңалықтар"),
        ("ru", ("новости", "открой третью и сохрани"), "Пожар в Астане"),
    ],
)
async def test_an_article_that_was_shown_is_told_of(city, language, sayings, begins):
    assert (await talks(city, language, *sayings))["text"].replace("<b>", "").startswith(begins)


@pytest.mark.parametrize(
    ("language", "sayings"),
    [("ru", ("новости", "первую и третью отложи")), ("kk", ("жаңалықтар", "1 мен 3-ті сақтап қой"))],
)
async def test_several_of_a_list_are_saved_at_once(city, language, sayings):
    person = await reader_of(city, language)
    for said in sayings:
        person.says(said)
        await person.sees(lambda _: True)
    assert len(await city.store.saved.all(person.id)) == 2


@pytest.mark.parametrize(
    ("language", "sayings", "begins"),
    [
        ("ru", ("новости", "вон ту где про автобусы"), "Электробусы связали"),
        ("kk", ("жаңалықтар", "тағы", "көпір туралысын аш"), "Тұран даңғылындағы көпір"),
        ("ru", ("вода", "сохрани первую", "мои сохранённые", "удали отсюда про воду"), "Вы пока ничего не сохранили"),
    ],
)
async def test_an_article_of_a_list_is_named_by_what_it_is_about(city, language, sayings, begins):
    assert (await talks(city, language, *sayings))["text"].startswith(begins)


async def test_the_last_of_a_list_is_its_last(city):
    person = await reader_of(city, "ru")
    person.says("новости")
    lines = (await person.sees(lambda _: True))["text"].split("\n")
    last = [line for line in lines if line[:2].rstrip(".").isdecimal()][-1].split(". ", 1)[1]
    person.says("последнюю")
    assert (await person.sees(lambda _: True))["text"].startswith(last.rstrip("…"))


@pytest.mark.parametrize(
    ("language", "second", "rest"),
    [("ru", "удали вторую подписку", "метро"), ("kk", "екінші жазылымды өшір", "метро")],
)
async def test_a_subscription_is_ended_by_its_number_in_the_list(city, language, second, rest):
    person = await reader_of(city, language)
    for said in (f'/subscribe "{rest}"', "/subscribe #экология", "/subscriptions", second):
        person.says(said)
        await person.sees(lambda _: True)
    kept = await city.store.subscribers.get(person.id)
    assert [one.value for one in kept.subscriptions] == [rest]
    person.says("удали" if language == "ru" else "өшір")  # without its number none is
    await person.sees(lambda _: True)
    assert (await city.store.subscribers.get(person.id)).subscriptions == kept.subscriptions


@pytest.mark.parametrize(("language", "hide"), [("ru", "убери метро"), ("kk", "метроны көрсетпе")])
async def test_who_hides_what_they_follow_is_shown_their_subscriptions(city, language, hide):
    shown = await talks(city, language, '/subscribe "метро"', hide)
    assert any("метро" in label for label in labels(shown))
    assert not any(label.startswith(("Скрыть", "Жасыру")) for label in labels(shown))


@pytest.mark.parametrize(("language", "sayings"), [("ru", ("новости", "сохрани вторую", "мои сохранённые", "удали первую")),
    ("kk", ("жаңалықтар", "екіншісін сақта", "сақталғандарым", "біріншісін өшір"))])  # fmt: skip
async def test_a_saved_article_is_let_go_by_its_number(city, language, sayings):
    person = await reader_of(city, language)
    for said in sayings:
        person.says(said)
        await person.sees(lambda _: True)
    assert await city.store.saved.all(person.id) == []


@pytest.mark.parametrize(
    ("language", "said", "wanted"),
    [
        ("ru", "что будет в городе завтра", "Культура"),
        ("kk", "ертең қалада не болады", "Мәдениет"),
        ("ru", "сделай чтобы срочные приходили сразу", "Что сообщать сразу"),
        ("kk", "шұғыл хабарлар бірден келсін", "Не туралы бірден хабарлау"),
    ],
)
async def test_what_is_to_come_and_what_comes_at_once_have_their_screens(city, language, said, wanted):
    shown = await talks(city, language, said)
    assert wanted in labels(shown) or shown["text"].startswith(wanted)


@pytest.mark.parametrize(
    ("language", "sayings", "asked"),
    [
        ("ru", ("новости", "сохрани эту"), "Какую из этих новостей?"),
        ("ru", ("новости", "подробнее"), "Какую из этих новостей?"),
        ("kk", ("жаңалықтар", "мынаны сақтап қойшы"), "Осы жаңалықтардың қайсысы?"),
        ("kk", ("жаңалықтар", "толығырақ"), "Осы жаңалықтардың қайсысы?"),
    ],
)
async def test_which_of_a_list_is_asked_where_none_is_open(city, language, sayings, asked):
    assert (await talks(city, language, *sayings))["text"].startswith(asked)


@pytest.mark.parametrize(
    ("language", "said", "button"),
    [("kk", "саясатсыз жаңалық болама", "Жасыру: Саясат"), ("ru", "новости без политики можно", "Скрыть: Политика")],
)
async def test_news_without_a_topic_are_news_where_it_is_hidden(city, language, said, button):
    assert button in labels(await talks(city, language, said))


@pytest.mark.parametrize(
    ("language", "hidden", "said", "button"),
    [
        ("ru", "криминал", "верни криминал", "Вернуть"),
        ("ru", "криминал", "покажи снова криминал", "Вернуть"),
        ("kk", "криминал", "криминалды кайтар", "Қайтару"),
        ("kk", "сериал", "сериалды қайта көрсет", "Қайтару"),
        ("kk", "криминал", "криминалды кайтарып берш", "Қайтару"),
        ("ru", "сериал", "ой нет верни сериал муж ругается", "Вернуть"),
    ],
)
async def test_what_was_hidden_is_asked_back_by_its_name(city, language, hidden, said, button):
    assert button in labels(await talks(city, language, f"/mute {hidden}", said))


async def test_what_nobody_has_hidden_is_no_wish_to_have_it_back(city):
    assert (await talks(city, "ru", "верни криминал"))["text"].startswith("верни криминал")


@pytest.mark.parametrize(
    ("language", "said", "begins"),
    [("kk", "ушиншисин ашып берш", "Астанада құрылыс"), ("kk", "бул каннан алынган акпарат", "Осы жаңалықтардың")],
)
async def test_what_was_shown_is_named_in_spoken_kazakh(city, language, said, begins):
    assert (await talks(city, language, "/latest", said))["text"].startswith(begins)


@pytest.mark.parametrize(
    ("language", "said", "outlet"),
    [
        ("ru", "убери Южный полдень", "Южный полдень"),
        ("ru", "убери закон кз", "Zakon.kz"),
        ("kk", "тенгриньюсты көргім келмейді", "Tengrinews"),
        ("kk", "Есіл жағасын көрсетпе", "Есіл жағасы"),
    ],
)
async def test_an_outlet_is_hidden_by_its_name(city, language, said, outlet):
    if not await city.store.sources.all():
        await city.store.sources.add(Source("https://www.zakon.kz/rss.xml", "feed", "Zakon.kz"))
        await city.store.sources.add(Source("https://tengrinews.kz/news.rss", "feed", "Tengrinews"))
    person = await reader_of(city, language)
    person.says(said)
    shown = await person.sees(lambda _: True)
    button = next(one for one in labels(shown) if one.endswith(outlet))
    person.presses(shown, button)
    await person.sees(lambda message: outlet in message["text"])
    assert ("source", outlet) in (await city.store.preferences.of(person.id)).muted


async def test_a_word_that_names_no_outlet_is_hidden_as_a_word(city):
    assert labels(await talks(city, "ru", "убери криминал"))[0] == "Скрыть: «криминал»"
    assert not any("politico" in one for one in labels(await talks(city, "ru", "убери политику, спорт и выборы")))
    assert not any("правда" in one for one in labels(await talks(city, "ru", "не присылай про Казахстан")))


async def test_a_denied_verb_that_asks_is_a_request(city):
    assert (await talks(city, "kk", "соңғы жаңалықты көрсетпейсіз бе"))["text"].startswith("Соңғы жаңалықтар")


async def test_what_was_done_is_no_object_of_a_wish(city):
    assert not any(one.startswith("Жасыру") for one in labels(await talks(city, "kk", "керек емес қате басып қойдым")))


async def test_a_trouble_that_a_verb_tells_is_followed_by_its_topic(city):
    assert labels(await talks(city, "ru", "оповести если тряхнет"))[:2] == ["Следить: ЧС", "Не надо"]

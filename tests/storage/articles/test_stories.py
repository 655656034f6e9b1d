"""Stories in the store: joined as articles arrive, with history, at a cost that does not grow."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from news.archive.archive import parse_json_line
from news.filing import file_entry
from news.models import Entry, FiledEntry, Subscriber, Subscription
from news.queries.query import parse
from sandbox.news import sample_entries
from storage import open_storage

NOW = 1_800_000_000
DAY = 86400

RU = (
    "В Павлодаре закрыли мост через Иртыш на ремонт",
    (
        "Мост через Иртыш в Павлодаре закрыли на капитальный ремонт до 15 декабря, сообщил акимат. Движение перекрыто для "
        "автобусов и грузовиков. На ремонт выделили 2,7 млрд тенге, работы ведёт компания «Кереку Жол». Аким города Ерлан "
        "Сатыбалдин осмотрел объект и пообещал открыть две полосы к 1 декабря."
    ),
)
RU_2 = (
    "Павлодарский мост через Иртыш перекрыт до 15 декабря",
    (
        "Ремонт моста через Иртыш в Павлодаре обойдётся в 2,7 млрд тенге. Акимат перекрыл движение автобусов и грузовиков. "
        "«Кереку Жол» откроет две полосы к 1 декабря, заявил аким Ерлан Сатыбалдин."
    ),
)
KK = (
    "Павлодарда Ертіс көпірі жөндеуге жабылды",
    (
        "Павлодардағы Ертіс көпірі 15 желтоқсанға дейін күрделі жөндеуге жабылды, деп хабарлады әкімдік. Автобустар мен жүк "
        "көліктерінің қозғалысы шектелді. Жөндеуге 2,7 млрд теңге бөлінді, жұмысты «Кереку Жол» компаниясы жүргізеді. Қала "
        "әкімі Ерлан Сатыбалдин екі жолақты 1 желтоқсанда ашуға уәде берді."
    ),
)
SCHOOL = (
    "В Таразе открыли школу на 900 мест",
    "Новую школу на 900 мест открыли в Таразе. Её построили за полтора года по нацпроекту «Комфортная школа».",
)


def filed(id_, text, seconds=0, source="Горожанин", **changes) -> FiledEntry:
    published = datetime.fromtimestamp(NOW + seconds, UTC)
    item = file_entry(
        Entry(**{"id": id_, "title": text[0], "body": text[1], "published": published, "source": source, **changes})
    )
    assert isinstance(item, FiledEntry)
    return item


async def told(store, moment=0):
    return [[member.id for member in story.members] for story in await store.stories.since(moment)]


async def test_articles_of_both_languages_on_one_event_become_one_story_in_any_order(store):
    await store.articles.save([filed("kk", KK, 3600, "Қала тынысы")], NOW)
    await store.articles.save([filed("school", SCHOOL)], NOW)
    assert await told(store) == []
    await store.articles.save([filed("ru2", RU_2, 7200, "Эхо")], NOW)
    await store.articles.save([filed("ru1", RU, 0)], NOW)
    [story] = await store.stories.since()
    assert [member.id for member in story.members] == ["ru1", "kk", "ru2"]
    assert (story.first.source, story.languages) == ("Горожанин", {"ru": 2, "kk": 1})
    article = await store.articles.find("kk")
    assert article.story == story.id
    assert (await store.articles.find("school")).story is None


TOLD_TWICE = [
    ("yuzhny-polden/vodu-vernuli", "shym-shahar/su-qosyldy"),
    ("yuzhny-polden/proryv-baitursynova", "shym-shahar/qubyr-zharyldy"),
    ("gorozhanin/elektrobusy-algabas", "qala-tynysy/algabas-elektrobus"),
    ("levyi-bereg/pozhar-sklad", "esil-zhagasy/qoimadagy-ort"),
    ("levyi-bereg/most-turan", "esil-zhagasy/turan-kopiri"),
    ("gorozhanin/karta-vozduha", "alatau-khabary/aua-datchikteri"),
    ("kar-ploshchad/detskaya-poliklinika", "kendi-qala/balalar-emhanasy"),
    ("strana-i-gorod/shkola-oskemen", "kun-taqyryby/oskemen-mektep"),
    ("levyi-bereg/polumarafon", "esil-zhagasy/zhartylai-marafon"),
    ("strana-i-gorod/teplicy-aktobe", "kun-taqyryby/aqtobe-qiyar"),
    ("gorozhanin/poznan-almaty", "kun-taqyryby/poznan-kelisim"),
]
MORE_TELLERS = {
    "gorozhanin/elektrobusy-algabas": {
        "strana-i-gorod/elektrobusy-almaty", "verhny-gorod/marshrut-214", "alatau-khabary/214-bagyt"
    },
    "levyi-bereg/pozhar-sklad": {"strana-i-gorod/sklad-astana"},
}  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
async def test_a_reader_meets_no_sample_event_twice_and_no_two_as_one(store, order):
    for line in sample_entries(NOW)[::order]:
        entry = parse_json_line(json.dumps(line), str(line["id"]))
        assert isinstance(entry, Entry)
        filed_one = file_entry(entry)
        assert isinstance(filed_one, FiledEntry)
        await store.articles.save([filed_one], NOW)
    stories = {frozenset(story) for story in await told(store)}
    assert stories == {frozenset((*pair, *MORE_TELLERS.get(pair[0], ()))) for pair in TOLD_TWICE}


async def test_the_same_words_a_week_later_are_another_story(store):
    await store.articles.save([filed("a", RU), filed("b", RU_2, 7 * DAY)], NOW)
    assert await told(store) == []


async def test_an_article_of_which_only_the_day_is_known_joins_and_an_undated_one_does_not(store):
    day = (datetime.fromtimestamp(NOW, UTC) + timedelta(days=1)).date()
    assert isinstance(day, date)
    await store.articles.save([filed("a", RU), filed("b", RU_2, published=day), filed("c", KK, published=None)], NOW)
    assert await told(store) == [["a", "b"]]


async def test_a_repost_is_a_copy_of_the_text_printed_before(store):
    await store.articles.save([filed("a", RU), filed("b", RU, 600, "Эхо")], NOW)
    [story] = await store.stories.since()
    first, second = story.members
    assert (first.copy_of, second.copy_of) == (None, first.key)
    assert story.outlets == ("Горожанин", "Эхо")


async def test_a_changed_headline_is_remembered_with_its_moment_and_the_story_kept(store):
    await store.articles.save([filed("a", RU), filed("b", RU_2, 600, "Эхо")], NOW)
    changed = (RU[0] + ": объезд", RU[1])
    await store.articles.save([filed("a", changed)], NOW + 900)
    [story] = await store.stories.since()
    assert story.first.title == changed[0]
    assert [(one.title, one.until) for one in story.first.headlines] == [(RU[0], NOW + 900)]
    assert await store.stories.headlines(story.first.key) == story.first.headlines
    assert len(story.members) == 2


async def test_an_article_whose_date_moves_away_leaves_its_story(store):
    await store.articles.save([filed("a", RU), filed("b", RU_2, 600)], NOW)
    await store.articles.save([filed("b", RU_2, 30 * DAY)], NOW)
    assert await told(store) == []
    assert (await store.articles.find("a")).story is None


async def test_a_hidden_article_is_gone_from_its_story_and_gathers_no_more(store):
    await store.articles.save([filed("a", RU), filed("b", RU_2, 600)], NOW)
    await store.articles.hide((await store.articles.find("a")).key, NOW)
    [story] = await store.stories.since()
    assert [member.id for member in story.members] == ["b"]
    await store.articles.hide((await store.articles.find("b")).key, NOW)
    assert await store.stories.since() == []
    await store.articles.save([filed("c", KK, 900)], NOW)
    assert (await store.articles.find("c")).story is None


async def test_one_article_bridges_a_story_of_each_language_into_one(store):
    await store.articles.save([filed("ru1", RU), filed("ru2", RU_2, 60)], NOW)
    await store.articles.save([filed("kk1", (KK[0], ""), 120), filed("kk2", KK, 180)], NOW)
    [story] = await store.stories.since()
    assert {"ru1", "ru2", "kk2"} <= {member.id for member in story.members}


async def test_who_follows_or_muted_a_story_keeps_it_when_it_is_merged_into_another(store):
    await store.articles.save([filed("ru1", RU), filed("ru2", RU_2, 60)], NOW)
    closed = (
        "Ертіс көпірі жабылды",
        "Көпір жөндеуге жабылды, қозғалыс шектелді. Кептеліс екі шақырымға созылды.",
    )
    await store.articles.save([filed("kk1", closed, 120), filed("kk2", closed, 150, "Эхо")], NOW)
    russian, kazakh = [(await store.articles.find(one)).story for one in ("ru1", "kk1")]
    assert russian != kazakh
    for chat in (1, 2, 3):
        await store.subscribers.add(Subscriber(chat, "private", "kk", "Asia/Almaty"))
    for chat, story in ((1, kazakh), (2, russian), (2, kazakh)):
        await store.subscribers.subscribe(chat, Subscription("story", f"{story} Ертіс көпірі"))
    await store.preferences.mute(3, "story", str(kazakh))
    await store.compositions.fill_audiences([1, 2, 3])
    await store.articles.save([filed("kk3", KK, 180)], NOW)
    [merged] = await store.stories.since()
    followed = [Subscription("story", f"{merged.id} Ертіс көпірі")]
    assert [list((await store.subscribers.get(chat)).subscriptions) for chat in (1, 2)] == [followed, followed]
    assert (await store.preferences.of(3)).muted == {("story", str(merged.id))}
    told = {
        await store.database.fetchval("SELECT audience FROM subscribers WHERE chat_id = $1", chat) for chat in (1, 3)
    }
    assert told == {None}


async def test_stories_since_a_moment_and_forgetting_old_signatures(store):
    await store.articles.save([filed("a", RU), filed("b", RU_2, 600)], NOW)
    assert await told(store, NOW + 601) == []
    assert await told(store, NOW + 600) == [["a", "b"]]
    assert await store.stories.forget(NOW + DAY) == 2
    assert await store.stories.forget(NOW + DAY) == 0
    await store.articles.save([filed("c", KK, 900)], NOW)
    assert await told(store) == [["a", "b"]]


async def test_news_of_a_town_is_found_by_its_former_name_in_either_language(store):
    await store.articles.save([filed("a", RU), filed("b", KK, 60), filed("c", SCHOOL)], NOW)
    ask = store.articles.search
    found = [await ask(text, limit=9, now=NOW) for text in ("город:Джамбул", "қала:Кереку", "city:pavlodar")]
    assert [sorted(one.id for one in page.items) for page in found] == [["c"], ["a", "b"], ["a", "b"]]


async def test_a_reprint_is_shown_as_its_first_publication_and_still_answers_by_its_own_id(store):
    """In whatever order they arrive: the third to come was published first."""
    for id_, seconds, source in (("b", 600, "Эхо"), ("c", 1200, "Дала"), ("a", 0, "Горожанин"), ("d", 1800, None)):
        await store.articles.save([filed(id_, RU, seconds, source)], NOW)
    first = await store.articles.find("a")
    assert [one.id for one in (await store.articles.latest(10)).items] == ["a"]
    assert [one.id for one in (await store.articles.latest(10, reprints=True)).items] == ["d", "c", "b", "a"]
    assert [one.id for one in (await store.articles.search("мост Иртыш", limit=10, now=NOW)).items] == ["a"]
    assert [one.id for one in (await store.articles.search("мост source:Эхо", limit=10, now=NOW)).items] == ["b"]
    assert len((await store.articles.found(parse("мост Иртыш", date(2027, 1, 15)), limit=10, now=NOW)).hits) == 4
    assert (await store.articles.find("c")).copy_of == first.key
    [story] = await store.stories.since()
    assert [member.id for member in story.articles] == ["a"]
    assert [member.id for member in story.reprints(first.key)] == ["b", "c", "d"]
    assert (story.outlets, story.developments) == (("Горожанин", "Эхо", "Дала"), ())


async def test_where_the_first_publication_is_taken_back_the_next_one_takes_its_place(store):
    await store.articles.save([filed(id_, RU, n * 600, id_) for n, id_ in enumerate("abc")], NOW)
    await store.articles.hide((await store.articles.find("a")).key, NOW)
    assert [one.id for one in (await store.articles.latest(10)).items] == ["b"]
    assert [one.id for one in (await store.articles.search("мост Иртыш", limit=10, now=NOW)).items] == ["b"]


async def test_a_reprint_whose_text_is_written_anew_is_an_article_of_its_own(store):
    await store.articles.save([filed("a", RU), filed("b", RU, 600, "Эхо")], NOW)
    await store.articles.save([filed("b", RU_2, 600, "Эхо")], NOW + 60)
    assert [one.id for one in (await store.articles.latest(10)).items] == ["b", "a"]
    await store.articles.save([filed("a", (RU[0], RU[1] + " Объезд есть."))], NOW + 120)
    assert (await store.articles.find("a")).copy_of is None


async def test_a_changed_first_publication_stays_the_first(store):
    await store.articles.save([filed("a", RU), filed("b", RU, 600, "Эхо")], NOW)
    await store.articles.save([filed("a", (RU[0], RU[1] + " Объезд есть."))], NOW + 60)
    assert [one.id for one in (await store.articles.latest(10)).items] == ["a"]


def one_of_meaning(says):
    """An embedding that knows two words: its vectors are the same where both texts name the bridge."""

    def close(text, others):
        return [says if ("мост" in text.lower()) == ("көпір" in other.lower()) else 0.5 for other in others]

    return close


@pytest.mark.parametrize(("says", "stories"), [(0.9, [["ru", "kk"]]), (0.86, [])])
async def test_an_embedding_decides_what_names_and_numbers_leave_open(database_url, says, stories):
    opened = await open_storage(database_url)
    opened.articles._stories._closeness = one_of_meaning(says)
    few = ("Мост через Иртыш закрыт", "Движение перекрыто, пишет «Кереку Жол».")
    kazakh = (
        "Ертіс көпірі жабылды",
        (
            "«Кереку Жол» Павлодарда 12 сәуірде жөндеуді бастады, деп хабарлады Сатыбалдин мен Ержанов. Қарағанды, Шымкент, "
            "Тараз бен Атырау тұрғындары күтіп жүр. Үкірдай, Сейтов, Мәмбетов пен Қалиев келді."
        ),
    )
    await opened.articles.save([filed("ru", few), filed("kk", kazakh, 600, "Эхо")], NOW)
    assert await told(opened) == stories
    await opened.close()

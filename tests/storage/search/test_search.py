from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.filing import file_entry
from news.language.analyse import ANALYSIS_VERSION
from news.models import Entry, FiledEntry, Topic
from news.queries.query import parse
from storage.search import indexing, postings

NOW = 1_800_000_000
TODAY = datetime.fromtimestamp(NOW, UTC).date()


def filed(id_: str, title: str, *, topics: tuple[str, ...] = (), language: str | None = None, **changes) -> FiledEntry:
    entry = replace(Entry(id=id_, title=title, published=datetime.fromtimestamp(NOW - 3600, UTC)), **changes)
    item = file_entry(replace(entry, language=language))
    assert isinstance(item, FiledEntry)
    return replace(item, topics=tuple(Topic(slug) for slug in topics))


async def save(store, *items: FiledEntry) -> None:
    await store.articles.save(items, NOW)


async def ids(store, text: str, limit: int = 10) -> list[str]:
    found = await store.articles.found(parse(text, TODAY), limit=limit, now=NOW)
    return [article.id for article in await store.articles.many([hit.key for hit in found.hits])]


@pytest.fixture
async def city(store):
    await save(
        store,
        filed("transport", "Қалалық көлік жаңа бағытқа шықты", topics=("transport",), source="Қала FM"),
        filed("bus", "Автобусы Алматы пошли по новому маршруту", topics=("transport",), source="tengrinews.kz"),
        filed("schools", "Алматыда жаңа мектептер салынады", source="Қала FM", language="kk"),
        filed("fire", "Пожар тушили в лесу под Алматы", body="Огонь заметили лесники.", source="tengrinews.kz"),
        filed("phone", "Новый iPhone появился в Астане"),
        filed("song", "Өлең кеші өтті"),
    )
    return store


@pytest.mark.parametrize("typed", ["Алма-Ата", "школы в Алма-Ате", "Алма-Атада", "Верный"])
async def test_a_town_is_found_by_its_former_name(city, typed):
    assert "schools" in await ids(city, typed)


async def test_a_word_that_no_article_has_is_not_called_a_slip_of_another(city):
    await save(city, filed("half", "Жарым бағамен сатылады", language="kk"))
    assert (await city.articles.found(parse("көшеде жарық жоқ", TODAY), limit=5, now=NOW)).corrected in (
        None,
        "көшеде жарық жоқ",
    )


async def test_what_is_written_of_the_former_name_itself_comes_first(city):
    await save(city, filed("old", "Целиноград в старых фотографиях"))
    assert await ids(city, "Целиноград") == ["old", "phone"]


async def test_a_reader_is_told_which_town_was_understood(city):
    found = await city.articles.found(parse("Целиноградта жол", TODAY), limit=5, now=NOW)
    assert found.corrected == "астана жол"


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("қалалық көлік", "transport"),
        ("калалык колик", "transport"),  # without Kazakh letters
        ("qalalyq kolik", "transport"),  # in Latin letters
        ("0fkfks0 r-k3r", "transport"),  # Kazakh keys on a Latin layout
        ("fdnj,ecs", "bus"),  # Russian keys on a Latin layout
        ("автобус маршруты", "bus"),  # other forms
        ("афтобусы", "bus"),  # a slip
        ("avtobusy almaty", "bus"),
        ("мектеп", "schools"),
        ("мектептерд", "schools"),
        ("лесники", "fire"),  # only in the body
        ("шзрщту", "phone"),  # Latin keys on a Cyrillic layout
        ("пож", "fire"),  # a beginning
    ],
)
async def test_words_are_found_as_people_type_them(city, typed, id_):
    assert (await ids(city, typed))[0] == id_


async def test_every_letter_of_a_word_finds_it(city):
    for end in range(1, len("мектептер") + 1):
        assert "schools" in await ids(city, "мектептер"[:end])


async def test_the_title_stands_above_the_body(store):
    await save(store, filed("body", "Другое", body="Здесь метро."), filed("title", "Метро", published=date(2020, 1, 1)))
    assert await ids(store, "метро") == ["title", "body"]


async def test_the_exact_form_stands_above_another(store):
    await save(store, filed("form", "В школах ремонт"), filed("exact", "Школа ремонт", published=date(2020, 1, 1)))
    assert await ids(store, "школа ") == ["exact", "form"]


async def test_the_newer_of_two_alike_stands_first(store):
    old, new = (datetime.fromtimestamp(NOW - days * 86_400, UTC) for days in (300, 1))
    await save(store, filed("old", "Снег в городе", published=old), filed("new", "Снег в городе!", published=new))
    assert await ids(store, "снег") == ["new", "old"]


async def test_exact_words_stand_together(city):
    await save(city, filed("apart", "Новому району — маршруту быть по новому"))
    assert await ids(city, '"новому маршруту"') == ["bus"]
    assert set(await ids(city, "новому маршруту")) >= {"bus", "apart"}


async def test_exact_words_go_on_behind_the_ending_of_a_number(store):
    await save(store, filed("law", "Кодекстің 128-інші бабы"), filed("other", "128 адам келді, олардың бабы бар"))
    assert await ids(store, '"128-інші бабы"') == await ids(store, '"128 бабы"') == ["law"]


async def test_the_ending_of_a_number_is_no_word_of_its_own(store):
    await save(store, filed("law", "Кодекстің 128-інші бабы"), filed("other", "Әнші сахнаға шықты"))
    assert await ids(store, "кодекстің 128 інші бабы") == await ids(store, "128 ыншы") == ["law"]


async def test_exact_words_that_nobody_wrote_are_read_as_words(city):
    found = await city.articles.found(parse('"маршруту новому"', TODAY), limit=10, now=NOW)
    assert found.hits
    assert found.query.phrases == ()


async def test_an_excluded_word_is_left_out(city):
    assert "fire" not in await ids(city, "алматы -пожар")
    assert "bus" in await ids(city, "алматы -пожар")


async def test_a_minus_that_is_a_letter_of_the_kazakh_layout_is_one(city):
    assert (await ids(city, "кеші -лең"))[0] == "song"


async def test_labels_narrow(city):
    assert set(await ids(city, "алматы source:tengrinews")) == {"bus", "fire"}
    assert set(await ids(city, "дереккөз:tengrinews.kz")) == {"bus", "fire"}
    assert set(await ids(city, "#көлік")) == {"bus", "transport"}
    assert set(await ids(city, "жаңа lang:kk")) == {"transport", "schools"}


async def test_a_label_alone_finds_all_that_carry_it(city):
    assert set(await ids(city, "lang:kk")) == {"transport", "schools", "song"}
    assert await ids(city, "lang:kk ...") == await ids(city, "lang:kk")


async def test_a_period_narrows_to_its_days(store):
    await save(
        store,
        filed("then", "Наводнение в городе", published=date(2016, 2, 12)),
        filed("next", "Наводнение в городе ушло", published=date(2016, 2, 13)),
        filed("now", "Наводнение в городе снова"),
    )
    assert await ids(store, "наводнение 12 февраля 2016") == ["then"]
    assert await ids(store, "наводнение за неделю") == ["now"]


async def test_a_period_with_nothing_in_it_is_read_as_words(city):
    found = await city.articles.found(parse("пожар в феврале 2016", TODAY), limit=10, now=NOW)
    assert found.hits
    assert found.query.period is None


async def test_what_was_understood_is_told(city):
    layout = await city.articles.found(parse("gj;fh", TODAY), limit=10, now=NOW)
    assert (layout.reading, layout.corrected) == ("layout", "пожар")
    slip = await city.articles.found(parse("афтобусы", TODAY), limit=10, now=NOW)
    assert (slip.reading, slip.corrected) == ("plain", "автобусы")
    plain = await city.articles.found(parse("автобусы", TODAY), limit=10, now=NOW)
    assert (plain.reading, plain.corrected) == ("plain", None)


async def test_words_that_find_nothing_name_the_nearest_topic(store):
    await save(store, filed("x", "Совсем другое"))
    found = await store.articles.found(parse("автобус", TODAY), limit=10, now=NOW)
    assert (found.hits, found.topic) == ((), "public-transport")


async def test_pages_hold_while_articles_arrive(store):
    start = datetime.fromtimestamp(NOW - 86_400, UTC)
    items = [filed(f"a{n}", f"Ремонт дороги {n}", published=start + timedelta(minutes=n)) for n in range(250)]
    await save(store, *items)
    seen, cursor = [], None
    for page in range(30):
        found = await store.articles.found(parse("ремонт дороги", TODAY), limit=20, now=NOW, cursor=cursor)
        seen += [hit.key for hit in found.hits]
        cursor = found.next
        if cursor is None:
            break
        assert len(cursor) <= 48
        assert cursor.isascii()
        await save(store, filed(f"late{page}", f"Ремонт дороги опять {page}"))
    assert len(seen) == len(set(seen)) == 250


async def test_who_reads_one_language_finds_its_articles_alone_page_by_page(store):
    await save(
        store,
        *(filed(f"kk{n}", f"Астана {n}-мектебі ашылды", language="kk") for n in range(30)),
        *(filed(f"ru{n}", f"В Астане открыли школу номер {n}", language="ru") for n in range(30)),
    )
    seen, cursor = [], None
    while cursor or not seen:
        found = await store.articles.found(parse("Астана", TODAY), limit=8, now=NOW, cursor=cursor, language="ru")
        assert found.query == parse("Астана", TODAY)
        seen += [one.id for one in await store.articles.many([hit.key for hit in found.hits])]
        if (cursor := found.next) is None:
            break
        assert len(cursor) <= 48
    assert sorted(seen) == sorted(f"ru{n}" for n in range(30))
    both = await store.articles.found(parse("Астана", TODAY), limit=8, now=NOW)
    assert {one.language for one in await store.articles.many([hit.key for hit in both.hits])} == {"kk"}


@pytest.mark.parametrize("asked", ["қалалық көлік", '"жаңа мектептер"', "мектеп салынады"])
async def test_who_reads_one_language_finds_the_other_where_theirs_has_no_good_answer(city, asked):
    alone = await city.articles.found(parse(asked, TODAY), limit=8, now=NOW, language="ru")
    assert alone == await city.articles.found(parse(asked, TODAY), limit=8, now=NOW)


async def test_a_cursor_of_somebody_else_is_the_first_page(city):
    for cursor in ("", "x", "1.2.3", "-1.0.0.0.0", "ffffffffffffffffffffffff.0.0.0.0"):
        assert (await city.articles.found(parse("пожар", TODAY), limit=3, now=NOW, cursor=cursor)).hits


async def test_a_changed_article_is_found_by_its_new_words_only(city):
    await save(city, filed("fire", "Потоп тушили в лесу под Алматы", source="tengrinews.kz"))
    assert await ids(city, "потоп") == ["fire"]
    assert "fire" not in await ids(city, "пожар ")


async def test_a_hidden_article_is_not_found(city):
    fire = await city.articles.find("fire")
    await city.articles.hide(fire.key, NOW)
    assert "fire" not in await ids(city, "пожар в лесу")


async def test_taking_everything_out_leaves_an_empty_index(city):
    keys = [row["key"] for row in await city.database.fetch("SELECT key FROM articles")]
    async with city.database.transaction() as tx:
        await indexing.unindex(tx, keys)
    version = indexing.ANALYSIS_VERSION
    assert await city.database.fetchval(f"SELECT count(*) FROM search_words_{version} WHERE articles <> 0") == 0
    if city.database.dialect == "postgresql":
        assert await city.database.fetchval(f"SELECT count(*) FROM search_{version}") == 0
        return
    await city.database.execute(f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'search_{version}', 'row')")
    async with city.database.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM temp.terms") == 0


async def test_articles_of_an_older_analysis_are_found_and_indexed_anew(city, monkeypatch):
    newer = indexing.ANALYSIS_VERSION + 1
    monkeypatch.setattr(indexing, "ANALYSIS_VERSION", newer)
    monkeypatch.setattr("storage.articles.saving.ANALYSIS_VERSION", newer)
    await save(city, filed("late", "Пожар потушен"))
    assert set(await ids(city, "пожар")) == {"fire", "late"}
    assert await city.articles.reindex_some(4) == 4
    assert set(await ids(city, "пожар")) == {"fire", "late"}
    assert await city.articles.reindex_some(4) == 2
    assert set(await ids(city, "пожар")) == {"fire", "late"}
    assert await city.database.read(postings.tables) == [newer]


async def test_no_search_walks_past_articles_of_an_older_analysis_that_are_indexed_anew(city, monkeypatch):
    older, newer = indexing.ANALYSIS_VERSION, indexing.ANALYSIS_VERSION + 1
    monkeypatch.setattr(indexing, "ANALYSIS_VERSION", newer)
    await city.articles.reindex_some(4)
    if city.database.dialect == "postgresql":  # FTS5 walks lists of words, no rows
        assert await city.database.fetchval(f"SELECT count(*) FROM search_{older}") == 2
    assert await city.database.fetchval("SELECT count(*) FROM articles WHERE analysis_version = $1", older) == 2


async def test_a_table_without_tokens_of_time_is_walked_no_further_than_others(city):
    def floors(connection):
        there = postings.present(connection, {})
        return postings.floors(connection, there._replace(newest_key=1 << 30, with_moments=()), 0, {})

    known = await city.database.read(floors)
    assert set(known) == (set() if city.database.dialect == "sqlite" else {ANALYSIS_VERSION})


async def test_an_index_that_lies_the_other_way_round_is_searched_and_made_anew(store, monkeypatch):
    """Before version 8 SQLite's index had the oldest article first."""
    days = [datetime(2026, 11, day, 9, tzinfo=UTC) for day in range(1, 6)]
    with monkeypatch.context() as before:
        for module in ("storage.search.indexing", "storage.articles.saving"):
            before.setattr(f"{module}.ANALYSIS_VERSION", 7)
        await save(store, *(filed(f"d{n}", f"Снег {n}", published=day) for n, day in enumerate(days[:3])))
    await save(store, *(filed(f"d{n}", f"Снег {n}", published=days[n]) for n in (3, 4)))
    older = "SELECT count(*) FROM articles WHERE analysis_version < 8"
    for left in (3, 1, 0):
        assert await store.database.fetchval(older) == left
        assert await ids(store, "снег") == ["d4", "d3", "d2", "d1", "d0"]
        assert await ids(store, "снег 02.11.2026") == ["d1"]
        await store.articles.reindex_some(2)
    assert await store.database.read(postings.tables) == [ANALYSIS_VERSION]


async def test_many_articles_of_one_moment_find_room(store):
    day = date(2016, 2, 9)
    moment = datetime(2016, 2, 9, 10, tzinfo=UTC)
    await save(store, *(filed(f"d{n}", f"День {n}", published=day) for n in range(300)))
    await save(store, *(filed(f"m{n}", f"Миг {n}", published=moment) for n in range(300)))
    await save(store, *(filed(f"u{n}", f"Безвременье {n}", published=None) for n in range(30)))
    low, high = (postings.position(int(datetime(2016, 2, d, tzinfo=UTC).timestamp())) for d in (9, 10))
    rows = await store.database.fetch("SELECT id, position FROM articles")
    assert all(low <= row["position"] < high + 100 for row in rows if row["id"][0] in "dm")
    assert all(row["position"] < low for row in rows if row["id"][0] == "u")


@given(st.text(max_size=80) | st.text(alphabet="\"«»#-:*()^'{}[] 0129./aбқөNEAR\ud800😀", max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_query_raises(city, text):
    found = await city.articles.found(parse(text, TODAY), limit=10, now=NOW)
    assert len(found.hits) <= 10


@pytest.mark.parametrize(
    "text", ["", " ", '"', '""', "*", "NEAR(а б)", "a OR", "-", "--", "😀", "қ" * 4000, "\ud800", "()"]
)
async def test_hostile_queries_are_just_words(city, text):
    found = await city.articles.found(parse(text, TODAY), limit=10, now=NOW)
    assert not found.hits or text.isalpha()  # a long word may be taken for another; signs alone find nothing


async def test_an_index_brought_into_one_piece_answers_the_same_and_still_forgets(store):
    for number in range(12):
        await save(store, filed(f"a{number}", f"Жаңа көпір {number} ашылды"))
    before = await ids(store, "көпірлер", limit=20)
    await store.articles.merge_index()
    assert await ids(store, "көпірлер", limit=20) == before
    if store.database.dialect == "sqlite":
        segments = f"SELECT count(DISTINCT segid) FROM {postings.table(indexing.ANALYSIS_VERSION)}_idx"
        assert await store.database.fetchval(segments) == 1
    found = await store.articles.find("a3")
    await store.articles.hide(found.key, found.key)
    assert await ids(store, "көпірлер", limit=20) == [id_ for id_ in before if id_ != "a3"]

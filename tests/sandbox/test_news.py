from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import sandbox
from sandbox.news import sample_arrivals, sample_entries, sample_week

NOW = 1_795_000_000

# One event a line: what several outlets, in either language, tell in their own words.
STORIES = {
    "an electric bus to the metro, Almaty": (
        "qala-tynysy/algabas-elektrobus",
        "alatau-khabary/214-bagyt",
        "gorozhanin/elektrobusy-algabas",
        "verhny-gorod/marshrut-214",
        "strana-i-gorod/elektrobusy-almaty",
    ),
    "a burst main, Shymkent, then water again": (
        "shym-shahar/qubyr-zharyldy",
        "yuzhny-polden/proryv-baitursynova",
        "shym-shahar/su-qosyldy",
        "yuzhny-polden/vodu-vernuli",
    ),
    "a bridge closed at night, Astana": ("esil-zhagasy/turan-kopiri", "levyi-bereg/most-turan"),
    "sensors of the air, Almaty": ("alatau-khabary/aua-datchikteri", "gorozhanin/karta-vozduha"),
    "a clinic for children, Karaganda": ("kendi-qala/balalar-emhanasy", "kar-ploshchad/detskaya-poliklinika"),
    "a half marathon, Astana": ("esil-zhagasy/zhartylai-marafon", "levyi-bereg/polumarafon"),
    "a twin city, Almaty": ("kun-taqyryby/poznan-kelisim", "gorozhanin/poznan-almaty"),
    "a school, Oskemen": ("kun-taqyryby/oskemen-mektep", "strana-i-gorod/shkola-oskemen"),
    "greenhouses, Aktobe": ("kun-taqyryby/aqtobe-qiyar", "strana-i-gorod/teplicy-aktobe"),
    "a warehouse on fire, Astana": (
        "esil-zhagasy/qoimadagy-ort",
        "levyi-bereg/pozhar-sklad",
        "strana-i-gorod/sklad-astana",
    ),
}


def language(entry):
    """Only Kazakh has these letters, and every Kazakh text of a paragraph has some."""
    return "kk" if any(letter in "әғқңөұүһі" for letter in entry["body"].lower()) else "ru"


@pytest.fixture(scope="module")
def entries():
    return sample_entries(NOW)


def test_all_are_of_the_past_three_days_newest_first(entries):
    published = [datetime.fromisoformat(entry["published"]) for entry in entries]
    assert all(moment.utcoffset() == timedelta(hours=5) for moment in published)
    ages = [NOW - moment.timestamp() for moment in published]
    assert min(ages) > 0
    assert max(ages) < 3 * 24 * 3600
    assert ages == sorted(ages)


def test_today_yesterday_and_the_day_before_all_have_news(entries):
    days = Counter(int((NOW - datetime.fromisoformat(e["published"]).timestamp()) // 86400) for e in entries)
    assert set(days) == {0, 1, 2}


def test_both_languages_have_as_much_to_read(entries):
    assert Counter(map(language, entries)) == {"kk": 19, "ru": 19}


def test_ids_and_addresses_are_unique_and_lead_to_no_real_site(entries):
    assert len({entry["id"] for entry in entries}) == len({entry["url"] for entry in entries}) == len(entries)
    assert all(entry["url"].split("/")[2].endswith(".example") for entry in entries)


def test_every_article_has_a_title_a_source_tags_and_some_paragraphs(entries):
    for entry in entries:
        assert set(entry) == {"id", "url", "title", "body", "published", "source", "tags", "views", "image"}
        assert all((entry["title"], entry["source"], entry["tags"]))
        assert 3 <= len(entry["body"].split("\n")) <= 6, entry["id"]


def test_no_word_mixes_latin_and_cyrillic_letters(entries):
    for entry in entries:
        for word in f"{entry['title']} {entry['body']}".replace("-", " ").split():
            scripts = {"cyrillic" if "\u0400" <= c <= "\u04ff" else "latin" for c in word if c.isalpha()}
            assert len(scripts) < 2, (entry["id"], word)


@pytest.mark.parametrize("ids", STORIES.values(), ids=STORIES)
def test_a_story_is_told_in_both_languages_in_different_words(entries, ids):
    told = [entry for entry in entries if entry["id"] in ids]
    assert len(told) == len(ids)
    assert {language(entry) for entry in told} == {"ru", "kk"}
    assert len({entry["title"] for entry in told}) == len({entry["body"] for entry in told}) == len(ids)


def test_the_water_comes_back_hours_after_the_burst(entries):
    published = {entry["id"]: datetime.fromisoformat(entry["published"]) for entry in entries}
    assert published["shym-shahar/su-qosyldy"] - published["shym-shahar/qubyr-zharyldy"] >= timedelta(hours=3)


def test_a_headline_that_changed_arrives_first_as_it_was():
    *before, (last, everything) = sample_arrivals(NOW)
    assert (last, everything) == (NOW - 60, sample_entries(NOW))
    moments = [at for at, _ in before]
    assert moments == sorted(moments)
    (was,), (became,) = [entries for _, entries in before]
    assert was["id"] == became["id"]
    assert was["title"] != became["title"]
    assert became in everything


def test_every_article_has_a_picture_that_was_drawn_for_it(entries):
    drawn = {path.stem for path in (Path(sandbox.__file__).parent / "page" / "pictures").glob("*.svg")}
    named = {entry["image"].rpartition("/")[2].removesuffix(".png") for entry in entries}
    assert named == drawn


def test_in_a_sandbox_news_goes_on_coming_for_a_week():
    there, coming = sample_week(NOW)
    ids = [one["id"] for _, entries in [*there[-1:], *coming] for one in entries]
    assert len(ids) == len(set(ids)) == 38
    moments = [at for at, _ in coming]
    assert moments == sorted(moments)
    days = Counter((at - NOW) // 86_400 for at in moments)
    assert all(days[day] for day in range(7)), days
    assert all(datetime.fromisoformat(one["published"]).timestamp() <= at for at, found in coming for one in found)

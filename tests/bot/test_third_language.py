"""A third interface language works by one constant; what it has no words for is said in Russian."""

import pytest

import locales
from locales.__main__ import missing
from tests.driver import world

OWN = """
welcome = Pick a language
language-set = Now in Latin letters
day-today = today
command-latest = The newest
"""


@pytest.fixture
def _a_third_language(monkeypatch):
    files = locales.source_files

    def with_third(language):
        return {"en.ftl": OWN} if language == "en" else files(language)

    monkeypatch.setitem(locales.LANGUAGE_NAMES, "en", "English")
    monkeypatch.setattr(locales, "source_files", with_third)
    monkeypatch.setattr("locales.__main__.source_files", with_third)
    caches = (locales.texts, locales._bundle, locales.page_texts)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_the_languages_we_ship_lack_no_text():
    assert not missing()


@pytest.mark.usefixtures("_a_third_language")
def test_what_a_language_lacks_is_listed_and_said_in_russian():
    gaps = missing()["en"]
    assert "button-settings" in gaps
    assert "welcome" not in gaps
    assert locales.texts("en")("language-set") == "Now in Latin letters"
    assert locales.texts("en")("button-settings") == locales.texts("ru")("button-settings")
    with pytest.raises(locales.TextError):
        locales.texts("en")("no-such-text")


@pytest.mark.usefixtures("_a_third_language")
async def test_a_reader_of_a_third_language_goes_through_all_screens(tmp_path):
    async with world(tmp_path) as city:
        john = city.person("John", "en-GB")
        john.starts()
        asked = await john.sees("Pick a language")
        john.presses(asked, "English")
        await john.sees(lambda message: "reply_markup" in message and "Pick" not in message["text"])
        assert (await city.store.subscribers.get(john.id)).language == "en"
        for command, words in (
            ("/language қазақша", ""),
            ("/language English", "Now in Latin letters"),
            ("/settings", "English"),
            ("/topics", "Темы"),
            ("/latest", "today"),
            ("/digest 08:30", "08:30"),
            ("/digest", ""),
            ("/search мост", ""),
            ("/subscriptions", ""),
            ("/saved", ""),
            ("/help", ""),
            ("/privacy", ""),
        ):
            john.says(command)
            await john.sees(words or None)
        john.says("/latest")
        shown = await john.sees("today")
        john.presses(shown, "1")
        await john.sees(lambda message: "reply_markup" in message)
        assert await john.results(john.types("мост"))
        assert (await city.store.deliveries.counts()).get("failed", 0) == 0

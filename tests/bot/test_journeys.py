"""Eleven journeys of a reader on a phone, in Kazakh and in Russian: the real bot, the chat page, a real Chromium.

`Phone` counts taps; each journey says how many it may take. With PICTURES_FOLDER=folder every journey leaves its
pictures.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from locales import Texts
from news.subject import topics
from sandbox.world.people import Person
from tests.driver import TOKEN, World, world

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
SWITCHES += ["--disable-background-networking", "--disable-component-update"]
PICTURES = os.environ.get("PICTURES_FOLDER")
NAMES = {"kk": "Айгерім", "ru": "Марина"}
expect.set_options(timeout=20_000)  # a machine busy with other tests is slow, not wrong

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: the journeys are not walked in a browser"),
    pytest.mark.parametrize("language", ["kk", "ru"]),
]


class Phone:
    """Somebody's phone with the chat page on it. Buttons are found by the key of their text."""

    def __init__(self, page: Page, city: World, person: Person, language: str) -> None:
        self.page = page
        self.city = city
        self.person = person
        self.texts = Texts(language)
        self.taps = 0
        self.pictures = 0

    @property
    def log(self):
        return self.page.get_by_role("log")

    @property
    def field(self):
        return self.page.get_by_role("textbox")

    async def taps_on(self, key: str, **arguments: object) -> None:
        """Taps the newest button with this text: a key of locales/, or the words themselves."""
        name = self.texts.plain(key, **arguments) if self.texts.has(key) else key
        await self.page.get_by_role("button", name=name, exact=True).last.click()
        self.taps += 1

    async def writes(self, text: str) -> None:
        """Sends a text."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.field).to_be_empty()

    async def reads(self, key: str, **arguments: object) -> None:
        """Waits for these words in the newest messages."""
        words = self.texts.plain(key, **arguments) if self.texts.has(key) else key
        line = words.replace("<b>", "").replace("</b>", "").replace("<i>", "").replace("</i>", "").split("\n")[0]
        await expect(self.log).to_contain_text(line)

    async def keeps_a_picture(self, name: str) -> None:
        if PICTURES:
            self.pictures += 1
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            await self.page.wait_for_timeout(400)
            await self.page.screenshot(path=f"{PICTURES}/{name}-{self.texts.language}-{self.pictures}.png")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory) -> AsyncIterator[World]:
    async with world(tmp_path_factory.mktemp("journeys")) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield chromium
        await chromium.close()


@asynccontextmanager
async def phone_of(browser: Browser, city: World, language: str, *, known: bool = True, group: str = ""):
    """A phone of a new person; a known one has chosen their language already."""
    person = Person.new(city.telegram, NAMES[language], language_code=language)
    if known:
        person.says(f"/language {language}")
        await person.sees(Texts(language).plain("language-set"))
    chat = person.makes_group(group, city.telegram.bots[TOKEN]).id if group else person.id
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{city.address}/?me={person.id}#{chat}")
    await page.wait_for_selector("[aria-busy=false]")
    yield Phone(page, city, person, language)
    await context.close()
    assert wrong == []


async def test_1_a_newcomer_has_a_digest_of_their_city_in_four_taps(browser, city, language):
    async with phone_of(browser, city, language, known=False) as phone:
        await phone.page.get_by_role("button", name=Texts(language).plain("page-start"), exact=True).click()
        await phone.taps_on({"kk": "Қазақша", "ru": "Русский"}[language])
        await phone.reads("city-ask")
        await phone.keeps_a_picture("1-welcome")
        await phone.taps_on({"kk": "Шымкент", "ru": "Астана"}[language])
        await phone.reads("topics-pick")
        await phone.keeps_a_picture("1-welcome")
        await phone.taps_on("button-all-topics")
        await phone.taps_on("08:00")
        await phone.reads("welcome-done", digest="")
        await phone.keeps_a_picture("1-welcome")
        assert phone.taps == 4
        kept = await city.store.subscribers.get(phone.person.id)
        assert (kept.digest_minute, kept.city) == (8 * 60, {"kk": "shymkent", "ru": "astana"}[language])


async def test_2_the_newest_are_read_page_by_page_and_the_way_back_is_kept(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes("/latest")
        await phone.reads("latest-title")
        await phone.taps_on("button-next")
        await phone.taps_on("3")
        await phone.reads("#")
        await phone.keeps_a_picture("2-card")
        await phone.taps_on("button-back")
        await phone.reads("latest-title")
        assert phone.taps == 3


async def test_3_an_article_is_read_here_to_its_end(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes("/latest")
        await phone.taps_on("1")
        await phone.taps_on("button-read")
        shown = await phone.log.inner_text()
        article = next(one for one in (await city.store.articles.latest(10)).items if one.title in shown)
        await phone.reads(article.body.strip().split("\n")[-1][:60])
        await phone.keeps_a_picture("3-reading")
        assert phone.taps == 2


async def test_4_a_word_in_any_form_finds_and_chips_narrow(browser, city, language):
    words = {"kk": "көліктің lang:kk", "ru": "автобусами lang:ru"}[language]
    async with phone_of(browser, city, language) as phone:
        await phone.writes(words)
        await phone.reads("search-title", query=words)
        await phone.keeps_a_picture("4-search")
        await phone.taps_on("chip", name=phone.texts.plain(f"chip-language-{language}"))
        await phone.reads("search-title", query=words.split()[0])
        assert phone.taps == 1


async def test_5_a_story_shows_who_tells_it_and_its_other_language(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        other = "ru" if language == "kk" else "kk"
        newest = (await city.store.articles.latest(40, languages=[language])).items
        told = [one for one in newest if one.story and await told_in(city, one.story, other)]
        article = next(one for one in told if "лектробус" in one.title)  # five outlets tell it, two in Kazakh
        phone.person.starts(f"a_{article.key}")
        await phone.reads(
            {"kk": "5 басылым · 3 орысша, 2 қазақша", "ru": "5 изданий · 3 на русском, 2 на казахском"}[language]
        )
        await phone.taps_on("button-more")
        await phone.taps_on("button-sources")
        await phone.reads("story-title")
        await phone.reads("story-first")
        await phone.reads("Из Алгабаса до метро пустят электробусы")  # its headline has changed since
        await phone.keeps_a_picture("5-story")
        await phone.taps_on("button-back")
        await phone.taps_on(f"button-version-{other}")
        await phone.reads(f"in-language-{other}")
        await phone.keeps_a_picture("5-story")
        assert phone.taps == 4


async def told_in(city: World, story: int, language: str) -> bool:
    return (await city.store.stories.get(story)).in_language(language) is not None


async def test_6_an_article_is_saved_found_again_and_let_go(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes("/latest")
        await phone.taps_on("1")
        await phone.taps_on("button-save")
        await phone.writes("/saved")
        await phone.reads("saved-title")
        await phone.keeps_a_picture("6-saved")
        await phone.taps_on("1")
        await phone.taps_on("button-saved-already")
        await expect(
            phone.page.get_by_role("button", name=phone.texts.plain("button-save"), exact=True)
        ).to_be_visible()
        await phone.writes("/saved")
        await phone.reads("saved-none")
        assert phone.taps == 4


async def test_7_a_topic_is_followed_from_buttons_alone(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes("/start")
        await phone.taps_on("button-topics")
        name = topics.short_name("ecology", language)
        await phone.page.get_by_role("button", name=name).last.click()
        phone.taps += 1
        await phone.taps_on("button-follow")
        await phone.reads("subscribed", name=topics.name("ecology", language))
        await phone.keeps_a_picture("7-topic")
        assert phone.taps == 3
        assert (await city.store.subscribers.get(phone.person.id)).topics == {"ecology"}


async def test_8_news_is_shared_into_a_group_while_typing(browser, city, language):
    async with phone_of(browser, city, language, group={"kk": "Көршілер", "ru": "Соседи"}[language]) as phone:
        await phone.field.fill("@qala_bot " + {"kk": "көлік", "ru": "автобус"}[language])
        options = phone.page.get_by_role("option")
        await expect(options.first).to_be_visible()
        await phone.keeps_a_picture("8-inline")
        chosen = await options.first.inner_text()
        await options.first.click()
        phone.taps += 1
        await expect(phone.log).to_contain_text(chosen.strip().split("\n")[0][:40])
        await expect(phone.page.get_by_text(phone.texts.plain("button-open-in-bot")).last).to_be_visible()
        await phone.keeps_a_picture("8-inline")
        assert phone.taps == 1


async def test_9_settings_are_one_screen_that_turns_by_taps(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes("/settings")
        await phone.taps_on("button-city")
        await phone.taps_on("Алматы")
        await phone.reads("city-set", name="Алматы")
        await phone.writes("/settings")
        await phone.taps_on("button-pictures-off")
        await phone.reads("pictures-off")
        await phone.keeps_a_picture("9-settings")
        kept = await city.store.subscribers.get(phone.person.id)
        assert (kept.city, kept.pictures) == ("almaty", False)
        assert phone.taps == 3
        # The language, the settings and the city they became, the settings again.
        assert len([one for one in phone.person.messages() if "reply_markup" in one]) == 3


async def test_10_everything_about_a_reader_is_deleted_in_two_taps(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes("/subscribe спорт")
        await phone.reads("subscribed", name=topics.name("sport", language))
        await phone.writes("/deletedata")
        await phone.taps_on("button-forget")
        await phone.keeps_a_picture("10-goodbye")
        await phone.taps_on("button-forget-really")
        await phone.reads("forget-done")
        assert phone.taps == 2
        assert await city.store.subscribers.get(phone.person.id) is None


async def test_11_a_town_by_its_former_name_and_why_an_article_has_its_topics(browser, city, language):
    async with phone_of(browser, city, language) as phone:
        await phone.writes({"kk": "Целиноград көпір", "ru": "Целиноград мост"}[language])
        await phone.reads({"kk": "Тұран даңғылындағы көпір", "ru": "Мост на проспекте Туран"}[language])
        await phone.keeps_a_picture("11-topics")
        await phone.taps_on("1")
        await phone.taps_on("button-more")
        await phone.taps_on("button-why")
        await phone.reads("why-title")
        await phone.reads(topics.name("roads", language))
        await phone.keeps_a_picture("11-topics")
        await phone.writes("/topics")
        await phone.reads("topics-list")
        await phone.keeps_a_picture("11-topics")
        assert phone.taps == 3

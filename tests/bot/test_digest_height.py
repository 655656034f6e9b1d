"""A digest on a phone of 360 by 740, measured in Chromium: 900 px with its buttons, headlines of two lines at most."""

import pytest
from playwright.async_api import async_playwright, expect

from tests.driver import world
from tests.sandbox.stage import CHROMIUM, PHONE, SWITCHES, in_a_browser, log

pytestmark = in_a_browser[1:]

MOST_PX = 900
TALL = """all => all.filter(one => new Set([...one.getClientRects()].map(r => Math.round(r.top / 6))).size > 2)
    .map(one => one.textContent)"""


async def test_a_digest_takes_900_px_in_both_forms_and_languages(tmp_path):
    heights, names = {}, {"kk": "Қазақша", "ru": "Русский"}
    async with world(tmp_path) as city, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for language in names:
            reader = city.person(names[language], language)
            for form in ("plain", "rich"):
                reader.says(f"/language {language}")
                await city.telegram.changes.until(lambda one=reader: one.chat().last_message % 2 == 0 or None, 20)
                await city.store.subscribers.set_manner(reader.id, length=10, form=form, says_nothing=False)
                await city.store.subscribers.set_city(reader.id, "almaty")
                reader.says("/digest")
                await city.telegram.changes.until(lambda one=reader: one.chat().last_message % 2 == 0 or None, 20)
                page = await chromium.new_page(viewport=PHONE)
                await page.goto(f"{city.address}/?me={reader.id}#{reader.id}")
                digest = log(page).locator(".turn .stack").last
                await expect(digest.locator("img").first).to_be_visible()
                heights[language, form] = (await digest.bounding_box())["height"]
                assert await digest.locator(".text a, summary > span").evaluate_all(TALL) == []
                await page.close()
        await chromium.close()
    assert all(height <= MOST_PX for height in heights.values()), heights


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_the_newest_fit_one_screen(tmp_path, language):
    async with world(tmp_path) as city, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        reader = city.person("Оқырман", language)
        reader.says("/latest")
        await city.telegram.changes.until(lambda: reader.chat().last_message > 1 or None, 20)
        page = await chromium.new_page(viewport=PHONE)
        await page.goto(f"{city.address}/?me={reader.id}#{reader.id}")
        listed = log(page).locator(".turn .stack").last
        await expect(listed.locator(".keys")).to_be_visible()
        room = (await log(page).bounding_box())["height"]
        height = (await listed.bounding_box())["height"]
        await chromium.close()
    assert height <= room

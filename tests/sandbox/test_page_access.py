"""The chat page for those who do not see it, or have no mouse: axe-core's rules, and a journey by keyboard alone."""

import asyncio

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.sandbox.stage import PHONE, Scene, field, in_a_browser, log, opened

pytestmark = in_a_browser

DESKTOP = {"width": 1100, "height": 760}
WIDE = {"viewport": DESKTOP, "color_scheme": "light"}


async def filled(scene: Scene) -> None:
    """A chat that has all that a bot says: links, commands, folds, buttons, a rich message."""
    scene.aigerim.starts()
    menu = [{"command": "latest", "description": "Соңғы жаңалықтар"}]
    await scene.bot_does("setMyCommands", commands=menu, language_code="kk")
    await scene.bot_says(
        'Дайджест <a href="https://example.kz/a">Көпір ашылды</a>, #көлік, /latest\n<blockquote expandable>'
        + "Ұзақ сөз. " * 40
        + "</blockquote>",
        {"text": "Оқу", "callback_data": "read"},
        {"text": "Сайттан", "url": "https://example.kz/a"},
    )
    blocks = [
        {"type": "heading", "size": 1, "text": "Таңғы дайджест"},
        {"type": "details", "summary": "Көпір", "blocks": [{"type": "paragraph", "text": "Ашылды"}]},
    ]
    await scene.bot_does("sendRichMessage", chat_id=scene.aigerim.id, rich_message={"blocks": blocks})
    await scene.bot_does("sendMessage", chat_id=scene.channel.id, text="Арнадағы жаңалық /latest")


async def serious(page) -> list[str]:
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(browser, scene, scheme):
    await filled(scene)
    async with opened(browser, scene, viewport=DESKTOP, color_scheme=scheme, reduced_motion="reduce") as page:
        await expect(log(page)).to_contain_text("Көпір ашылды")
        seen = await serious(page)
        await page.get_by_role("button", name="Мәзір").click()
        await field(page).fill("@qala_bot көпір")
        await expect(page.get_by_role("option").first).to_be_visible()
        await page.get_by_role("button", name="Әзірлеушіге").click()
        seen += await serious(page)
    async with opened(
        browser, scene, chat=scene.channel.id, viewport=PHONE, color_scheme=scheme, reduced_motion="reduce"
    ) as page:
        seen += await serious(page)
        await page.get_by_role("button", name="Сағат").click()
        seen += await serious(page)
    assert seen == []


async def test_a_reader_with_a_keyboard_alone_asks_presses_and_opens(browser, scene):
    await filled(scene)
    async with opened(browser, scene, **WIDE) as page:
        await expect(field(page)).to_be_focused()
        await page.keyboard.type("су")
        await page.keyboard.press("Enter")
        await expect(log(page)).to_contain_text("Естідім: су")
        await page.keyboard.press("Shift+Tab")  # the menu
        await page.keyboard.press("Enter")
        await expect(field(page)).to_be_focused()
        names = []
        for _ in range(12):
            await page.keyboard.press("Shift+Tab")
            names.append(await page.evaluate("document.activeElement.textContent"))
            if names[-1] == "Оқу":
                break
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").get_by_text("read")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(field(page)).to_be_focused()


async def test_the_first_tab_leads_past_everything_to_the_field(browser, scene):
    await filled(scene)
    async with opened(browser, scene, viewport=PHONE) as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Хабарлама өрісіне өту")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(field(page)).to_be_focused()


async def test_the_button_to_the_end_is_never_a_blank_disc(browser, scene):
    scene.aigerim.starts()
    async with opened(browser, scene, viewport=PHONE) as page:
        await scene.bot_says("Бір жол\n" * 60)
        button = page.get_by_role("button", name="Соңғы хабарламаға өту")
        await expect(button).to_be_visible()
        await expect(button.locator("svg")).to_be_visible()
        await button.click()
        await expect(button).to_be_hidden()


async def test_a_channel_leads_to_the_bot(browser, scene):
    scene.aigerim.starts()
    async with opened(browser, scene, chat=scene.channel.id, viewport=PHONE) as page:
        await page.get_by_role("button", name="Ботты ашу").click()
        await expect(field(page)).to_be_visible()
        assert await asyncio.wait_for(page.evaluate("location.hash"), 5) == f"#{scene.aigerim.id}"

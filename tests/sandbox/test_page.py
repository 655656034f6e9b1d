"""Journeys on the chat page in a real Chromium, against the real local Telegram and a small bot behind it."""

import re
import struct
import zlib

import pytest
from playwright.async_api import expect

from tests.sandbox.stage import NOON, PHONE, Scene, field, in_a_browser, log, opened, serving

pytestmark = in_a_browser


async def test_a_new_reader_presses_start_in_their_own_language(browser, scene):
    await scene.bot_does("setMyDescription", description="Қала жаңалықтары", language_code="kk")
    async with opened(browser, scene) as page:
        await expect(log(page)).to_contain_text("Қала жаңалықтары")
        assert (scene.bot.id, scene.aigerim.id) not in scene.telegram.privates, "looking at a chat began it"
        await page.get_by_role("button", name="Бастау").click()
        await expect(log(page)).to_contain_text("Естідім: /start")
        await page.get_by_role("radio", name="Марина").click()
        await expect(page.get_by_role("button", name="Начать")).to_be_visible()
        await expect(log(page)).not_to_contain_text("Естідім")


async def test_words_go_out_with_enter_and_come_back(browser, scene):
    scene.aigerim.starts()
    async with opened(browser, scene) as page:
        await field(page).fill("су өшіру")
        await field(page).press("Enter")
        await expect(log(page)).to_contain_text("Естідім: су өшіру")
        await expect(field(page)).to_have_value("")
        await expect(log(page).get_by_text("12:00").first).to_be_visible()


async def test_entities_are_drawn_and_a_quote_opens(browser, scene):
    scene.aigerim.starts()
    await scene.bot_says(
        "😀 <b>қалың <i>көлбеу</i></b> <code>a_1</code> <tg-spoiler>жасырын</tg-spoiler> #су_өшіру "
        '<a href="https://esil-zhagasy.example/turan">сайтта</a>\n'
        f"<blockquote expandable>{'Ұзақ сөз. ' * 60}</blockquote>соңы"
    )
    async with opened(browser, scene) as page:
        await expect(log(page).locator("b")).to_have_text("қалың көлбеу")
        await expect(log(page).locator("b i")).to_have_text("көлбеу")
        link = log(page).get_by_role("link", name="сайтта")
        await expect(link).to_have_attribute("href", "https://esil-zhagasy.example/turan")
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
        quote = log(page).locator(".quote")
        short = (await quote.bounding_box())["height"]
        await page.get_by_role("button", name="Толық көрсету").click()
        assert (await quote.bounding_box())["height"] > 2 * short
        await page.get_by_role("button", name="Жасырын мәтінді көрсету").press("Enter")
        await expect(log(page).locator(".spoiler.open")).to_have_text("жасырын")
        await page.get_by_role("button", name="#су_өшіру").click()
        await expect(log(page)).to_contain_text("Естідім: #су_өшіру")


async def test_markup_in_a_text_stays_text(browser, scene):
    scene.aigerim.starts()
    scene.aigerim.says('<img src=x onerror="document.title=`бұзылды`"><script>1</script>')
    scene.telegram.post(
        scene.aigerim.chat(),
        scene.bot,
        {"text": "бас", "entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "javascript:alert(1)"}]},
    )
    async with opened(browser, scene) as page:
        await expect(log(page)).to_contain_text("<img src=x")
        assert await log(page).locator("img, script").count() == 0
        await expect(log(page).get_by_role("link", name="бас")).to_have_attribute("href", "#")


async def test_a_button_answers_with_a_toast_or_an_alert(browser, scene):
    scene.aigerim.starts()
    await scene.bot_says("Таңдаңыз", {"text": "Сақтау", "callback_data": "Сақталды"})
    await scene.bot_says("Тағы", {"text": "Сұрау", "callback_data": "alert"})
    async with opened(browser, scene) as page:
        await page.get_by_role("button", name="Сақтау").click()
        await expect(page.get_by_role("status").get_by_text("Сақталды")).to_be_visible()
        await page.get_by_role("button", name="Сұрау").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("alert")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


async def test_an_edited_message_changes_in_place_and_a_deleted_one_goes(browser, scene):
    scene.aigerim.starts()
    first = await scene.bot_says("Бірінші бет")
    second = await scene.bot_says("Артық")
    async with opened(browser, scene) as page:
        await expect(log(page)).to_contain_text("Артық")
        chat = scene.aigerim.id
        await scene.bot_does("editMessageText", chat_id=chat, message_id=first["message_id"], text="Екінші бет")
        await expect(log(page)).to_contain_text("Екінші бет")
        await expect(log(page)).to_contain_text("өзгертілді")
        await scene.bot_does("deleteMessage", chat_id=chat, message_id=second["message_id"])
        await expect(log(page)).not_to_contain_text("Артық")


async def test_a_message_is_answered_and_an_own_one_rewritten(browser, scene):
    scene.aigerim.says("Су бар ма", scene.group)
    async with opened(browser, scene, chat=scene.group.id) as page:
        await log(page).get_by_text("Су бар ма").click(button="right")
        await page.get_by_role("button", name="Өзгерту").click()
        await expect(field(page)).to_have_value("Су бар ма")
        await field(page).fill("Су бар ма?")
        await field(page).press("Enter")
        await expect(log(page)).to_contain_text("Су бар ма?")
        scene.marina.says("Есть", scene.group)
        await log(page).get_by_text("Есть").click(button="right")
        await page.get_by_role("button", name="Жауап беру").click()
        await field(page).fill("Рақмет")
        await field(page).press("Enter")
        await expect(log(page).get_by_role("button", name="Марина Есть")).to_be_visible()
        replied = scene.group.messages[scene.group.last_message]["reply_to_message"]
        assert replied["text"] == "Есть"


async def test_the_field_stays_where_it_is_while_messages_come(browser, scene):
    """Taken out and put back, a field drops what is being typed into it at that moment."""
    scene.aigerim.starts()
    async with opened(browser, scene) as page:
        await field(page).fill("Сал")
        await page.evaluate("window.blurs = 0; document.activeElement.addEventListener('blur', () => window.blurs++)")
        await scene.bot_says("Жаңалық келді", {"text": "Оқу", "callback_data": "read"})
        await expect(log(page)).to_contain_text("Жаңалық келді")
        await page.keyboard.insert_text("ем")
        await expect(field(page)).to_have_value("Салем")
        assert await page.evaluate("window.blurs") == 0


async def test_reactions_stand_under_their_message(browser, scene):
    scene.aigerim.starts()
    sent = await scene.bot_says("Жаңалық")
    scene.aigerim.reacts(sent, "👍")
    async with opened(browser, scene) as page:
        await expect(log(page).get_by_text("👍")).to_be_visible()
        await scene.bot_does(
            "setMessageReaction",
            chat_id=scene.aigerim.id,
            message_id=sent["message_id"],
            reaction=[{"type": "emoji", "emoji": "🔥"}],
        )
        await expect(log(page).get_by_text("🔥")).to_be_visible()
        scene.aigerim.reacts(sent)
        await expect(log(page).get_by_text("👍")).to_have_count(0)


async def test_the_menu_is_chosen_with_the_keyboard(browser, scene):
    scene.aigerim.starts()
    commands = [{"command": "latest", "description": "Соңғы"}, {"command": "search", "description": "Іздеу"}]
    async with opened(browser, scene) as page:
        await scene.bot_does("setMyCommands", commands=commands, language_code="kk")
        await page.get_by_role("button", name="Мәзір").click()
        await expect(page.get_by_role("option")).to_have_count(2)
        await field(page).type("/s")
        await expect(page.get_by_role("option")).to_have_count(1)
        await field(page).press("ArrowDown")
        await expect(field(page)).to_have_attribute("aria-activedescendant", re.compile("panel-commands-0"))
        await field(page).press("Enter")
        await expect(log(page)).to_contain_text("Естідім: /search")


async def test_inline_results_page_by_page_and_choosing_one_posts_it(browser, scene):
    async with opened(browser, scene, chat=scene.group.id, viewport=PHONE) as page:
        await field(page).fill("@qala_bot көпір")
        options = page.get_by_role("option")
        await expect(options.first).to_contain_text("0-жаңалық: көпір")
        await expect(page.get_by_role("button", name="Qala ботын ашу")).to_be_visible()
        for _ in range(8):
            await field(page).press("ArrowDown")
        await expect(options).to_have_count(12)
        await options.nth(7).click()
        await expect(log(page)).to_contain_text("Карточка 7")
        await expect(log(page).get_by_role("button", name="@qala_bot арқылы")).to_be_visible()
        await expect(page.get_by_role("listbox")).to_have_count(0)
        assert [entry.name for entry in scene.telegram.record.entries if entry.name.startswith("chosen")]


async def test_an_inline_query_without_results_says_so(browser, scene):
    async with opened(browser, scene, chat=scene.group.id) as page:
        await field(page).fill("@qala_bot жоқ")
        await expect(page.get_by_role("status").filter(has_text="Ештеңе табылмады")).to_be_visible()
        await field(page).press("Escape")
        await expect(page.get_by_role("listbox")).to_have_count(0)


async def test_a_deep_link_waits_for_start(browser, scene):
    scene.aigerim.starts()
    await scene.bot_says('<a href="https://t.me/qala_bot?start=a_7">Осында оқу</a>')
    async with opened(browser, scene) as page:
        await log(page).get_by_role("link", name="Осында оқу").click()
        await page.get_by_role("button", name="Бастау").click()
        await expect(log(page)).to_contain_text("Естідім: /start a_7")


async def test_sharing_asks_which_chat_and_fills_its_field(browser, scene):
    scene.aigerim.starts()
    await scene.bot_says("Жаңалық", {"text": "Бөлісу", "switch_inline_query": "a 7"})
    async with opened(browser, scene) as page:
        await page.get_by_role("button", name="Бөлісу").click()
        choices = page.get_by_role("dialog")
        await expect(choices).not_to_contain_text("Алматы бүгін")  # one cannot write there
        await choices.get_by_role("button", name="Біздің аула").click()
        await expect(page.get_by_role("heading", name="Біздің аула")).to_be_visible()
        await expect(field(page)).to_have_value("@qala_bot a 7")
        await expect(page.get_by_role("option").first).to_contain_text("a 7")


async def test_a_reply_keyboard_comes_hides_and_goes(browser, scene):
    scene.aigerim.starts()
    keyboard = {"keyboard": [[{"text": "Соңғы жаңалықтар"}]], "input_field_placeholder": "Іздейтін сөз"}
    async with opened(browser, scene) as page:
        await scene.bot_says("Төменде", reply_markup=keyboard)
        key = page.get_by_role("button", name="Соңғы жаңалықтар")
        await expect(field(page)).to_have_attribute("placeholder", "Іздейтін сөз")
        await page.get_by_role("button", name="Батырмаларды жасыру").click()
        await expect(key).to_have_count(0)
        await page.get_by_role("button", name="Батырмаларды көрсету").click()
        await key.click()
        await expect(log(page)).to_contain_text("Естідім: Соңғы жаңалықтар")
        await scene.bot_says("Болды", reply_markup={"remove_keyboard": True})
        await expect(key).to_have_count(0)


async def test_a_rich_message_is_drawn_in_full(browser, scene):
    scene.aigerim.starts()
    cell = {"align": "left", "valign": "top"}
    blocks = [
        {"type": "heading", "size": 1, "text": "Таңғы дайджест"},
        {"type": "paragraph", "text": ["Алматы: ", {"type": "bold", "text": "−2 °C"}]},
        {"type": "table", "is_bordered": True, "cells": [[cell | {"text": "Қала", "is_header": True}]]},
        {"type": "details", "summary": "Дереккөздер", "blocks": [{"type": "paragraph", "text": "Горожанин"}]},
        {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": "Бірінші"}]}]},
        {"type": "buttons", "buttons": [{"text": "Сақтау", "callback_data": "Сақталды"}]},
    ]
    await scene.bot_does("sendRichMessage", chat_id=scene.aigerim.id, rich_message={"blocks": blocks})
    async with opened(browser, scene) as page:
        await expect(log(page).get_by_role("heading", name="Таңғы дайджест")).to_be_visible()
        await expect(log(page).get_by_role("columnheader", name="Қала")).to_be_visible()
        await expect(log(page).get_by_text("Горожанин")).to_be_hidden()
        await log(page).get_by_text("Дереккөздер").click()
        await expect(log(page).get_by_text("Горожанин")).to_be_visible()
        await log(page).get_by_role("button", name="Сақтау").click()
        await expect(page.get_by_role("status").get_by_text("Сақталды")).to_be_visible()


async def test_an_uploaded_picture_is_shown(browser, scene):
    scene.aigerim.starts()
    await scene.bot_does("sendPhoto", {"photo": ("a.png", png())}, chat_id=scene.aigerim.id, photo="attach://photo")
    async with opened(browser, scene) as page:
        picture = log(page).get_by_role("img", name="Сурет")
        await expect(picture).to_have_js_property("naturalWidth", 2)


async def test_the_clock_goes_to_the_next_digest(browser, scene):
    async with opened(browser, scene) as page:
        await page.get_by_role("button", name="Келесі дайджест").click()
        await expect(page.get_by_role("status").filter(has_text="/digest")).to_be_visible()
        assert scene.telegram.clock.now() == NOON
        scene.due = NOON + 20 * 3600 + 1800
        await page.get_by_role("button", name="Келесі дайджест").click()
        await expect(page.get_by_role("region", name="Сағат")).to_contain_text("08:30")
        await expect(page.get_by_role("region", name="Сағат")).to_contain_text("20 қараша, жұма")
        await page.get_by_role("button", name="+1 апта").click()
        await expect(page.get_by_role("region", name="Сағат")).to_contain_text("27 қараша")
        assert scene.telegram.clock.now() == scene.due + 7 * 86_400


async def test_a_channel_is_only_read_by_readers_and_counts_what_was_not_seen(browser, scene):
    async with opened(browser, scene) as page:
        await scene.bot_does("sendMessage", chat_id=scene.channel.id, text="Қайырлы таң")
        row = page.get_by_role("navigation").get_by_role("button", name=re.compile("Алматы бүгін"))
        await expect(row).to_contain_text("1")
        await row.click()
        await expect(log(page)).to_contain_text("Қайырлы таң")
        await expect(page.get_by_text("Бұл арнаға тек әкімшілер жазады")).to_be_visible()
        await expect(row.get_by_label("Оқылмаған: 1")).to_have_count(0)


async def test_a_blocked_bot_is_let_back(browser, scene):
    scene.aigerim.starts()
    async with opened(browser, scene) as page:
        await page.get_by_role("button", name="Тағы").click()
        await page.get_by_role("button", name="Ботты бұғаттау").click()
        back = page.get_by_role("button", name="Ботты қайта қосу")
        await expect(back).to_be_visible()
        assert scene.telegram.blocked
        await back.click()
        await expect(field(page)).to_be_visible()
        assert not scene.telegram.blocked


async def test_the_drawer_shows_what_went_over_the_wire(browser, scene):
    scene.aigerim.starts()
    async with opened(browser, scene) as page:
        await page.get_by_role("button", name="Әзірлеушіге").click()
        traffic = page.get_by_role("list", name="Бот пен сервердің дерек алмасуы")
        await expect(traffic).to_contain_text("sendMessage")
        await expect(traffic).not_to_contain_text("getUpdates")
        await page.get_by_role("button", name="Жаңартулар").click()
        await expect(traffic).not_to_contain_text("sendMessage")
        await traffic.locator("summary").first.click()
        await expect(traffic).to_contain_text('"update_id"')


async def test_a_fault_is_set_from_the_drawer_and_mended(browser, scene):
    scene.aigerim.starts()
    async with opened(browser, scene) as page:
        await page.get_by_role("button", name="Әзірлеушіге").click()
        await page.get_by_label("Ақау жасау").select_option("fault-accepted")
        await expect(page.get_by_role("status").filter(has_text="жауап келмейді")).to_be_visible()
        (rule,) = scene.telegram.faults.rules
        assert (rule.kind, rule.method, rule.accepted, rule.count) == ("drop", "sendMessage", True, 1)
        await page.get_by_role("button", name="Жөндеу").click()
        await expect(page.get_by_role("status").filter(has_text="Бәрі жөнделді")).to_be_visible()
        assert scene.telegram.faults.rules == []


async def test_the_page_speaks_russian_when_told(browser, scene):
    async with opened(browser, scene) as page:
        await expect(page.locator("html")).to_have_attribute("lang", "kk")
        await page.get_by_role("button", name=re.compile("Бет тілі")).click()
        await expect(page.get_by_role("button", name="Следующий дайджест")).to_be_visible()
        assert scene.aigerim.account.language_code == "ru"


async def test_everything_goes_with_keys_alone(browser, scene):
    scene.aigerim.starts()
    await scene.bot_says("Таңдаңыз", {"text": "Сақтау", "callback_data": "Сақталды"})
    async with opened(browser, scene, chat=scene.group.id) as page:
        row = page.get_by_role("navigation").get_by_role("button", name=re.compile("Qala"))
        await row.first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Qala")
        await expect(field(page)).to_be_focused()
        await page.keyboard.type("сәлем")
        await page.keyboard.press("Enter")
        await expect(log(page)).to_contain_text("Естідім: сәлем")
        for _ in range(12):
            await page.keyboard.press("Shift+Tab")
            if await page.evaluate("document.activeElement.textContent") == "Сақтау":
                break
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").get_by_text("Сақталды")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(field(page)).to_be_focused()


async def test_a_page_left_open_finds_a_server_started_again(browser):
    first, second = Scene(), Scene()
    async with serving(first):
        first.aigerim.says("Бұрынғы")
        window = opened(browser, first)
        page = await window.__aenter__()
        await expect(log(page)).to_contain_text("Бұрынғы")
        await field(page).fill("жазып жатыр")
    await expect(page.get_by_role("alert")).to_contain_text("Байланыс жоқ")
    second.aigerim.says("Жаңа")
    async with serving(second, int(first.address.rstrip("/").rsplit(":")[-1])):
        await expect(page.get_by_role("alert")).to_be_hidden()
        await expect(log(page)).to_contain_text("Жаңа")
        await expect(log(page)).not_to_contain_text("Бұрынғы")
        await expect(field(page)).to_have_value("жазып жатыр")
        second.marina.says("Екінші", second.group)
        await expect(page.get_by_role("navigation")).to_contain_text("Екінші")
        await window.__aexit__(None, None, None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_phone_shows_one_column_and_nothing_spills(browser, scene, scheme):
    scene.aigerim.starts()
    await scene.bot_says("Тұрғынүйкоммуналдықшаруашылық" * 4, {"text": "Оқиғаны бақылау", "callback_data": "x"})
    async with opened(browser, scene, viewport=PHONE, color_scheme=scheme) as page:
        await expect(log(page)).to_contain_text("Тұрғын")
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        inside = "[...document.querySelectorAll('.bubble, .keys, .field')].every((e) => e.getBoundingClientRect().right <= 360)"
        assert await page.evaluate(inside)
        assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme
        await page.get_by_role("button", name="Артқа").click()
        await expect(page.get_by_role("button", name="Келесі дайджест")).to_be_visible()
        await expect(log(page)).to_be_hidden()


async def test_the_scheme_chosen_by_hand_stays(browser, scene):
    async with opened(browser, scene, color_scheme="light") as page:
        await page.get_by_role("button", name="Түнгі режим").click()
        await page.reload()
        await page.wait_for_selector("[aria-busy=false]")
        await expect(page.locator("html")).to_have_attribute("data-scheme", "dark")


async def test_the_page_asks_nothing_of_other_places(browser, scene):
    asked: list[str] = []
    async with opened(browser, scene) as page:
        page.on("request", lambda request: asked.append(request.url))
        await page.reload()
        await page.wait_for_selector("[aria-busy=false]")
    assert len(asked) > 10
    assert all(url.startswith(scene.address) for url in asked)


def png() -> bytes:
    """A picture of 2 × 1 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" + b"\x20\x80\x90" * 2)), chunk(b"IEND", b"")]
    )
